/* SPDX-License-Identifier: MIT */
/*
 * The XArray's interface and layout, as lib/xarray.c of Linux 6.1 implements it. An entry's lowest
 * bits tell what it is:
 *   00  pointer of the user's (or NULL)
 *   x1  value, shifted up by one; or a pointer tagged with 1 or 3
 *   10  internal: a sibling (below 63), 256 retry, 257 zero (reserved), a small negative error, or,
 *       above 4096, a node of the tree
 * Plain xa_ functions lock for themselves; xas_ functions are steps on an xa_state, under the lock
 * or, for reading, under rcu_read_lock().
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define BITS_PER_XA_VALUE (BITS_PER_LONG - 1)

/* ---- entries --------------------------------------------------------------------------------- */
static inline void *xa_mk_value(unsigned long v)
{
    WARN_ON((long)v < 0);
    return (void *)((v << 1) | 1);
}
static inline unsigned long xa_to_value(const void *entry) { return (unsigned long)entry >> 1; }
static inline bool xa_is_value(const void *entry) { return ((unsigned long)entry & 1) != 0; }
static inline void *xa_tag_pointer(void *p, unsigned long tag) { return (void *)((unsigned long)p | tag); }
static inline void *xa_untag_pointer(void *entry) { return (void *)((unsigned long)entry & ~3UL); }
static inline unsigned int xa_pointer_tag(void *entry) { return (unsigned long)entry & 3UL; }
static inline void *xa_mk_internal(unsigned long v) { return (void *)((v << 2) | 2); }
static inline unsigned long xa_to_internal(const void *entry) { return (unsigned long)entry >> 2; }
static inline bool xa_is_internal(const void *entry) { return ((unsigned long)entry & 3) == 2; }

#define XA_RETRY_ENTRY xa_mk_internal(256)
#define XA_ZERO_ENTRY xa_mk_internal(257)
static inline bool xa_is_zero(const void *entry) { return unlikely(entry == XA_ZERO_ENTRY); }
static inline bool xa_is_err(const void *entry)
{
    return unlikely(xa_is_internal(entry) && entry >= xa_mk_internal((unsigned long)-MAX_ERRNO));
}
static inline int xa_err(void *entry) { return xa_is_err(entry) ? (int)((long)entry >> 2) : 0; }

/* ---- the array ------------------------------------------------------------------------------- */
struct xa_limit {
    u32 max;
    u32 min;
};
#ifdef __cplusplus
#define XA_LIMIT(low, high) (xa_limit{(u32)(high), (u32)(low)})
#else
#define XA_LIMIT(low, high) \
    (struct xa_limit) { .max = (high), .min = (low) }
#endif
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)

typedef unsigned __bitwise xa_mark_t;
#define XA_MARK_0 ((xa_mark_t)0U)
#define XA_MARK_1 ((xa_mark_t)1U)
#define XA_MARK_2 ((xa_mark_t)2U)
#define XA_PRESENT ((xa_mark_t)8U)
#define XA_MARK_MAX XA_MARK_2
#define XA_FREE_MARK XA_MARK_0

enum xa_lock_type { XA_LOCK_IRQ = 1, XA_LOCK_BH = 2 };
#define XA_FLAGS_LOCK_IRQ ((gfp_t)XA_LOCK_IRQ)
#define XA_FLAGS_LOCK_BH ((gfp_t)XA_LOCK_BH)
#define XA_FLAGS_TRACK_FREE ((gfp_t)4U)
#define XA_FLAGS_ZERO_BUSY ((gfp_t)8U)
#define XA_FLAGS_ALLOC_WRAPPED ((gfp_t)16U)
#define XA_FLAGS_ACCOUNT ((gfp_t)32U)
#define XA_FLAGS_MARK(mark) ((gfp_t)((1U << __GFP_BITS_SHIFT) << (unsigned int)(mark)))
#define XA_FLAGS_ALLOC (XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_FREE_MARK))
#define XA_FLAGS_ALLOC1 (XA_FLAGS_TRACK_FREE | XA_FLAGS_ZERO_BUSY)

struct xa_node;
struct xarray {
    spinlock_t xa_lock;
    gfp_t xa_flags;
    void __rcu *xa_head;
};
#define XARRAY_INIT(name, flags)                        \
    {                                                   \
        __SPIN_LOCK_UNLOCKED(name.xa_lock), flags, NULL \
    }
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

ASHLAR_BEGIN_C
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t flags);
void *xa_erase(struct xarray *xa, unsigned long index);
void *xa_store_range(struct xarray *xa, unsigned long first, unsigned long last, void *entry, gfp_t flags);
bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter) __attribute__((nonnull(2)));
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
    __attribute__((nonnull(2)));
unsigned int xa_extract(struct xarray *xa, void **to, unsigned long start, unsigned long max, unsigned int n,
                        xa_mark_t filter);
void xa_destroy(struct xarray *xa);
int xa_get_order(struct xarray *xa, unsigned long index);
void *__xa_erase(struct xarray *xa, unsigned long index);
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t flags);
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t flags);
int __must_check __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t flags);
int __must_check __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t flags);
int __must_check __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
                                   gfp_t flags);
void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_delete_node(struct xa_node *node, void (*update)(struct xa_node *node));
ASHLAR_END_C

static inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
    spin_lock_init(&xa->xa_lock);
    xa->xa_flags = flags;
    xa->xa_head = NULL;
}
static inline void xa_init(struct xarray *xa) { xa_init_flags(xa, 0); }
static inline bool xa_empty(const struct xarray *xa) { return xa->xa_head == NULL; }
static inline bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
    return (xa->xa_flags & XA_FLAGS_MARK(mark)) != 0;
}

#define xa_for_each_range(xa, index, entry, start, last)                      \
    for (index = start, entry = xa_find(xa, &index, last, XA_PRESENT); entry; \
         entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) xa_for_each_range(xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, filter)                       \
    for (index = 0, entry = xa_find(xa, &index, ULONG_MAX, filter); entry; \
         entry = xa_find_after(xa, &index, ULONG_MAX, filter))

#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_bh(xa) spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa) spin_unlock_bh(&(xa)->xa_lock)
#define xa_lock_irq(xa) spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa) spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_nested(xa, subclass) spin_lock_nested(&(xa)->xa_lock, subclass)
#define xa_lock_bh_nested(xa, subclass) spin_lock_bh_nested(&(xa)->xa_lock, subclass)
#define xa_lock_irq_nested(xa, subclass) spin_lock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave_nested(xa, flags, subclass) spin_lock_irqsave(&(xa)->xa_lock, flags)

/* One function for each kind of lock: none (suffix empty), bottom halves off, interrupts off. */
#define ASHLAR_XA_LOCKED(suffix)                                                                           \
    static inline void *xa_store##suffix(struct xarray *xa, unsigned long index, void *entry, gfp_t flags) \
    {                                                                                                      \
        might_alloc(flags);                                                                                \
        xa_lock##suffix(xa);                                                                               \
        void *before = __xa_store(xa, index, entry, flags);                                                \
        xa_unlock##suffix(xa);                                                                             \
        return before;                                                                                     \
    }                                                                                                      \
    static inline void *xa_erase##suffix(struct xarray *xa, unsigned long index)                           \
    {                                                                                                      \
        xa_lock##suffix(xa);                                                                               \
        void *before = __xa_erase(xa, index);                                                              \
        xa_unlock##suffix(xa);                                                                             \
        return before;                                                                                     \
    }
ASHLAR_XA_LOCKED(_bh)
ASHLAR_XA_LOCKED(_irq)
#undef ASHLAR_XA_LOCKED
#define ASHLAR_XA_LOCKED(suffix)                                                                                       \
    static inline void *xa_cmpxchg##suffix(struct xarray *xa, unsigned long index, void *old, void *entry,             \
                                           gfp_t flags)                                                                \
    {                                                                                                                  \
        might_alloc(flags);                                                                                            \
        xa_lock##suffix(xa);                                                                                           \
        void *before = __xa_cmpxchg(xa, index, old, entry, flags);                                                     \
        xa_unlock##suffix(xa);                                                                                         \
        return before;                                                                                                 \
    }                                                                                                                  \
    static inline int __must_check xa_insert##suffix(struct xarray *xa, unsigned long index, void *entry, gfp_t flags) \
    {                                                                                                                  \
        might_alloc(flags);                                                                                            \
        xa_lock##suffix(xa);                                                                                           \
        int error = __xa_insert(xa, index, entry, flags);                                                              \
        xa_unlock##suffix(xa);                                                                                         \
        return error;                                                                                                  \
    }                                                                                                                  \
    static inline int __must_check xa_alloc##suffix(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,    \
                                                    gfp_t flags)                                                       \
    {                                                                                                                  \
        might_alloc(flags);                                                                                            \
        xa_lock##suffix(xa);                                                                                           \
        int error = __xa_alloc(xa, id, entry, limit, flags);                                                           \
        xa_unlock##suffix(xa);                                                                                         \
        return error;                                                                                                  \
    }                                                                                                                  \
    static inline int xa_alloc_cyclic##suffix(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,          \
                                              u32 *next, gfp_t flags)                                                  \
    {                                                                                                                  \
        might_alloc(flags);                                                                                            \
        xa_lock##suffix(xa);                                                                                           \
        int error = __xa_alloc_cyclic(xa, id, entry, limit, next, flags);                                              \
        xa_unlock##suffix(xa);                                                                                         \
        return error;                                                                                                  \
    }                                                                                                                  \
    static inline int __must_check xa_reserve##suffix(struct xarray *xa, unsigned long index, gfp_t flags)             \
    {                                                                                                                  \
        return xa_err(xa_cmpxchg##suffix(xa, index, NULL, XA_ZERO_ENTRY, flags));                                      \
    }
ASHLAR_XA_LOCKED()
ASHLAR_XA_LOCKED(_bh)
ASHLAR_XA_LOCKED(_irq)
#undef ASHLAR_XA_LOCKED
static inline void xa_release(struct xarray *xa, unsigned long index) { xa_cmpxchg(xa, index, XA_ZERO_ENTRY, NULL, 0); }

/* ---- nodes ----------------------------------------------------------------------------------- */
#ifndef XA_CHUNK_SHIFT
#define XA_CHUNK_SHIFT (CONFIG_BASE_SMALL ? 4 : 6)
#endif
#define XA_CHUNK_SIZE (1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK (XA_CHUNK_SIZE - 1)
#define XA_MAX_MARKS 3
#define XA_MARK_LONGS BITS_TO_LONGS(XA_CHUNK_SIZE)

struct xa_node {
    unsigned char shift;     /* bits of the index below this node */
    unsigned char offset;    /* its slot in the parent */
    unsigned char count;     /* slots in use */
    unsigned char nr_values; /* of them, values */
    struct xa_node __rcu *parent;
    struct xarray *array;
    union {
        struct list_head private_list;
        struct rcu_head rcu_head;
    };
    void __rcu *slots[XA_CHUNK_SIZE];
    union {
        unsigned long tags[XA_MAX_MARKS][XA_MARK_LONGS];
        unsigned long marks[XA_MAX_MARKS][XA_MARK_LONGS];
    };
};
ASHLAR_BEGIN_C
void xa_dump(const struct xarray *xa);
void xa_dump_node(const struct xa_node *node);
ASHLAR_END_C
#ifdef XA_DEBUG
#define XA_BUG_ON(xa, x) \
    do {                 \
        if (x) {         \
            xa_dump(xa); \
            BUG();       \
        }                \
    } while (0)
#define XA_NODE_BUG_ON(node, x)           \
    do {                                  \
        if (x) {                          \
            if (node) xa_dump_node(node); \
            BUG();                        \
        }                                 \
    } while (0)
#else
#define XA_BUG_ON(xa, x) ((void)0)
#define XA_NODE_BUG_ON(node, x) ((void)0)
#endif

static inline void *xa_head(const struct xarray *xa) { return rcu_dereference_raw(xa->xa_head); }
static inline void *xa_head_locked(const struct xarray *xa) { return xa->xa_head; }
static inline void *xa_entry(const struct xarray *xa, const struct xa_node *node, unsigned int offset)
{
    (void)xa;
    XA_NODE_BUG_ON(node, offset >= XA_CHUNK_SIZE);
    return rcu_dereference_raw(node->slots[offset]);
}
static inline void *xa_entry_locked(const struct xarray *xa, const struct xa_node *node, unsigned int offset)
{
    (void)xa;
    XA_NODE_BUG_ON(node, offset >= XA_CHUNK_SIZE);
    return node->slots[offset];
}
static inline struct xa_node *xa_parent(const struct xarray *xa, const struct xa_node *node)
{
    (void)xa;
    return rcu_dereference_raw(node->parent);
}
static inline struct xa_node *xa_parent_locked(const struct xarray *xa, const struct xa_node *node)
{
    (void)xa;
    return node->parent;
}
static inline void *xa_mk_node(const struct xa_node *node) { return (void *)((unsigned long)node | 2); }
static inline struct xa_node *xa_to_node(const void *entry) { return (struct xa_node *)((unsigned long)entry - 2); }
static inline bool xa_is_node(const void *entry) { return xa_is_internal(entry) && (unsigned long)entry > 4096; }
static inline void *xa_mk_sibling(unsigned int offset) { return xa_mk_internal(offset); }
static inline unsigned long xa_to_sibling(const void *entry) { return xa_to_internal(entry); }
static inline bool xa_is_sibling(const void *entry)
{
    return IS_ENABLED(CONFIG_XARRAY_MULTI) && xa_is_internal(entry) && entry < xa_mk_sibling(XA_CHUNK_SIZE - 1);
}
static inline bool xa_is_retry(const void *entry) { return unlikely(entry == XA_RETRY_ENTRY); }
static inline bool xa_is_advanced(const void *entry) { return xa_is_internal(entry) && entry <= XA_RETRY_ENTRY; }

/* ---- operation state ------------------------------------------------------------------------- */
typedef void (*xa_update_node_t)(struct xa_node *node);
struct list_lru;
struct xa_state {
    struct xarray *xa;
    unsigned long xa_index;
    unsigned char xa_shift;
    unsigned char xa_sibs;
    unsigned char xa_offset;
    unsigned char xa_pad;
    struct xa_node *xa_node; /* NULL: the root; else a node or one of the marks below */
    struct xa_node *xa_alloc;
    xa_update_node_t xa_update;
    struct list_lru *xa_lru;
};
#define XA_ERROR(errno) ((struct xa_node *)(((unsigned long)(errno) << 2) | 2UL))
#define XAS_BOUNDS ((struct xa_node *)1UL)
#define XAS_RESTART ((struct xa_node *)3UL)
#define __XA_STATE(array, index, shift, sibs)                                                            \
    {                                                                                                    \
        array, index, (unsigned char)(shift), (unsigned char)(sibs), 0, 0, XAS_RESTART, NULL, NULL, NULL \
    }
#define XA_STATE(name, array, index) struct xa_state name = __XA_STATE(array, index, 0, 0)
#define XA_STATE_ORDER(name, array, index, order)                                                                   \
    struct xa_state name = __XA_STATE(array, ((index) >> (order)) << (order), (order) - ((order) % XA_CHUNK_SHIFT), \
                                      (1U << ((order) % XA_CHUNK_SHIFT)) - 1)

#define xas_marked(xas, mark) xa_marked((xas)->xa, (mark))
#define xas_trylock(xas) xa_trylock((xas)->xa)
#define xas_lock(xas) xa_lock((xas)->xa)
#define xas_unlock(xas) xa_unlock((xas)->xa)
#define xas_lock_bh(xas) xa_lock_bh((xas)->xa)
#define xas_unlock_bh(xas) xa_unlock_bh((xas)->xa)
#define xas_lock_irq(xas) xa_lock_irq((xas)->xa)
#define xas_unlock_irq(xas) xa_unlock_irq((xas)->xa)
#define xas_lock_irqsave(xas, flags) xa_lock_irqsave((xas)->xa, flags)
#define xas_unlock_irqrestore(xas, flags) xa_unlock_irqrestore((xas)->xa, flags)

static inline int xas_error(const struct xa_state *xas) { return xa_err(xas->xa_node); }
static inline void xas_set_err(struct xa_state *xas, long error) { xas->xa_node = XA_ERROR(error); }
static inline bool xas_invalid(const struct xa_state *xas) { return ((unsigned long)xas->xa_node & 3) != 0; }
static inline bool xas_valid(const struct xa_state *xas) { return !xas_invalid(xas); }
static inline bool xas_is_node(const struct xa_state *xas) { return xas_valid(xas) && xas->xa_node; }
/* True for the root, the marks and errors alike. */
static inline bool xas_not_node(struct xa_node *node) { return ((unsigned long)node & 3) || !node; }
static inline bool xas_frozen(struct xa_node *node) { return ((unsigned long)node & 2) != 0; }
static inline bool xas_top(struct xa_node *node) { return node <= XAS_RESTART; }
static inline void xas_reset(struct xa_state *xas) { xas->xa_node = XAS_RESTART; }
static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
    if (xa_is_zero(entry)) return true;
    if (!xa_is_retry(entry)) return false;
    xas_reset(xas);
    return true;
}

ASHLAR_BEGIN_C
void *xas_load(struct xa_state *xas);
void *xas_store(struct xa_state *xas, void *entry);
void *xas_find(struct xa_state *xas, unsigned long max);
void *xas_find_conflict(struct xa_state *xas);
bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_set_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark);
void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark);
void xas_init_marks(const struct xa_state *xas);
bool xas_nomem(struct xa_state *xas, gfp_t flags);
void xas_destroy(struct xa_state *xas);
void xas_pause(struct xa_state *xas);
void xas_create_range(struct xa_state *xas);
int xas_get_order(struct xa_state *xas);
void xas_split(struct xa_state *xas, void *entry, unsigned int order);
void xas_split_alloc(struct xa_state *xas, void *entry, unsigned int order, gfp_t flags);
void *__xas_next(struct xa_state *xas);
void *__xas_prev(struct xa_state *xas);
ASHLAR_END_C

static inline void *xas_reload(struct xa_state *xas)
{
    struct xa_node *node = xas->xa_node;
    void *entry;
    unsigned int offset;
    if (!node) return xa_head(xas->xa);
    offset = IS_ENABLED(CONFIG_XARRAY_MULTI) ? (xas->xa_index >> node->shift) & XA_CHUNK_MASK : xas->xa_offset;
    entry = xa_entry(xas->xa, node, offset);
    if (!xa_is_sibling(entry)) return entry;
    return xa_entry(xas->xa, node, (unsigned int)xa_to_sibling(entry));
}
static inline void xas_set(struct xa_state *xas, unsigned long index)
{
    xas->xa_index = index;
    xas->xa_node = XAS_RESTART;
}
static inline void xas_advance(struct xa_state *xas, unsigned long index)
{
    unsigned char shift = xas_is_node(xas) ? xas->xa_node->shift : 0;
    xas->xa_index = index;
    xas->xa_offset = (unsigned char)((index >> shift) & XA_CHUNK_MASK);
}
static inline void xas_set_order(struct xa_state *xas, unsigned long index, unsigned int order)
{
    xas->xa_index = order < BITS_PER_LONG ? (index >> order) << order : 0;
    xas->xa_shift = (unsigned char)(order - (order % XA_CHUNK_SHIFT));
    xas->xa_sibs = (unsigned char)((1U << (order % XA_CHUNK_SHIFT)) - 1);
    xas->xa_node = XAS_RESTART;
}
static inline void xas_set_update(struct xa_state *xas, xa_update_node_t update) { xas->xa_update = update; }
static inline void xas_set_lru(struct xa_state *xas, struct list_lru *lru) { xas->xa_lru = lru; }

/* The three steps below take the short way while they stay among the slots of one leaf. */
static inline void *xas_next_entry(struct xa_state *xas, unsigned long max)
{
    struct xa_node *node = xas->xa_node;
    void *entry;
    if (unlikely(xas_not_node(node) || node->shift || xas->xa_offset != (xas->xa_index & XA_CHUNK_MASK)))
        return xas_find(xas, max);
    do {
        if (unlikely(xas->xa_index >= max)) return xas_find(xas, max);
        if (unlikely(xas->xa_offset == XA_CHUNK_MASK)) return xas_find(xas, max);
        entry = xa_entry(xas->xa, node, xas->xa_offset + 1U);
        if (unlikely(xa_is_internal(entry))) return xas_find(xas, max);
        xas->xa_offset++;
        xas->xa_index++;
    } while (!entry);
    return entry;
}
static inline unsigned int xas_find_chunk(struct xa_state *xas, bool advance, xa_mark_t mark)
{
    unsigned int offset = xas->xa_offset + (advance ? 1U : 0U);
    return (unsigned int)find_next_bit(xas->xa_node->marks[(unsigned int)mark], XA_CHUNK_SIZE, offset);
}
static inline void *xas_next_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
    struct xa_node *node = xas->xa_node;
    unsigned int offset;
    void *entry;
    if (unlikely(xas_not_node(node) || node->shift)) return xas_find_marked(xas, max, mark);
    offset = xas_find_chunk(xas, true, mark);
    xas->xa_offset = (unsigned char)offset;
    xas->xa_index = (xas->xa_index & ~XA_CHUNK_MASK) + offset;
    if (xas->xa_index > max) return NULL;
    if (offset == XA_CHUNK_SIZE) return xas_find_marked(xas, max, mark);
    entry = xa_entry(xas->xa, node, offset);
    return entry ? entry : xas_find_marked(xas, max, mark);
}
static inline void *xas_prev(struct xa_state *xas)
{
    struct xa_node *node = xas->xa_node;
    if (unlikely(xas_not_node(node) || node->shift || xas->xa_offset == 0)) return __xas_prev(xas);
    xas->xa_index--;
    xas->xa_offset--;
    return xa_entry(xas->xa, node, xas->xa_offset);
}
static inline void *xas_next(struct xa_state *xas)
{
    struct xa_node *node = xas->xa_node;
    if (unlikely(xas_not_node(node) || node->shift || xas->xa_offset == XA_CHUNK_MASK)) return __xas_next(xas);
    xas->xa_index++;
    xas->xa_offset++;
    return xa_entry(xas->xa, node, xas->xa_offset);
}
enum { XA_CHECK_SCHED = 4096 };
#define xas_for_each(xas, entry, max) for (entry = xas_find(xas, max); entry; entry = xas_next_entry(xas, max))
#define xas_for_each_marked(xas, entry, max, mark) \
    for (entry = xas_find_marked(xas, max, mark); entry; entry = xas_next_marked(xas, max, mark))
#define xas_for_each_conflict(xas, entry) while ((entry = xas_find_conflict(xas)))
