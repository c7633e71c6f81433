/* SPDX-License-Identifier: MIT */
/*
 * Hash tables that grow and shrink under their readers. Writers hold the lowest bit of a bucket's
 * head; a chain ends in a marker made of its bucket's address, so that a reader which was moved to
 * another chain notices. While a table is resized its successor hangs on future_tbl, and whoever
 * does not find an entry looks there. lib/rhashtable.c has the slow paths.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bit_spinlock.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/jhash.h>
#include <linux/list_nulls.h>
#include <linux/log2.h>
#include <linux/rculist.h>
#include <linux/rhashtable-types.h>
#define RHT_ELASTICITY 16u

/* Only ever pointed to, so that a bucket's head, which may have its lock bit set, is not followed. */
struct rhash_lock_head {
};
struct bucket_table {
    unsigned int size; /* a power of two */
    unsigned int nest; /* bits of the first level of a table in pieces, or 0 */
    u32 hash_rnd;
    struct list_head walkers;
    struct rcu_head rcu;
    struct bucket_table __rcu *future_tbl;
    struct lockdep_map dep_map;
    struct rhash_lock_head __rcu *buckets[] ____cacheline_aligned_in_smp;
};

#define RHT_NULLS_MARKER(pointer) ((void *)NULLS_MARKER(((unsigned long)(pointer)) >> 1))
#define INIT_RHT_NULLS_HEAD(pointer) ((pointer) = NULL)
static inline bool rht_is_a_nulls(const struct rhash_head *pointer) { return ((unsigned long)pointer & 1) != 0; }
static inline void *rht_obj(const struct rhashtable *ht, const struct rhash_head *he)
{
    return (char *)he - ht->p.head_offset;
}
static inline unsigned int rht_bucket_index(const struct bucket_table *tbl, unsigned int hash)
{
    return hash & (tbl->size - 1);
}

/* With all parameters known to the compiler, the hash of a key of whole words is inlined. */
static __always_inline unsigned int rht_key_get_hash(struct rhashtable *ht, const void *key,
                                                     const struct rhashtable_params params, unsigned int seed)
{
    unsigned int length = params.key_len;

    if (!__builtin_constant_p(params.key_len)) {
        length = ht->key_len;
        return ht->p.hashfn(key, length, seed);
    }
    if (params.hashfn) return params.hashfn(key, length, seed);
    return length % sizeof(u32) ? jhash(key, length, seed)
                                : jhash2((const u32 *)key, (u32)(length / sizeof(u32)), seed);
}
static __always_inline unsigned int rht_key_hashfn(struct rhashtable *ht, const struct bucket_table *tbl,
                                                   const void *key, const struct rhashtable_params params)
{
    return rht_bucket_index(tbl, rht_key_get_hash(ht, key, params, tbl->hash_rnd));
}
static __always_inline unsigned int rht_head_hashfn(struct rhashtable *ht, const struct bucket_table *tbl,
                                                    const struct rhash_head *he, const struct rhashtable_params params)
{
    const char *object = (const char *)rht_obj(ht, he);

    if (params.obj_hashfn) {
        u32 length = params.key_len ? params.key_len : ht->p.key_len;
        return rht_bucket_index(tbl, params.obj_hashfn(object, length, tbl->hash_rnd));
    }
    return rht_key_hashfn(ht, tbl, object + params.key_offset, params);
}
static inline bool rht_grow_above_75(const struct rhashtable *ht, const struct bucket_table *tbl)
{
    return (unsigned)atomic_read(&ht->nelems) > tbl->size / 4 * 3 && (!ht->p.max_size || tbl->size < ht->p.max_size);
}
static inline bool rht_shrink_below_30(const struct rhashtable *ht, const struct bucket_table *tbl)
{
    return (unsigned)atomic_read(&ht->nelems) < tbl->size * 3 / 10 && tbl->size > ht->p.min_size;
}
static inline bool rht_grow_above_100(const struct rhashtable *ht, const struct bucket_table *tbl)
{
    return (unsigned)atomic_read(&ht->nelems) > tbl->size && (!ht->p.max_size || tbl->size < ht->p.max_size);
}
static inline bool rht_grow_above_max(const struct rhashtable *ht, const struct bucket_table *tbl)
{
    (void)tbl;
    return (unsigned)atomic_read(&ht->nelems) >= ht->max_elems;
}
static inline int lockdep_rht_mutex_is_held(struct rhashtable *ht)
{
    (void)ht;
    return 1;
}
static inline int lockdep_rht_bucket_is_held(const struct bucket_table *tbl, u32 hash)
{
    (void)tbl;
    (void)hash;
    return 1;
}

ASHLAR_BEGIN_C
void *rhashtable_insert_slow(struct rhashtable *ht, const void *key, struct rhash_head *obj);
void rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter);
void rhashtable_walk_exit(struct rhashtable_iter *iter);
int rhashtable_walk_start_check(struct rhashtable_iter *iter);
void *rhashtable_walk_next(struct rhashtable_iter *iter);
void *rhashtable_walk_peek(struct rhashtable_iter *iter);
void rhashtable_walk_stop(struct rhashtable_iter *iter);
void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *object, void *arg), void *arg);
void rhashtable_destroy(struct rhashtable *ht);
struct rhash_lock_head __rcu **rht_bucket_nested(const struct bucket_table *tbl, unsigned int hash);
struct rhash_lock_head __rcu **__rht_bucket_nested(const struct bucket_table *tbl, unsigned int hash);
struct rhash_lock_head __rcu **rht_bucket_nested_insert(struct rhashtable *ht, struct bucket_table *tbl,
                                                        unsigned int hash);
ASHLAR_END_C
static inline void rhashtable_walk_start(struct rhashtable_iter *iter) { (void)rhashtable_walk_start_check(iter); }
static inline void rhltable_free_and_destroy(struct rhltable *table, void (*free_fn)(void *object, void *arg),
                                             void *arg)
{
    rhashtable_free_and_destroy(&table->ht, free_fn, arg);
}
static inline void rhltable_destroy(struct rhltable *table) { rhltable_free_and_destroy(table, NULL, NULL); }
static inline void rhltable_walk_enter(struct rhltable *table, struct rhashtable_iter *iter)
{
    rhashtable_walk_enter(&table->ht, iter);
}

#define rht_dereference(p, ht) rcu_dereference_protected(p, lockdep_rht_mutex_is_held(ht))
#define rht_dereference_rcu(p, ht) rcu_dereference_check(p, lockdep_rht_mutex_is_held(ht))
#define rht_dereference_bucket(p, tbl, hash) rcu_dereference_protected(p, lockdep_rht_bucket_is_held(tbl, hash))
#define rht_dereference_bucket_rcu(p, tbl, hash) rcu_dereference_check(p, lockdep_rht_bucket_is_held(tbl, hash))
#define rht_entry(tpos, pos, member)                         \
    ({                                                       \
        tpos = container_of(pos, __typeof__(*tpos), member); \
        1;                                                   \
    })

static inline struct rhash_lock_head __rcu *const *rht_bucket(const struct bucket_table *tbl, unsigned int hash)
{
    return unlikely(tbl->nest) ? rht_bucket_nested(tbl, hash) : &tbl->buckets[hash];
}
/* NULL when the piece of a nested table that would hold the bucket does not exist. */
static inline struct rhash_lock_head __rcu **rht_bucket_var(struct bucket_table *tbl, unsigned int hash)
{
    return unlikely(tbl->nest) ? __rht_bucket_nested(tbl, hash) : &tbl->buckets[hash];
}
static inline struct rhash_lock_head __rcu **rht_bucket_insert(struct rhashtable *ht, struct bucket_table *tbl,
                                                               unsigned int hash)
{
    return unlikely(tbl->nest) ? rht_bucket_nested_insert(ht, tbl, hash) : &tbl->buckets[hash];
}

static inline void rht_lock(struct bucket_table *tbl, struct rhash_lock_head __rcu **bucket)
{
    (void)tbl;
    local_bh_disable();
    bit_spin_lock(0, (unsigned long *)bucket);
}
static inline void rht_lock_nested(struct bucket_table *tbl, struct rhash_lock_head __rcu **bucket,
                                   unsigned int subclass)
{
    (void)subclass;
    rht_lock(tbl, bucket);
}
static inline void rht_unlock(struct bucket_table *tbl, struct rhash_lock_head __rcu **bucket)
{
    (void)tbl;
    bit_spin_unlock(0, (unsigned long *)bucket);
    local_bh_enable();
}
/* The chain behind a head, without its lock bit; an empty head stands for its own end marker. */
static inline struct rhash_head *ashlar_rht_chain(struct rhash_lock_head *head,
                                                  struct rhash_lock_head __rcu *const *bucket)
{
    unsigned long chain = (unsigned long)head & ~1UL;
    return chain ? (struct rhash_head *)chain : (struct rhash_head *)RHT_NULLS_MARKER(bucket);
}
static inline struct rhash_head *rht_ptr_rcu(struct rhash_lock_head __rcu *const *bucket)
{
    return ashlar_rht_chain(rcu_dereference(*bucket), bucket);
}
static inline struct rhash_head *rht_ptr(struct rhash_lock_head __rcu *const *bucket, struct bucket_table *tbl,
                                         unsigned int hash)
{
    (void)tbl;
    (void)hash;
    return ashlar_rht_chain(*bucket, bucket);
}
static inline struct rhash_head *rht_ptr_exclusive(struct rhash_lock_head __rcu *const *bucket)
{
    return ashlar_rht_chain(*bucket, bucket);
}
/* A new chain; the lock stays held. */
static inline void rht_assign_locked(struct rhash_lock_head __rcu **bucket, struct rhash_head *chain)
{
    unsigned long head = rht_is_a_nulls(chain) ? 0 : (unsigned long)chain;
    rcu_assign_pointer(*bucket, (struct rhash_lock_head *)(head | 1));
}
static inline void rht_assign_unlock(struct bucket_table *tbl, struct rhash_lock_head __rcu **bucket,
                                     struct rhash_head *chain)
{
    (void)tbl;
    rcu_assign_pointer(*bucket, (struct rhash_lock_head *)(rht_is_a_nulls(chain) ? NULL : chain));
    preempt_enable();
    local_bh_enable();
}

#define rht_for_each_from(pos, head, tbl, hash) \
    for (pos = head; !rht_is_a_nulls(pos); pos = rht_dereference_bucket((pos)->next, tbl, hash))
#define rht_for_each(pos, tbl, hash) rht_for_each_from(pos, rht_ptr(rht_bucket(tbl, hash), tbl, hash), tbl, hash)
#define rht_for_each_entry_from(tpos, pos, head, tbl, hash, member)          \
    for (pos = head; (!rht_is_a_nulls(pos)) && rht_entry(tpos, pos, member); \
         pos = rht_dereference_bucket((pos)->next, tbl, hash))
#define rht_for_each_entry(tpos, pos, tbl, hash, member) \
    rht_for_each_entry_from(tpos, pos, rht_ptr(rht_bucket(tbl, hash), tbl, hash), tbl, hash, member)
#define rht_for_each_rcu_from(pos, head, tbl, hash) \
    for (pos = head; !rht_is_a_nulls(pos); pos = rcu_dereference_raw(pos->next))
#define rht_for_each_rcu(pos, tbl, hash) \
    for (pos = rht_ptr_rcu(rht_bucket(tbl, hash)); !rht_is_a_nulls(pos); pos = rcu_dereference_raw(pos->next))
#define rht_for_each_entry_rcu_from(tpos, pos, head, tbl, hash, member)      \
    for (pos = head; (!rht_is_a_nulls(pos)) && rht_entry(tpos, pos, member); \
         pos = rht_dereference_bucket_rcu(pos->next, tbl, hash))
#define rht_for_each_entry_rcu(tpos, pos, tbl, hash, member) \
    rht_for_each_entry_rcu_from(tpos, pos, rht_ptr_rcu(rht_bucket(tbl, hash)), tbl, hash, member)
#define rhl_for_each_rcu(pos, list) for (pos = list; pos; pos = rcu_dereference_raw(pos->next))
#define rhl_for_each_entry_rcu(tpos, pos, list, member) \
    for (pos = list; pos && rht_entry(tpos, pos, member); pos = rcu_dereference_raw(pos->next))

static inline int rhashtable_compare(struct rhashtable_compare_arg *arg, const void *object)
{
    return memcmp((const char *)object + arg->ht->p.key_offset, arg->key, arg->ht->p.key_len);
}
static __always_inline bool ashlar_rht_differs(const struct rhashtable_params params,
                                               struct rhashtable_compare_arg *arg, const void *object)
{
    return (params.obj_cmpfn ? params.obj_cmpfn(arg, object) : rhashtable_compare(arg, object)) != 0;
}

static __always_inline struct rhash_head *__rhashtable_lookup(struct rhashtable *ht, const void *key,
                                                              const struct rhashtable_params params)
{
    struct rhashtable_compare_arg arg = {ht, key};
    struct bucket_table *tbl = rht_dereference_rcu(ht->tbl, ht);

    for (; tbl; smp_rmb(), tbl = rht_dereference_rcu(tbl->future_tbl, ht)) {
        struct rhash_lock_head __rcu *const *bucket = rht_bucket(tbl, rht_key_hashfn(ht, tbl, key, params));
        struct rhash_head *he;
        do {
            rht_for_each_rcu_from(he, rht_ptr_rcu(bucket), tbl,
                                  0) if (!ashlar_rht_differs(params, &arg, rht_obj(ht, he))) return he;
            /* The end of another chain: an entry was moved under our feet. */
        } while (he != (struct rhash_head *)RHT_NULLS_MARKER(bucket));
    }
    return NULL;
}
/* The caller is inside rcu_read_lock(). */
static __always_inline void *rhashtable_lookup(struct rhashtable *ht, const void *key,
                                               const struct rhashtable_params params)
{
    struct rhash_head *he = __rhashtable_lookup(ht, key, params);
    return he ? rht_obj(ht, he) : NULL;
}
static __always_inline void *rhashtable_lookup_fast(struct rhashtable *ht, const void *key,
                                                    const struct rhashtable_params params)
{
    void *object;
    rcu_read_lock();
    object = rhashtable_lookup(ht, key, params);
    rcu_read_unlock();
    return object;
}
static __always_inline struct rhlist_head *rhltable_lookup(struct rhltable *table, const void *key,
                                                           const struct rhashtable_params params)
{
    struct rhash_head *he = __rhashtable_lookup(&table->ht, key, params);
    return he ? container_of(he, struct rhlist_head, rhead) : NULL;
}

/* NULL when inserted, the object with the same key when there is one, or an error. */
static __always_inline void *__rhashtable_insert_fast(struct rhashtable *ht, const void *key, struct rhash_head *obj,
                                                      const struct rhashtable_params params, bool rhlist)
{
    struct rhashtable_compare_arg arg = {ht, key};
    struct rhash_lock_head __rcu **bucket;
    struct rhash_head __rcu **link = NULL;
    struct rhash_head *head, *first;
    struct bucket_table *tbl;
    unsigned int room = RHT_ELASTICITY, hash;
    void *result;

    rcu_read_lock();
    tbl = rht_dereference_rcu(ht->tbl, ht);
    hash = rht_head_hashfn(ht, tbl, obj, params);
    bucket = rht_bucket_insert(ht, tbl, hash);
    result = ERR_PTR(-ENOMEM);
    if (!bucket) goto out;
    rht_lock(tbl, bucket);
    /* A table that is being replaced takes no more entries. */
    if (unlikely(rcu_access_pointer(tbl->future_tbl))) goto slow;

    first = rht_ptr(bucket, tbl, hash);
    rht_for_each_from(head, first, tbl, hash)
    {
        struct rhlist_head *list, *same;
        room--;
        if (!key || ashlar_rht_differs(params, &arg, rht_obj(ht, head))) {
            link = &head->next;
            continue;
        }
        result = rht_obj(ht, head);
        if (!rhlist) goto unlock;
        /* A list of equal keys: the new one takes the old one's place in the chain. */
        list = container_of(obj, struct rhlist_head, rhead);
        same = container_of(head, struct rhlist_head, rhead);
        RCU_INIT_POINTER(list->next, same);
        RCU_INIT_POINTER(list->rhead.next, rht_dereference_bucket(head->next, tbl, hash));
        result = NULL;
        if (link) {
            rcu_assign_pointer(*link, obj);
            goto unlock;
        }
        rht_assign_unlock(tbl, bucket, obj);
        goto out;
    }
    if ((int)room <= 0) goto slow;
    result = ERR_PTR(-E2BIG);
    if (unlikely(rht_grow_above_max(ht, tbl))) goto unlock;
    if (unlikely(rht_grow_above_100(ht, tbl))) goto slow;

    RCU_INIT_POINTER(obj->next, first);
    if (rhlist) RCU_INIT_POINTER(container_of(obj, struct rhlist_head, rhead)->next, NULL);
    atomic_inc(&ht->nelems);
    rht_assign_unlock(tbl, bucket, obj);
    if (rht_grow_above_75(ht, tbl)) schedule_work(&ht->run_work);
    result = NULL;
    goto out;
slow:
    rht_unlock(tbl, bucket);
    rcu_read_unlock();
    return rhashtable_insert_slow(ht, key, obj);
unlock:
    rht_unlock(tbl, bucket);
out:
    rcu_read_unlock();
    return result;
}
static __always_inline int ashlar_rht_result(const void *result)
{
    return !result ? 0 : IS_ERR(result) ? (int)PTR_ERR(result) : -EEXIST;
}
static __always_inline int rhashtable_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
                                                  const struct rhashtable_params params)
{
    void *result = __rhashtable_insert_fast(ht, NULL, obj, params, false);
    return IS_ERR(result) ? (int)PTR_ERR(result) : result == NULL ? 0 : -EEXIST;
}
static __always_inline int rhltable_insert_key(struct rhltable *table, const void *key, struct rhlist_head *list,
                                               const struct rhashtable_params params)
{
    return (int)PTR_ERR(__rhashtable_insert_fast(&table->ht, key, &list->rhead, params, true));
}
static __always_inline int rhltable_insert(struct rhltable *table, struct rhlist_head *list,
                                           const struct rhashtable_params params)
{
    const char *key = (const char *)rht_obj(&table->ht, &list->rhead) + params.key_offset;
    return rhltable_insert_key(table, key, list, params);
}
static __always_inline void *rhashtable_lookup_get_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
                                                               const struct rhashtable_params params)
{
    const char *key = (const char *)rht_obj(ht, obj);
    BUG_ON(ht->p.obj_hashfn);
    return __rhashtable_insert_fast(ht, key + ht->p.key_offset, obj, params, false);
}
static __always_inline void *rhashtable_lookup_get_insert_key(struct rhashtable *ht, const void *key,
                                                              struct rhash_head *obj,
                                                              const struct rhashtable_params params)
{
    BUG_ON(!ht->p.obj_hashfn || !key);
    return __rhashtable_insert_fast(ht, key, obj, params, false);
}
static __always_inline int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
                                                         const struct rhashtable_params params)
{
    return ashlar_rht_result(rhashtable_lookup_get_insert_fast(ht, obj, params));
}
static __always_inline int rhashtable_lookup_insert_key(struct rhashtable *ht, const void *key, struct rhash_head *obj,
                                                        const struct rhashtable_params params)
{
    return ashlar_rht_result(rhashtable_lookup_get_insert_key(ht, key, obj, params));
}

/* 0 when removed from this table, 1 when removed and the next of its list took its place. */
static __always_inline int __rhashtable_remove_fast_one(struct rhashtable *ht, struct bucket_table *tbl,
                                                        struct rhash_head *obj, const struct rhashtable_params params,
                                                        bool rhlist)
{
    unsigned int hash = rht_head_hashfn(ht, tbl, obj, params);
    struct rhash_lock_head __rcu **bucket = rht_bucket_var(tbl, hash);
    struct rhash_head __rcu **link = NULL;
    struct rhash_head *he;

    if (!bucket) return -ENOENT;
    rht_lock(tbl, bucket);
    rht_for_each_from(he, rht_ptr(bucket, tbl, hash), tbl, hash)
    {
        struct rhlist_head *list = container_of(he, struct rhlist_head, rhead);
        struct rhash_head *rest = rht_dereference_bucket(he->next, tbl, hash);
        int result = 0;

        if (he != obj) {
            struct rhlist_head __rcu **place;
            if (rhlist) {
                for (place = &list->next, list = *place; list && &list->rhead != obj; list = *place)
                    place = &list->next;
                if (list) {
                    rcu_assign_pointer(*place, list->next);
                    rht_unlock(tbl, bucket);
                    return 1;
                }
            }
            link = &he->next;
            continue;
        }
        if (rhlist && list->next) {
            RCU_INIT_POINTER(list->next->rhead.next, rest);
            rest = &list->next->rhead;
            result = 1;
        }
        if (link) {
            rcu_assign_pointer(*link, rest);
            rht_unlock(tbl, bucket);
        } else {
            rht_assign_unlock(tbl, bucket, rest);
        }
        return result;
    }
    rht_unlock(tbl, bucket);
    return -ENOENT;
}
static __always_inline int __rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
                                                    const struct rhashtable_params params, bool rhlist)
{
    struct bucket_table *tbl;
    int result;

    rcu_read_lock();
    tbl = rht_dereference_rcu(ht->tbl, ht);
    while ((result = __rhashtable_remove_fast_one(ht, tbl, obj, params, rhlist)) == -ENOENT) {
        struct bucket_table *next = rht_dereference_rcu(tbl->future_tbl, ht);
        if (!next) break;
        tbl = next;
    }
    if (result == 0) {
        atomic_dec(&ht->nelems);
        if (unlikely(ht->p.automatic_shrinking && rht_shrink_below_30(ht, tbl))) schedule_work(&ht->run_work);
    } else if (result > 0) {
        result = 0;
    }
    rcu_read_unlock();
    return result;
}
static __always_inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
                                                  const struct rhashtable_params params)
{
    return __rhashtable_remove_fast(ht, obj, params, false);
}
static __always_inline int rhltable_remove(struct rhltable *table, struct rhlist_head *list,
                                           const struct rhashtable_params params)
{
    return __rhashtable_remove_fast(&table->ht, &list->rhead, params, true);
}
static __always_inline int ashlar_rht_replace_in(struct rhashtable *ht, struct bucket_table *tbl,
                                                 struct rhash_head *old, struct rhash_head *fresh,
                                                 const struct rhashtable_params params)
{
    unsigned int hash = rht_head_hashfn(ht, tbl, old, params);
    struct rhash_lock_head __rcu **bucket;
    struct rhash_head __rcu **link = NULL;
    struct rhash_head *he;

    if (hash != rht_head_hashfn(ht, tbl, fresh, params)) return -EINVAL;
    bucket = rht_bucket_var(tbl, hash);
    if (!bucket) return -ENOENT;
    rht_lock(tbl, bucket);
    rht_for_each_from(he, rht_ptr(bucket, tbl, hash), tbl, hash)
    {
        if (he != old) {
            link = &he->next;
            continue;
        }
        rcu_assign_pointer(fresh->next, old->next);
        if (link) {
            rcu_assign_pointer(*link, fresh);
            rht_unlock(tbl, bucket);
        } else {
            rht_assign_unlock(tbl, bucket, fresh);
        }
        return 0;
    }
    rht_unlock(tbl, bucket);
    return -ENOENT;
}
static __always_inline int rhashtable_replace_fast(struct rhashtable *ht, struct rhash_head *old,
                                                   struct rhash_head *fresh, const struct rhashtable_params params)
{
    struct bucket_table *tbl;
    int result = -ENOENT;

    rcu_read_lock();
    for (tbl = rht_dereference_rcu(ht->tbl, ht); tbl && result == -ENOENT;
         tbl = rht_dereference_rcu(tbl->future_tbl, ht))
        result = ashlar_rht_replace_in(ht, tbl, old, fresh, params);
    rcu_read_unlock();
    return result;
}
