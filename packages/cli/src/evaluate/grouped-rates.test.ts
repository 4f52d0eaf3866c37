import { describe, expect, it } from 'vitest';
import { GroupedRates } from './grouped-rates.js';

describe('grouped rates', () => {
  it('count each name apart, largest first', () => {
    const rates = new GroupedRates();
    for (const happened of [true, false, true]) rates.add('sqli', happened);
    rates.add('__proto__', false);
    expect(rates.groups()).toMatchObject([
      { name: 'sqli', count: 2, total: 3 },
      { name: '__proto__', count: 0, total: 1 },
    ]);
    expect(rates.overall()).toMatchObject({ count: 2, total: 4, rate: 0.5 });
  });

  it('count names beyond the limit together, and lose none', () => {
    const rates = new GroupedRates();
    for (let i = 0; i < 10_050; i++) rates.add(`name ${i}`, i % 2 === 0);
    expect(rates.groups()).toHaveLength(10_001);
    expect(rates.groups()[0]).toMatchObject({ name: '(others)', count: 25, total: 50 });
    expect(rates.overall()).toMatchObject({ count: 5025, total: 10_050 });
  });
});
