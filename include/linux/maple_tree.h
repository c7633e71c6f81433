/* SPDX-License-Identifier: MIT */
/*
 * The maple tree's interface and node layout, as lib/maple_tree.c of Linux 6.1 implements it: a
 * B-tree over ranges of unsigned long whose nodes fill 256 aligned bytes. The low bits of a pointer
 * to a node say its type; the low bits of a parent pointer say which slot of the parent it is in.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

#define MAPLE_NODE_SLOTS 31
#define MAPLE_RANGE64_SLOTS 16
#define MAPLE_ARANGE64_SLOTS 10
#define MAPLE_ARANGE64_META_MAX 15
#define MAPLE_ALLOC_SLOTS (MAPLE_NODE_SLOTS - 1)
#define MAPLE_NODE_MASK 255UL
#define MAPLE_NODE_TYPE_MASK 0x0F
#define MAPLE_NODE_TYPE_SHIFT 0x03
#define MAPLE_RESERVED_RANGE 4096
#define MAPLE_HEIGHT_MAX 31

/* Never defined: a pointer of these types carries bits that must be taken off first. */
struct maple_enode;
struct maple_pnode;

struct maple_metadata {
    unsigned char end; /* of the data */
    unsigned char gap; /* the slot with the largest gap */
};
struct maple_range_64 {
    struct maple_pnode *parent;
    unsigned long pivot[MAPLE_RANGE64_SLOTS - 1];
    union {
        void __rcu *slot[MAPLE_RANGE64_SLOTS];
        struct {
            void __rcu *pad[MAPLE_RANGE64_SLOTS - 1];
            struct maple_metadata meta;
        };
    };
};
struct maple_arange_64 {
    struct maple_pnode *parent;
    unsigned long pivot[MAPLE_ARANGE64_SLOTS - 1];
    void __rcu *slot[MAPLE_ARANGE64_SLOTS];
    unsigned long gap[MAPLE_ARANGE64_SLOTS];
    struct maple_metadata meta;
};
struct maple_alloc {
    unsigned long total;
    unsigned char node_count;
    unsigned int request_count;
    struct maple_alloc *slot[MAPLE_ALLOC_SLOTS];
};
struct maple_topiary {
    struct maple_pnode *parent;
    struct maple_enode *next;
};
enum maple_type { maple_dense, maple_leaf_64, maple_range_64, maple_arange_64 };
struct maple_node {
    union {
        struct {
            struct maple_pnode *parent;
            void __rcu *slot[MAPLE_NODE_SLOTS];
        };
        /* A dead node on its way out. */
        struct {
            void *pad;
            struct rcu_head rcu;
            struct maple_enode *piv_parent;
            unsigned char parent_slot;
            enum maple_type type;
            unsigned char slot_len;
            unsigned int ma_flags;
        };
        struct maple_range_64 mr64;
        struct maple_arange_64 ma64;
        struct maple_alloc alloc;
    };
};

typedef struct lockdep_map *lockdep_map_p;
#define MT_FLAGS_ALLOC_RANGE 0x01 /* track gaps */
#define MT_FLAGS_USE_RCU 0x02
#define MT_FLAGS_HEIGHT_OFFSET 0x02
#define MT_FLAGS_HEIGHT_MASK 0x7C
#define MT_FLAGS_LOCK_MASK 0x300
#define MT_FLAGS_LOCK_IRQ 0x100
#define MT_FLAGS_LOCK_BH 0x200
#define MT_FLAGS_LOCK_EXTERN 0x300
struct maple_tree {
    union {
        spinlock_t ma_lock;
        lockdep_map_p ma_external_lock;
    };
    void __rcu *ma_root;
    unsigned int ma_flags;
};
#define mt_lock_is_held(mt) 1
#define mt_set_external_lock(mt, lock) ((void)(mt))
#define MTREE_INIT(name, flags)                               \
    {                                                         \
        {__SPIN_LOCK_UNLOCKED((name).ma_lock)}, NULL, (flags) \
    }
#define MTREE_INIT_EXT(name, flags, lock)                     \
    {                                                         \
        {__SPIN_LOCK_UNLOCKED((name).ma_lock)}, NULL, (flags) \
    }
#define DEFINE_MTREE(name) struct maple_tree name = MTREE_INIT(name, 0)
#define mtree_lock(mt) spin_lock(&(mt)->ma_lock)
#define mtree_unlock(mt) spin_unlock(&(mt)->ma_lock)

struct ma_topiary {
    struct maple_enode *head, *tail;
    struct maple_tree *mtree;
};
#define MA_TOPIARY(name, tree) struct ma_topiary name = {NULL, NULL, tree}

struct ma_state {
    struct maple_tree *tree;
    unsigned long index;
    unsigned long last;
    struct maple_enode *node; /* a node or one of the marks below */
    unsigned long min, max;   /* what the node covers */
    struct maple_alloc *alloc;
    unsigned char depth;
    unsigned char offset;
    unsigned char mas_flags;
};
struct ma_wr_state {
    struct ma_state *mas;
    struct maple_node *node;
    unsigned long r_min, r_max; /* the range at the offset */
    enum maple_type type;
    unsigned char offset_end, node_end;
    unsigned long *pivots;
    unsigned long end_piv;
    void __rcu **slots;
    void *entry, *content;
};
#define MAS_START ((struct maple_enode *)1UL)
#define MAS_ROOT ((struct maple_enode *)5UL)
#define MAS_NONE ((struct maple_enode *)9UL)
#define MAS_PAUSE ((struct maple_enode *)17UL)
#define MA_ERROR(error) ((struct maple_enode *)(((unsigned long)(error) << 2) | 2UL))
#define MA_STATE(name, mt, first, end)         \
    struct ma_state name = {.tree = mt,        \
                            .index = first,    \
                            .last = end,       \
                            .node = MAS_START, \
                            .min = 0,          \
                            .max = ULONG_MAX,  \
                            .alloc = NULL,     \
                            .depth = 0,        \
                            .offset = 0,       \
                            .mas_flags = 0}
#define MA_WR_STATE(name, state, new_entry)         \
    struct ma_wr_state name = {.mas = state,        \
                               .node = NULL,        \
                               .r_min = 0,          \
                               .r_max = 0,          \
                               .type = maple_dense, \
                               .offset_end = 0,     \
                               .node_end = 0,       \
                               .pivots = NULL,      \
                               .end_piv = 0,        \
                               .slots = NULL,       \
                               .entry = new_entry,  \
                               .content = NULL}
#define mas_lock(mas) spin_lock(&((mas)->tree->ma_lock))
#define mas_unlock(mas) spin_unlock(&((mas)->tree->ma_lock))

ASHLAR_BEGIN_C
void *mtree_load(struct maple_tree *mt, unsigned long index);
int mtree_insert(struct maple_tree *mt, unsigned long index, void *entry, gfp_t flags);
int mtree_insert_range(struct maple_tree *mt, unsigned long first, unsigned long last, void *entry, gfp_t flags);
int mtree_alloc_range(struct maple_tree *mt, unsigned long *startp, void *entry, unsigned long size, unsigned long min,
                      unsigned long max, gfp_t flags);
int mtree_alloc_rrange(struct maple_tree *mt, unsigned long *startp, void *entry, unsigned long size, unsigned long min,
                       unsigned long max, gfp_t flags);
int mtree_store_range(struct maple_tree *mt, unsigned long first, unsigned long last, void *entry, gfp_t flags);
int mtree_store(struct maple_tree *mt, unsigned long index, void *entry, gfp_t flags);
void *mtree_erase(struct maple_tree *mt, unsigned long index);
void mtree_destroy(struct maple_tree *mt);
void __mt_destroy(struct maple_tree *mt);
void *mas_walk(struct ma_state *mas);
void *mas_store(struct ma_state *mas, void *entry);
void *mas_erase(struct ma_state *mas);
int mas_store_gfp(struct ma_state *mas, void *entry, gfp_t flags);
void mas_store_prealloc(struct ma_state *mas, void *entry);
void *mas_find(struct ma_state *mas, unsigned long max);
void *mas_find_rev(struct ma_state *mas, unsigned long min);
int mas_preallocate(struct ma_state *mas, void *entry, gfp_t flags);
bool mas_is_err(struct ma_state *mas);
bool mas_nomem(struct ma_state *mas, gfp_t flags);
void mas_pause(struct ma_state *mas);
void maple_tree_init(void);
void mas_destroy(struct ma_state *mas);
int mas_expected_entries(struct ma_state *mas, unsigned long entries);
void *mas_prev(struct ma_state *mas, unsigned long min);
void *mas_next(struct ma_state *mas, unsigned long max);
int mas_empty_area(struct ma_state *mas, unsigned long min, unsigned long max, unsigned long size);
int mas_empty_area_rev(struct ma_state *mas, unsigned long min, unsigned long max, unsigned long size);
void *mt_find(struct maple_tree *mt, unsigned long *index, unsigned long max);
void *mt_find_after(struct maple_tree *mt, unsigned long *index, unsigned long max);
void *mt_prev(struct maple_tree *mt, unsigned long index, unsigned long min);
void *mt_next(struct maple_tree *mt, unsigned long index, unsigned long max);
ASHLAR_END_C

static inline void mt_init_flags(struct maple_tree *mt, unsigned int flags)
{
    mt->ma_flags = flags;
    if ((flags & MT_FLAGS_LOCK_MASK) != MT_FLAGS_LOCK_EXTERN) spin_lock_init(&mt->ma_lock);
    rcu_assign_pointer(mt->ma_root, NULL);
}
static inline void mt_init(struct maple_tree *mt) { mt_init_flags(mt, 0); }
static inline bool mtree_empty(const struct maple_tree *mt) { return mt->ma_root == NULL; }
static inline bool mt_external_lock(const struct maple_tree *mt)
{
    return (mt->ma_flags & MT_FLAGS_LOCK_MASK) == MT_FLAGS_LOCK_EXTERN;
}
static inline bool mt_in_rcu(struct maple_tree *mt) { return (mt->ma_flags & MT_FLAGS_USE_RCU) != 0; }
static inline void ashlar_mt_change_flag(struct maple_tree *mt, unsigned int clear, unsigned int set)
{
    if (mt_external_lock(mt)) {
        mt->ma_flags = (mt->ma_flags & ~clear) | set;
        return;
    }
    mtree_lock(mt);
    mt->ma_flags = (mt->ma_flags & ~clear) | set;
    mtree_unlock(mt);
}
static inline void mt_clear_in_rcu(struct maple_tree *mt)
{
    if (mt_in_rcu(mt)) ashlar_mt_change_flag(mt, MT_FLAGS_USE_RCU, 0);
}
static inline void mt_set_in_rcu(struct maple_tree *mt)
{
    if (!mt_in_rcu(mt)) ashlar_mt_change_flag(mt, 0, MT_FLAGS_USE_RCU);
}
static inline unsigned int mt_height(const struct maple_tree *mt)
{
    return (mt->ma_flags & MT_FLAGS_HEIGHT_MASK) >> MT_FLAGS_HEIGHT_OFFSET;
}

static inline void mas_init(struct ma_state *mas, struct maple_tree *tree, unsigned long address)
{
    *mas = (struct ma_state)ASHLAR_ZERO_INIT;
    mas->tree = tree;
    mas->index = mas->last = address;
    mas->max = ULONG_MAX;
    mas->node = MAS_START;
}
static inline bool mas_is_none(struct ma_state *mas) { return mas->node == MAS_NONE; }
static inline bool mas_is_paused(struct ma_state *mas) { return mas->node == MAS_PAUSE; }
static inline void mas_reset(struct ma_state *mas) { mas->node = MAS_START; }
static inline void mas_set_range(struct ma_state *mas, unsigned long start, unsigned long last)
{
    mas->index = start;
    mas->last = last;
    mas->node = MAS_START;
}
static inline void mas_set(struct ma_state *mas, unsigned long index) { mas_set_range(mas, index, index); }

#define mas_for_each(mas, entry, max) while (((entry) = mas_find((mas), (max))) != NULL)
#define mt_for_each(tree, entry, index, max) \
    for (entry = mt_find(tree, &(index), max); entry; entry = mt_find_after(tree, &(index), max))

#ifdef CONFIG_DEBUG_MAPLE_TREE
ASHLAR_BEGIN_C
extern atomic_t maple_tree_tests_run;
extern atomic_t maple_tree_tests_passed;
void mt_dump(const struct maple_tree *mt);
void mt_validate(struct maple_tree *mt);
void mt_cache_shrink(void);
ASHLAR_END_C
/* Counts every check; a failed one dumps the tree. */
#define MT_BUG_ON(tree, x)                                                                \
    do {                                                                                  \
        atomic_inc(&maple_tree_tests_run);                                                \
        if (x) {                                                                          \
            pr_info("BUG at %s:%d (%s)\n", __func__, __LINE__, #x);                       \
            mt_dump(tree);                                                                \
            dump_stack();                                                                 \
            pr_info("Pass: %u Run:%u\n", (unsigned)atomic_read(&maple_tree_tests_passed), \
                    (unsigned)atomic_read(&maple_tree_tests_run));                        \
        } else {                                                                          \
            atomic_inc(&maple_tree_tests_passed);                                         \
        }                                                                                 \
    } while (0)
#else
#define MT_BUG_ON(tree, x) BUG_ON(x)
#endif
