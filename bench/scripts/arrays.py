"""Numeric work on arrays: every expression makes temporaries of 0.1 to 16 MB and drops them."""
import numpy

rng = numpy.random.default_rng(1)
checksum = 0.0
for side in (120, 400, 900, 1400):
    for _ in range(8):
        a = rng.random((side, side))
        b = numpy.sqrt(a * a + 1.0) - a.T
        c = numpy.where(b > 0.5, b, -b).cumsum(axis=1)
        checksum += float((c - c.mean(axis=0)).std())
        parts = [c[row : row + 37] * row for row in range(0, side, 37)]
        checksum += float(numpy.concatenate(parts)[-1, -1])
print(f"{checksum:.6e}")
