"""Wilson score intervals: honest at 0 and at 1, and for small counts."""

from math import sqrt

Z_95 = 1.959964


def wilson(hits: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """95 % interval of a proportion; (0, 1) when nothing was measured."""
    if n == 0:
        return 0.0, 1.0
    p = hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def rate(hits: int, n: int) -> dict:
    """A measured proportion as manifests and reports hold it."""
    low, high = wilson(hits, n)
    return {"hits": int(hits), "n": int(n), "rate": round(hits / n, 5) if n else None, "low": round(low, 5), "high": round(high, 5)}


def percent(measured: dict, digits: int = 1) -> str:
    """`90.1 % (88.7–91.4, n = 1201)`."""
    if not measured["n"]:
        return "–"
    low, high = measured["low"] * 100, measured["high"] * 100
    return f"{measured['rate'] * 100:.{digits}f} % ({low:.{digits}f}–{high:.{digits}f}, n = {measured['n']})"
