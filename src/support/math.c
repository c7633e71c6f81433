// Integer arithmetic.

#include <linux/bitops.h>
#include <linux/math.h>
#include <linux/minmax.h>

__weak unsigned long gcd(unsigned long a, unsigned long b)
{
    while (b) {
        unsigned long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}
__weak unsigned long lcm(unsigned long a, unsigned long b) { return a && b ? a / gcd(a, b) * b : 0; }

/* Digit by digit in base four. */
__weak unsigned long int_sqrt(unsigned long x)
{
    unsigned long root = 0;
    if (x <= 1) return x;
    for (unsigned long bit = 1UL << (__fls(x) & ~1UL); bit; bit >>= 2) {
        unsigned long trial = root + bit;
        root >>= 1;
        if (x >= trial) {
            x -= trial;
            root += bit;
        }
    }
    return root;
}
__weak u64 int_pow(u64 base, unsigned int exp)
{
    u64 result = 1;
    for (; exp; exp >>= 1, base *= base)
        if (exp & 1) result *= base;
    return result;
}
