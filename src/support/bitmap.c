// Bitmaps: whole-map operations word by word. Bits above the length in the last
// word are ignored on input; results leave them clear only where said.

#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define WORDS(nbits) ((nbits) / BITS_PER_LONG)
#define TAIL(nbits) ((nbits) % BITS_PER_LONG)

__weak unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
    return kmalloc_array(BITS_TO_LONGS(nbits), sizeof(unsigned long), flags);
}
__weak unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags) { return bitmap_alloc(nbits, flags | __GFP_ZERO); }
__weak unsigned long *bitmap_alloc_node(unsigned int nbits, gfp_t flags, int node)
{
    (void)node;
    return bitmap_alloc(nbits, flags);
}
__weak unsigned long *bitmap_zalloc_node(unsigned int nbits, gfp_t flags, int node)
{
    (void)node;
    return bitmap_zalloc(nbits, flags);
}
__weak void bitmap_free(const unsigned long *bitmap) { kfree(bitmap); }

/* True when `expression` of every word, cut to the length, is zero. */
#define ALL_ZERO(nbits, expression)                                                       \
    ({                                                                                    \
        bool zero = true;                                                                 \
        unsigned int k;                                                                   \
        for (k = 0; zero && k < WORDS(nbits); k++) zero = (expression) == 0;              \
        if (zero && TAIL(nbits)) zero = ((expression)&BITMAP_LAST_WORD_MASK(nbits)) == 0; \
        zero;                                                                             \
    })
__weak bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int n)
{
    return ALL_ZERO(n, a[k] ^ b[k]);
}
__weak bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *c, unsigned int n)
{
    return ALL_ZERO(n, (a[k] | b[k]) ^ c[k]);
}
__weak bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int n)
{
    return !ALL_ZERO(n, a[k] & b[k]);
}
__weak bool __bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int n)
{
    return ALL_ZERO(n, a[k] & ~b[k]);
}

#define EACH_WORD(nbits, expression) \
    for (unsigned int k = 0; k < BITS_TO_LONGS(nbits); k++) to[k] = (expression)
__weak void __bitmap_complement(unsigned long *to, const unsigned long *from, unsigned int n)
{
    EACH_WORD(n, ~from[k]);
}
__weak void __bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int n)
{
    EACH_WORD(n, a[k] | b[k]);
}
__weak void __bitmap_xor(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int n)
{
    EACH_WORD(n, a[k] ^ b[k]);
}
__weak void __bitmap_replace(unsigned long *to, const unsigned long *old_bits, const unsigned long *new_bits,
                             const unsigned long *mask, unsigned int n)
{
    EACH_WORD(n, (old_bits[k] & ~mask[k]) | (new_bits[k] & mask[k]));
}
static bool cut_tail(unsigned long *to, unsigned int n)
{
    if (TAIL(n)) to[WORDS(n)] &= BITMAP_LAST_WORD_MASK(n);
    return !ALL_ZERO(n, to[k]);
}
__weak bool __bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int n)
{
    EACH_WORD(n, a[k] & b[k]);
    return cut_tail(to, n);
}
__weak bool __bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int n)
{
    EACH_WORD(n, a[k] & ~b[k]);
    return cut_tail(to, n);
}
__weak unsigned int __bitmap_weight(const unsigned long *a, unsigned int n)
{
    unsigned long weight = 0;
    for (unsigned int k = 0; k < WORDS(n); k++) weight += hweight_long(a[k]);
    if (TAIL(n)) weight += hweight_long(a[WORDS(n)] & BITMAP_LAST_WORD_MASK(n));
    return (unsigned int)weight;
}
__weak unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b, unsigned int n)
{
    unsigned long weight = 0;
    for (unsigned int k = 0; k < WORDS(n); k++) weight += hweight_long(a[k] & b[k]);
    if (TAIL(n)) weight += hweight_long(a[WORDS(n)] & b[WORDS(n)] & BITMAP_LAST_WORD_MASK(n));
    return (unsigned int)weight;
}

__weak void __bitmap_set(unsigned long *map, unsigned int start, int length)
{
    for (unsigned int bit = start, end = start + (unsigned int)length; bit < end;) {
        unsigned int stop = min(end, round_down(bit, BITS_PER_LONG) + BITS_PER_LONG);
        map[BIT_WORD(bit)] |= BITMAP_FIRST_WORD_MASK(bit) & BITMAP_LAST_WORD_MASK(stop);
        bit = stop;
    }
}
__weak void __bitmap_clear(unsigned long *map, unsigned int start, int length)
{
    for (unsigned int bit = start, end = start + (unsigned int)length; bit < end;) {
        unsigned int stop = min(end, round_down(bit, BITS_PER_LONG) + BITS_PER_LONG);
        map[BIT_WORD(bit)] &= ~(BITMAP_FIRST_WORD_MASK(bit) & BITMAP_LAST_WORD_MASK(stop));
        bit = stop;
    }
}

/* Shifts fill with zeros; bits pushed out at the length are lost. */
__weak void __bitmap_shift_right(unsigned long *to, const unsigned long *from, unsigned int shift, unsigned int n)
{
    unsigned int words = BITS_TO_LONGS(n), skip = shift / BITS_PER_LONG, rest = shift % BITS_PER_LONG;
    for (unsigned int k = 0; k < words; k++) {
        unsigned long low = 0, high = 0;
        if (k + skip < words) {
            low = from[k + skip];
            if (k + skip == words - 1) low &= BITMAP_LAST_WORD_MASK(n);
        }
        if (rest && k + skip + 1 < words) {
            high = from[k + skip + 1];
            if (k + skip + 1 == words - 1) high &= BITMAP_LAST_WORD_MASK(n);
        }
        to[k] = rest ? low >> rest | high << (BITS_PER_LONG - rest) : low;
    }
}
__weak void __bitmap_shift_left(unsigned long *to, const unsigned long *from, unsigned int shift, unsigned int n)
{
    unsigned int words = BITS_TO_LONGS(n), skip = shift / BITS_PER_LONG, rest = shift % BITS_PER_LONG;
    for (unsigned int k = words; k-- > 0;) {
        unsigned long high = k >= skip ? from[k - skip] : 0;
        unsigned long low = rest && k >= skip + 1 ? from[k - skip - 1] : 0;
        to[k] = rest ? high << rest | low >> (BITS_PER_LONG - rest) : high;
    }
    cut_tail(to, n);
}
/* Removes the bits [first, first + cut) and moves those above down. */
__weak void bitmap_cut(unsigned long *to, const unsigned long *from, unsigned int first, unsigned int cut,
                       unsigned int n)
{
    memmove(to, from, BITS_TO_LONGS(n) * sizeof(*to));
    /* What stands behind the end in the last word moves down as well: Linux's test counts on it. */
    n = BITS_TO_LONGS(n) * BITS_PER_LONG;
    for (unsigned int bit = first; bit < n; bit++) __assign_bit(bit, to, bit + cut < n && test_bit(bit + cut, to));
}

__weak unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size, unsigned long start,
                                                    unsigned int nr, unsigned long align_mask,
                                                    unsigned long align_offset)
{
    for (;;) {
        unsigned long index = find_next_zero_bit(map, size, start), end, taken;
        index = __ALIGN_MASK(index + align_offset, align_mask) - align_offset;
        end = index + nr;
        if (end > size) return end;
        taken = find_next_bit(map, end, index);
        if (taken >= end) return index;
        start = taken + 1;
    }
}
__weak int bitmap_find_free_region(unsigned long *map, unsigned int bits, int order)
{
    for (unsigned int at = 0, step = 1U << order; at + step <= bits; at += step) {
        if (find_next_bit(map, at + step, at) >= at + step) {
            bitmap_set(map, at, step);
            return (int)at;
        }
    }
    return -ENOMEM;
}
__weak void bitmap_release_region(unsigned long *map, unsigned int at, int order)
{
    bitmap_clear(map, at, 1U << order);
}
__weak int bitmap_allocate_region(unsigned long *map, unsigned int at, int order)
{
    unsigned int end = at + (1U << order);
    if (find_next_bit(map, end, at) < end) return -EBUSY;
    bitmap_set(map, at, 1U << order);
    return 0;
}

/* ---- as 32- and 64-bit words ----------------------------------------------------------------- */
__weak void bitmap_from_arr32(unsigned long *map, const u32 *from, unsigned int n)
{
    unsigned int halves = DIV_ROUND_UP(n, 32);
    for (unsigned int k = 0; k < BITS_TO_LONGS(n); k++)
        map[k] = from[2 * k] | (2 * k + 1 < halves ? (unsigned long)from[2 * k + 1] << 32 : 0);
    cut_tail(map, n);
}
__weak void bitmap_to_arr32(u32 *to, const unsigned long *map, unsigned int n)
{
    unsigned int halves = DIV_ROUND_UP(n, 32);
    for (unsigned int k = 0; k < halves; k++) to[k] = (u32)(map[k / 2] >> (k % 2 * 32));
    if (n % 32) to[halves - 1] &= (u32)(~0U >> (32 - n % 32));
}
__weak void bitmap_from_arr64(unsigned long *map, const u64 *from, unsigned int n)
{
    bitmap_copy_clear_tail(map, (const unsigned long *)from, n);
}
__weak void bitmap_to_arr64(u64 *to, const unsigned long *map, unsigned int n)
{
    bitmap_copy_clear_tail((unsigned long *)to, map, n);
}

/* ---- position maps --------------------------------------------------------------------------- */
static int ordinal(const unsigned long *map, unsigned int bit, unsigned int n)
{
    return bit < n && test_bit(bit, map) ? (int)__bitmap_weight(map, bit) : -1;
}
__weak int bitmap_bitremap(int bit, const unsigned long *old_bits, const unsigned long *new_bits, int n)
{
    unsigned int weight = __bitmap_weight(new_bits, (unsigned int)n);
    int at = ordinal(old_bits, (unsigned int)bit, (unsigned int)n);
    return at < 0 || !weight ? bit : (int)find_nth_bit(new_bits, (unsigned int)n, (unsigned int)at % weight);
}
__weak void bitmap_remap(unsigned long *to, const unsigned long *from, const unsigned long *old_bits,
                         const unsigned long *new_bits, unsigned int n)
{
    unsigned long bit;
    if (to == from) return;
    bitmap_zero(to, n);
    for_each_set_bit(bit, from, n) set_bit(bitmap_bitremap((int)bit, old_bits, new_bits, (int)n), to);
}
__weak void bitmap_onto(unsigned long *to, const unsigned long *orig, const unsigned long *relmap, unsigned int n)
{
    unsigned long bit, m = 0;
    if (to == orig) return;
    bitmap_zero(to, n);
    for_each_set_bit(bit, relmap, n)
    {
        if (test_bit(m, orig)) set_bit((long)bit, to);
        m++;
    }
}
__weak void bitmap_fold(unsigned long *to, const unsigned long *orig, unsigned int size, unsigned int n)
{
    unsigned long bit;
    if (to == orig) return;
    bitmap_zero(to, n);
    for_each_set_bit(bit, orig, n) set_bit((long)(bit % size), to);
}

/* ---- text ------------------------------------------------------------------------------------ */
__weak int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *map, int nbits)
{
    size_t room = PAGE_SIZE - offset_in_page(buf);
    return list ? scnprintf(buf, room, "%*pbl\n", nbits, map) : scnprintf(buf, room, "%*pb\n", nbits, map);
}
static int print_part(bool list, char *buf, const unsigned long *map, int nbits, loff_t off, size_t count)
{
    size_t size = (size_t)nbits * 6 + 32;
    char *text = kmalloc(size, GFP_KERNEL);
    ssize_t result;
    if (!text) return -ENOMEM;
    size = (size_t)(list ? scnprintf(text, size, "%*pbl\n", nbits, map) : scnprintf(text, size, "%*pb\n", nbits, map));
    result = memory_read_from_buffer(buf, count, &off, text, size + 1);
    kfree(text);
    return (int)result;
}
__weak int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off, size_t count)
{
    return print_part(false, buf, map, nbits, off, count);
}
__weak int bitmap_print_list_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off, size_t count)
{
    return print_part(true, buf, map, nbits, off, count);
}

static bool separates(char c) { return c == ',' || isspace(c); }

/* Groups of up to eight hexadecimal digits, the highest first, with commas or space between them and
 * no more of them than the map has; the text ends at a newline. */
__weak int bitmap_parse(const char *text, unsigned int length, unsigned long *map, int nbits)
{
    const char *end = strnchrnul(text, length, '\n');

    bitmap_zero(map, (unsigned int)nbits);
    for (unsigned int bit = 0;; bit += 32) {
        while (end > text && separates(end[-1])) end--;
        if (end == text) return 0;
        if (bit >= (unsigned int)nbits) return -EOVERFLOW;
        for (unsigned int at = bit; end > text && !separates(end[-1]); at += 4) {
            int value = hex_to_bin((unsigned char)*--end);
            if (value < 0) return -EINVAL;
            if (at == bit + 32) return -EOVERFLOW;
            for (unsigned int k = 0; k < 4; k++) {
                if (!(value >> k & 1)) continue;
                if (at + k >= (unsigned int)nbits) return -EOVERFLOW;
                __set_bit(at + k, map);
            }
        }
    }
}

static const char *parse_bit(const char *text, unsigned int nbits, unsigned int *to)
{
    char *end;
    if (*text == 'N') {
        *to = nbits - 1;
        return text + 1;
    }
    if (!isdigit(*text)) return ERR_PTR(-EINVAL);
    {
        unsigned long long value = simple_strtoull(text, &end, 10);
        if (value > UINT_MAX) return ERR_PTR(-EOVERFLOW);
        *to = (unsigned int)value;
    }
    return end;
}
/* One region: a bit, first-last, first-last:used/group, or "all" with an optional pattern. */
static const char *parse_region(const char *text, unsigned long *map, unsigned int nbits)
{
    unsigned int first, last, used, group;

    if (strncasecmp(text, "all", 3) == 0) {
        first = 0;
        last = nbits - 1;
        text += 3;
        if (*text && *text != ':' && *text != ',' && !isspace(*text)) return ERR_PTR(-EINVAL);
    } else {
        text = parse_bit(text, nbits, &first);
        if (IS_ERR(text)) return text;
        last = first;
        if (*text == '-') {
            text = parse_bit(text + 1, nbits, &last);
            if (IS_ERR(text)) return text;
        } else if (*text == ':' || *text == '/') {
            return ERR_PTR(-EINVAL);
        }
    }
    used = group = last - first + 1;
    if (*text == ':') {
        text = parse_bit(text + 1, nbits, &used);
        if (IS_ERR(text)) return text;
        if (*text != '/') return ERR_PTR(-EINVAL);
        text = parse_bit(text + 1, nbits, &group);
        if (IS_ERR(text)) return text;
    }
    if (first > last || group == 0 || used > group) return ERR_PTR(-EINVAL);
    if (last >= nbits) return ERR_PTR(-ERANGE);
    for (unsigned int at = first; at <= last; at += group) {
        bitmap_set(map, at, min(last - at + 1, used));
        if (last - at < group) break;
    }
    return text;
}
__weak int bitmap_parselist(const char *text, unsigned long *map, int nbits)
{
    bitmap_zero(map, (unsigned int)nbits);
    for (;;) {
        while (*text == ',' || isspace(*text)) text++;
        if (!*text) return 0;
        text = parse_region(text, map, (unsigned int)nbits);
        if (IS_ERR(text)) return (int)PTR_ERR(text);
        if (*text && *text != ',' && !isspace(*text)) return -EINVAL;
    }
}
static int parse_user(const char __user *from, unsigned int length, unsigned long *map, int nbits, bool list)
{
    char *text = kmalloc((size_t)length + 1, GFP_KERNEL);
    int result;
    if (!text) return -ENOMEM;
    if (copy_from_user(text, from, length)) {
        kfree(text);
        return -EFAULT;
    }
    text[length] = 0;
    result = list ? bitmap_parselist(text, map, nbits) : bitmap_parse(text, UINT_MAX, map, nbits);
    kfree(text);
    return result;
}
__weak int bitmap_parse_user(const char __user *from, unsigned int length, unsigned long *map, int nbits)
{
    return parse_user(from, length, map, nbits, false);
}
__weak int bitmap_parselist_user(const char __user *from, unsigned int length, unsigned long *map, int nbits)
{
    return parse_user(from, length, map, nbits, true);
}
