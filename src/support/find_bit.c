// Searching bitmaps: one loop over words, with the word of a position made by
// an expression, so that "a", "not a", "a and b" share it.

#include <linux/bitmap.h>
#include <linux/find.h>
#include <linux/minmax.h>

#define SEARCH(word_at, size, start)                                        \
    ({                                                                      \
        unsigned long found = (size);                                       \
        if ((start) < (size)) {                                             \
            unsigned long i = (start) / BITS_PER_LONG;                      \
            unsigned long word = (word_at)&BITMAP_FIRST_WORD_MASK(start);   \
            while (!word && (i + 1) * BITS_PER_LONG < (size)) {             \
                i++;                                                        \
                word = (word_at);                                           \
            }                                                               \
            if (word) found = min(i * BITS_PER_LONG + __ffs(word), (size)); \
        }                                                                   \
        found;                                                              \
    })
#define NTH(word_at, size, n)                                                          \
    ({                                                                                 \
        unsigned long found = (size), rest = (n);                                      \
        for (unsigned long i = 0; i * BITS_PER_LONG < (size); i++) {                   \
            unsigned long word = (word_at);                                            \
            if ((i + 1) * BITS_PER_LONG > (size)) word &= BITMAP_LAST_WORD_MASK(size); \
            unsigned long here = hweight_long(word);                                   \
            if (rest < here) {                                                         \
                while (rest--) word &= word - 1;                                       \
                found = i * BITS_PER_LONG + __ffs(word);                               \
                break;                                                                 \
            }                                                                          \
            rest -= here;                                                              \
        }                                                                              \
        found;                                                                         \
    })

__weak unsigned long _find_first_bit(const unsigned long *a, unsigned long size) { return SEARCH(a[i], size, 0UL); }
__weak unsigned long _find_first_zero_bit(const unsigned long *a, unsigned long size)
{
    return SEARCH(~a[i], size, 0UL);
}
__weak unsigned long _find_first_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size)
{
    return SEARCH(a[i] & b[i], size, 0UL);
}
__weak unsigned long _find_next_bit(const unsigned long *a, unsigned long size, unsigned long start)
{
    return SEARCH(a[i], size, start);
}
__weak unsigned long _find_next_zero_bit(const unsigned long *a, unsigned long size, unsigned long start)
{
    return SEARCH(~a[i], size, start);
}
__weak unsigned long _find_next_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                        unsigned long start)
{
    return SEARCH(a[i] & b[i], size, start);
}
__weak unsigned long _find_next_andnot_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                           unsigned long start)
{
    return SEARCH(a[i] & ~b[i], size, start);
}
__weak unsigned long _find_last_bit(const unsigned long *a, unsigned long size)
{
    unsigned long mask = BITMAP_LAST_WORD_MASK(size);
    if (!size) return size;
    for (unsigned long i = (size - 1) / BITS_PER_LONG + 1; i-- > 0; mask = ~0UL)
        if (a[i] & mask) return i * BITS_PER_LONG + __fls(a[i] & mask);
    return size;
}
__weak unsigned long __find_nth_bit(const unsigned long *a, unsigned long size, unsigned long n)
{
    return NTH(a[i], size, n);
}
__weak unsigned long __find_nth_and_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                        unsigned long n)
{
    return NTH(a[i] & b[i], size, n);
}
__weak unsigned long __find_nth_andnot_bit(const unsigned long *a, const unsigned long *b, unsigned long size,
                                           unsigned long n)
{
    return NTH(a[i] & ~b[i], size, n);
}
__weak unsigned long find_next_clump8(unsigned long *clump, const unsigned long *a, unsigned long size,
                                      unsigned long offset)
{
    offset = find_next_bit(a, size, offset);
    if (offset == size) return size;
    offset &= ~7UL;
    *clump = bitmap_get_value8(a, offset);
    return offset;
}
