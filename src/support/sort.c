// Sorting: a heap sort for arrays (no memory, no worst case) and a stable
// bottom-up merge sort for lists. Weak, as all algorithms here.

#include <linux/bsearch.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/sort.h>
#include <linux/string.h>

static void swap_bytes(char *a, char *b, size_t size)
{
    while (size >= sizeof(u64)) {
        u64 kept;
        memcpy(&kept, a, sizeof(kept));
        memcpy(a, b, sizeof(kept));
        memcpy(b, &kept, sizeof(kept));
        a += sizeof(kept);
        b += sizeof(kept);
        size -= sizeof(kept);
    }
    while (size--) {
        char kept = *a;
        *a++ = *b;
        *b++ = kept;
    }
}

struct order {
    cmp_r_func_t compare_r;
    cmp_func_t compare;
    swap_r_func_t swap_r;
    swap_func_t swap;
    const void *priv;
};

static int compare_two(const struct order *o, const void *a, const void *b)
{
    return o->compare_r ? o->compare_r(a, b, o->priv) : o->compare(a, b);
}

static void swap_two(const struct order *o, char *a, char *b, size_t size)
{
    if (o->swap_r)
        o->swap_r(a, b, (int)size, o->priv);
    else if (o->swap)
        o->swap(a, b, (int)size);
    else
        swap_bytes(a, b, size);
}

static void sift(const struct order *o, char *base, size_t at, size_t count, size_t size)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) return;
        if (child + 1 < count && compare_two(o, base + child * size, base + (child + 1) * size) < 0) child++;
        if (compare_two(o, base + at * size, base + child * size) >= 0) return;
        swap_two(o, base + at * size, base + child * size, size);
        at = child;
    }
}

static void heap_sort(const struct order *o, char *base, size_t count, size_t size)
{
    for (size_t at = count / 2; at-- > 0;) sift(o, base, at, count, size);
    while (count > 1) {
        count--;
        swap_two(o, base, base + count * size, size);
        sift(o, base, 0, count, size);
    }
}

__weak void sort_r(void *base, size_t count, size_t size, cmp_r_func_t compare, swap_r_func_t swap_elements,
                   const void *priv)
{
    struct order o = {.compare_r = compare, .swap_r = swap_elements, .priv = priv};
    heap_sort(&o, base, count, size);
}

__weak void sort(void *base, size_t count, size_t size, cmp_func_t compare, swap_func_t swap_elements)
{
    struct order o = {.compare = compare, .swap = swap_elements};
    heap_sort(&o, base, count, size);
}

/* libc's bsearch is the same function; only a machine without libc takes this one. */
__weak void *bsearch(const void *key, const void *base, size_t count, size_t size, cmp_func_t compare)
{
    return __inline_bsearch(key, base, count, size, compare);
}

/* Singly linked through next; equal elements of `a` come first. */
static struct list_head *merge(void *priv, list_cmp_func_t compare, struct list_head *a, struct list_head *b)
{
    struct list_head *head = NULL, **tail = &head;

    while (a && b) {
        struct list_head **from = compare(priv, a, b) <= 0 ? &a : &b;
        *tail = *from;
        tail = &(*from)->next;
        *from = (*from)->next;
    }
    *tail = a ? a : b;
    return head;
}

/* `runs[i]` holds a sorted run of 1 << i elements, or nothing: a binary counter. */
__weak void list_sort(void *priv, struct list_head *head, list_cmp_func_t compare)
{
    struct list_head *runs[64] = {NULL}, *at = head->next, *all = NULL, *prev = head;

    if (head->next == head->prev) return;
    head->prev->next = NULL;
    while (at) {
        struct list_head *one = at;
        int i = 0;
        at = at->next;
        one->next = NULL;
        while (runs[i]) {
            one = merge(priv, compare, runs[i], one);
            runs[i++] = NULL;
        }
        runs[i] = one;
    }
    for (int i = 0; i < 64; i++)
        if (runs[i]) all = all ? merge(priv, compare, runs[i], all) : runs[i];
    for (at = all; at; at = at->next) {
        prev->next = at;
        at->prev = prev;
        prev = at;
    }
    prev->next = head;
    head->prev = prev;
}
