/* SPDX-License-Identifier: MIT */
/* A bitmap over many cache lines for tags, with freeing in batches and fair waiting. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/types.h>
#include <linux/wait.h>
struct seq_file;
struct sbitmap_word {
    unsigned long word;
    unsigned long cleared ____cacheline_aligned_in_smp; /* freed, not yet cleared in word */
    raw_spinlock_t swap_lock;
} ____cacheline_aligned_in_smp;
struct sbitmap {
    unsigned int depth, shift, map_nr;
    bool round_robin;
    struct sbitmap_word *map;
    unsigned int __percpu *alloc_hint;
};
#define SBQ_WAIT_QUEUES 8
#define SBQ_WAKE_BATCH 8
struct sbq_wait_state {
    wait_queue_head_t wait;
} ____cacheline_aligned_in_smp;
struct sbitmap_queue {
    struct sbitmap sb;
    unsigned int wake_batch;
    atomic_t wake_index;
    struct sbq_wait_state *ws;
    atomic_t ws_active;
    unsigned int min_shallow_depth;
    atomic_t completion_cnt, wakeup_cnt;
};
struct sbq_wait {
    struct sbitmap_queue *sbq;
    struct wait_queue_entry wait;
};
#define DEFINE_SBQ_WAIT(name) \
    struct sbq_wait name = {NULL, {0, current, autoremove_wake_function, LIST_HEAD_INIT((name).wait.entry)}}
ASHLAR_BEGIN_C
int sbitmap_init_node(struct sbitmap *sb, unsigned int depth, int shift, gfp_t flags, int node, bool round_robin,
                      bool alloc_hint);
void sbitmap_resize(struct sbitmap *sb, unsigned int depth);
int sbitmap_get(struct sbitmap *sb);
int sbitmap_get_shallow(struct sbitmap *sb, unsigned long shallow_depth);
bool sbitmap_any_bit_set(const struct sbitmap *sb);
unsigned int sbitmap_weight(const struct sbitmap *sb);
void sbitmap_show(struct sbitmap *sb, struct seq_file *seq);
void sbitmap_bitmap_show(struct sbitmap *sb, struct seq_file *seq);
int sbitmap_queue_init_node(struct sbitmap_queue *sbq, unsigned int depth, int shift, bool round_robin, gfp_t flags,
                            int node);
void sbitmap_queue_recalculate_wake_batch(struct sbitmap_queue *sbq, unsigned int users);
void sbitmap_queue_resize(struct sbitmap_queue *sbq, unsigned int depth);
int __sbitmap_queue_get(struct sbitmap_queue *sbq);
unsigned long __sbitmap_queue_get_batch(struct sbitmap_queue *sbq, int count, unsigned int *offset);
int sbitmap_queue_get_shallow(struct sbitmap_queue *sbq, unsigned int shallow_depth);
void sbitmap_queue_min_shallow_depth(struct sbitmap_queue *sbq, unsigned int depth);
void sbitmap_queue_clear(struct sbitmap_queue *sbq, unsigned int nr, unsigned int cpu);
void sbitmap_queue_clear_batch(struct sbitmap_queue *sbq, int offset, int *tags, int count);
void sbitmap_queue_wake_all(struct sbitmap_queue *sbq);
void sbitmap_queue_wake_up(struct sbitmap_queue *sbq, int nr);
void sbitmap_queue_show(struct sbitmap_queue *sbq, struct seq_file *seq);
void sbitmap_add_wait_queue(struct sbitmap_queue *sbq, struct sbq_wait_state *ws, struct sbq_wait *wait);
void sbitmap_del_wait_queue(struct sbq_wait *wait);
void sbitmap_prepare_to_wait(struct sbitmap_queue *sbq, struct sbq_wait_state *ws, struct sbq_wait *wait, int state);
void sbitmap_finish_wait(struct sbitmap_queue *sbq, struct sbq_wait_state *ws, struct sbq_wait *wait);
ASHLAR_END_C
#define SB_NR_TO_INDEX(sb, nr) ((nr) >> (sb)->shift)
#define SB_NR_TO_BIT(sb, nr) ((nr) & ((1U << (sb)->shift) - 1U))
/* How many bits word `index` has: the last one may have fewer. */
static inline unsigned int __map_depth(const struct sbitmap *sb, int index)
{
    unsigned int whole = 1U << sb->shift;
    return (unsigned)index + 1 == sb->map_nr ? sb->depth - ((unsigned)index << sb->shift) : whole;
}
static inline void sbitmap_free(struct sbitmap *sb)
{
    free_percpu(sb->alloc_hint);
    kvfree(sb->map);
    sb->map = NULL;
}
static inline void sbitmap_queue_free(struct sbitmap_queue *sbq)
{
    kfree(sbq->ws);
    sbitmap_free(&sbq->sb);
}
static inline unsigned long *__sbitmap_word(struct sbitmap *sb, unsigned int nr)
{
    return &sb->map[SB_NR_TO_INDEX(sb, nr)].word;
}
static inline void sbitmap_set_bit(struct sbitmap *sb, unsigned int nr)
{
    set_bit(SB_NR_TO_BIT(sb, nr), __sbitmap_word(sb, nr));
}
static inline void sbitmap_clear_bit(struct sbitmap *sb, unsigned int nr)
{
    clear_bit(SB_NR_TO_BIT(sb, nr), __sbitmap_word(sb, nr));
}
static inline int sbitmap_test_bit(struct sbitmap *sb, unsigned int nr)
{
    return test_bit(SB_NR_TO_BIT(sb, nr), __sbitmap_word(sb, nr));
}
static inline void sbitmap_deferred_clear_bit(struct sbitmap *sb, unsigned int nr)
{
    set_bit(SB_NR_TO_BIT(sb, nr), &sb->map[SB_NR_TO_INDEX(sb, nr)].cleared);
}
static inline void sbitmap_put(struct sbitmap *sb, unsigned int nr)
{
    sbitmap_deferred_clear_bit(sb, nr);
    if (sb->alloc_hint && !sb->round_robin && nr < sb->depth) *raw_cpu_ptr(sb->alloc_hint) = nr;
}
/* As many words as give each at least four bits, at most a full word each. */
static inline int sbitmap_calculate_shift(unsigned int depth)
{
    int shift = ilog2(BITS_PER_LONG);
    while (depth >= 4 && (4U << shift) > depth) shift--;
    return shift;
}
typedef bool (*sb_for_each_fn)(struct sbitmap *sb, unsigned int nr, void *data);
/* Every set bit once, from `start` on and around the end, until the function says false. */
static inline void __sbitmap_for_each_set(struct sbitmap *sb, unsigned int start, sb_for_each_fn function, void *data)
{
    if (start >= sb->depth) start = 0;
    for (unsigned int i = 0; i < sb->depth; i++) {
        unsigned int nr = start + i < sb->depth ? start + i : start + i - sb->depth;
        struct sbitmap_word *map = &sb->map[SB_NR_TO_INDEX(sb, nr)];
        unsigned long live = READ_ONCE(map->word) & ~READ_ONCE(map->cleared);
        if ((live >> SB_NR_TO_BIT(sb, nr)) & 1 && !function(sb, nr, data)) return;
    }
}
static inline void sbitmap_for_each_set(struct sbitmap *sb, sb_for_each_fn function, void *data)
{
    __sbitmap_for_each_set(sb, 0, function, data);
}
static inline int sbitmap_queue_get(struct sbitmap_queue *sbq, unsigned int *cpu)
{
    int nr;
    *cpu = get_cpu();
    nr = __sbitmap_queue_get(sbq);
    put_cpu();
    return nr;
}
static inline int sbq_index_inc(int index) { return (index + 1) & (SBQ_WAIT_QUEUES - 1); }
static inline void sbq_index_atomic_inc(atomic_t *index)
{
    int old = atomic_read(index);
    atomic_cmpxchg(index, old, sbq_index_inc(old));
}
static inline struct sbq_wait_state *sbq_wait_ptr(struct sbitmap_queue *sbq, atomic_t *index)
{
    struct sbq_wait_state *ws = &sbq->ws[atomic_read(index)];
    sbq_index_atomic_inc(index);
    return ws;
}
