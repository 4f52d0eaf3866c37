/**
 * Arithmetic on several floats at once. The kernels are written once over `T`: four lanes where the machine has SIMD (`v128`), one
 * where it has not (`f32`).
 */

/** Floats in a `T`. */
export function lanes<T>(): i32 {
  return sizeof<T>() / sizeof<f32>();
}

export function read<T>(at: usize): T {
  if (isVector<T>()) return v128.load(at);
  return load<f32>(at);
}

export function write<T>(at: usize, value: T): void {
  if (isVector<T>()) v128.store(at, value);
  else store<f32>(at, value);
}

/** One float from memory in every lane. */
export function readAll<T>(at: usize): T {
  if (isVector<T>()) return v128.load32_splat(at);
  return load<f32>(at);
}

export function all<T>(value: f32): T {
  if (isVector<T>()) return f32x4.splat(value);
  return value;
}

export function plus<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.add(a, b);
  return a + b;
}

export function minus<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.sub(a, b);
  return a - b;
}

export function times<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.mul(a, b);
  return a * b;
}

export function over<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.div(a, b);
  return a / b;
}

/** `a * b + c`, in one rounding where the machine can and the build may. */
export function fused<T>(a: T, b: T, c: T): T {
  if (isVector<T>()) {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    return f32x4.add(f32x4.mul(a, b), c);
  }
  return a * b + c;
}

/** The larger one; `a` where either is not a number. That is one instruction, and treating both alike is eight. */
export function larger<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.pmax(a, b);
  return a < b ? b : a;
}

/** The smaller one; `a` where either is not a number. */
export function smaller<T>(a: T, b: T): T {
  if (isVector<T>()) return f32x4.pmin(a, b);
  return b < a ? b : a;
}

export function rectified<T>(a: T): T {
  return larger<T>(a, all<T>(0));
}

/** `value` in the lanes where `a` equals `b`, 0 in the others. */
export function whereEqual<T>(a: T, b: T, value: T): T {
  if (isVector<T>()) return v128.and(f32x4.eq(a, b), value);
  return a === b ? value : 0;
}

export function anyAboveZero<T>(a: T): bool {
  if (isVector<T>()) return v128.any_true(f32x4.gt(a, f32x4.splat(0)));
  return a > 0;
}

export function sumOfLanes<T>(a: T): f32 {
  if (isVector<T>()) {
    return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
  }
  return a;
}

/** `sign(a) * log(1 + |a|)`. */
export function compressed<T>(a: T): T {
  if (isVector<T>()) {
    const sign = v128.and(a, i32x4.splat(i32.MIN_VALUE));
    return v128.or(logarithm<T>(f32x4.add(f32x4.abs(a), f32x4.splat(1))), sign);
  }
  return copysign<f32>(logarithm<T>(abs<f32>(a) + 1), a);
}

/** Bits of √½: a mantissa from there on counts towards the next power of two, so that its logarithm is small on both sides. */
const ROOT_OF_HALF: i32 = 0x3f3504f3;
const MANTISSA: i32 = 0x007fffff;

/**
 * Natural logarithm of numbers from 1 up: exponent and a polynomial in the mantissa, as Cephes' `logf`. That of the standard library
 * takes one number at a time.
 */
function logarithm<T>(a: T): T {
  let exponent: T;
  let mantissa: T;
  if (isVector<T>()) {
    const bits = i32x4.sub(a, i32x4.splat(ROOT_OF_HALF));
    exponent = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
    mantissa = i32x4.add(v128.and(bits, i32x4.splat(MANTISSA)), i32x4.splat(ROOT_OF_HALF));
  } else {
    const bits = reinterpret<i32>(a) - ROOT_OF_HALF;
    exponent = <f32>(bits >> 23);
    mantissa = reinterpret<f32>((bits & MANTISSA) + ROOT_OF_HALF);
  }
  const x = minus<T>(mantissa, all<T>(1));
  const square = times<T>(x, x);
  let y = all<T>(7.0376836292e-2);
  y = fused<T>(y, x, all<T>(-1.151461031e-1));
  y = fused<T>(y, x, all<T>(1.167699874e-1));
  y = fused<T>(y, x, all<T>(-1.2420140846e-1));
  y = fused<T>(y, x, all<T>(1.4249322787e-1));
  y = fused<T>(y, x, all<T>(-1.6668057665e-1));
  y = fused<T>(y, x, all<T>(2.0000714765e-1));
  y = fused<T>(y, x, all<T>(-2.4999993993e-1));
  y = fused<T>(y, x, all<T>(3.3333331174e-1));
  y = times<T>(times<T>(y, x), square);
  y = fused<T>(exponent, all<T>(-2.1219444e-4), y);
  y = fused<T>(square, all<T>(-0.5), y);
  return fused<T>(exponent, all<T>(0.693359375), plus<T>(x, y));
}

/** 1.5 · 2²³: what is added to it is rounded to a whole number, which then lies in the lowest bits. */
const ROUNDING: f32 = 12582912;
/** Powers beyond count as this: behind it every gate is open or shut, and the product of two of them is still a number. */
const POWER_LIMIT: f32 = 36;
const LOG2_E: f32 = <f32>Math.LOG2E;

/** `2 ** (a * factor)`: a power of a whole number times a polynomial for what is between two of them. */
function power<T>(a: T, factor: f32): T {
  const exponent = smaller<T>(larger<T>(times<T>(a, all<T>(factor)), all<T>(-POWER_LIMIT)), all<T>(POWER_LIMIT));
  const shifted = plus<T>(exponent, all<T>(ROUNDING));
  const x = minus<T>(exponent, minus<T>(shifted, all<T>(ROUNDING)));
  let y = all<T>(1.32764718e-3);
  y = fused<T>(y, x, all<T>(9.67554133e-3));
  y = fused<T>(y, x, all<T>(5.55071327e-2));
  y = fused<T>(y, x, all<T>(2.40221197e-1));
  y = fused<T>(y, x, all<T>(6.93146967e-1));
  y = fused<T>(y, x, all<T>(1.00000007));
  if (isVector<T>()) return i32x4.add(y, i32x4.shl(shifted, 23));
  return reinterpret<f32>(reinterpret<i32>(y) + (reinterpret<i32>(shifted) << 23));
}

/** Logistic function. */
export function sigmoid<T>(a: T): T {
  const one = all<T>(1);
  return over<T>(one, plus<T>(one, inline.always(power<T>(a, -LOG2_E))));
}

/** `sigmoid(gate) * tanh(a)`, in one division. */
export function gated<T>(gate: T, a: T): T {
  const one = all<T>(1);
  const shut = inline.always(power<T>(gate, -LOG2_E));
  const low = inline.always(power<T>(a, -2 * LOG2_E));
  return over<T>(minus<T>(one, low), times<T>(plus<T>(one, shut), plus<T>(one, low)));
}
