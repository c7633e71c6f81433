/* SPDX-License-Identifier: MIT */
/* B+trees in kmalloc'ed nodes of 128 bytes; linux/btree-type.h makes the typed names. */
#pragma once
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
struct btree_head {
    unsigned long *node;
    mempool_t *mempool;
    int height;
};
struct btree_geo;
typedef void (*ashlar_btree_visit)(void *element, unsigned long opaque, unsigned long *key, size_t index, void *inner);
ASHLAR_BEGIN_C
extern struct btree_geo btree_geo32, btree_geo64, btree_geo128;
void *btree_alloc(gfp_t flags, void *pool_data);
void btree_free(void *element, void *pool_data);
void btree_init_mempool(struct btree_head *head, mempool_t *mempool);
int __must_check btree_init(struct btree_head *head);
void btree_destroy(struct btree_head *head);
void *btree_lookup(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
int __must_check btree_insert(struct btree_head *head, struct btree_geo *geo, unsigned long *key, void *value,
                              gfp_t flags);
int btree_update(struct btree_head *head, struct btree_geo *geo, unsigned long *key, void *value);
void *btree_remove(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
int btree_merge(struct btree_head *target, struct btree_head *victim, struct btree_geo *geo, gfp_t flags);
void *btree_last(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
void *btree_get_prev(struct btree_head *head, struct btree_geo *geo, unsigned long *key);
size_t btree_visitor(struct btree_head *head, struct btree_geo *geo, unsigned long opaque, ashlar_btree_visit visit,
                     void *inner);
size_t btree_grim_visitor(struct btree_head *head, struct btree_geo *geo, unsigned long opaque,
                          ashlar_btree_visit visit, void *inner);
/* Calls the inner function, that linux/btree.h's typed visitors carry, with the key unpacked. */
void visitorl(void *element, unsigned long opaque, unsigned long *key, size_t index, void *inner);
void visitor32(void *element, unsigned long opaque, unsigned long *key, size_t index, void *inner);
void visitor64(void *element, unsigned long opaque, unsigned long *key, size_t index, void *inner);
void visitor128(void *element, unsigned long opaque, unsigned long *key, size_t index, void *inner);
ASHLAR_END_C

/* Every key of up to a word is one unsigned long here; the geometry says how it is read. */
#define ASHLAR_BTREE_TYPE(suffix, key_type, geometry)                                                               \
    struct btree_head##suffix {                                                                                     \
        struct btree_head h;                                                                                        \
    };                                                                                                              \
    typedef void (*visitor##suffix##_t)(void *element, unsigned long opaque, key_type key, size_t index);           \
    static inline void btree_init_mempool##suffix(struct btree_head##suffix *head, mempool_t *mempool)              \
    {                                                                                                               \
        btree_init_mempool(&head->h, mempool);                                                                      \
    }                                                                                                               \
    static inline int btree_init##suffix(struct btree_head##suffix *head) { return btree_init(&head->h); }          \
    static inline void btree_destroy##suffix(struct btree_head##suffix *head) { btree_destroy(&head->h); }          \
    static inline int btree_merge##suffix(struct btree_head##suffix *target, struct btree_head##suffix *victim,     \
                                          gfp_t flags)                                                              \
    {                                                                                                               \
        return btree_merge(&target->h, &victim->h, geometry, flags);                                                \
    }                                                                                                               \
    static inline void *btree_lookup##suffix(struct btree_head##suffix *head, key_type key)                         \
    {                                                                                                               \
        unsigned long word = key;                                                                                   \
        return btree_lookup(&head->h, geometry, &word);                                                             \
    }                                                                                                               \
    static inline int btree_insert##suffix(struct btree_head##suffix *head, key_type key, void *value, gfp_t flags) \
    {                                                                                                               \
        unsigned long word = key;                                                                                   \
        return btree_insert(&head->h, geometry, &word, value, flags);                                               \
    }                                                                                                               \
    static inline int btree_update##suffix(struct btree_head##suffix *head, key_type key, void *value)              \
    {                                                                                                               \
        unsigned long word = key;                                                                                   \
        return btree_update(&head->h, geometry, &word, value);                                                      \
    }                                                                                                               \
    static inline void *btree_remove##suffix(struct btree_head##suffix *head, key_type key)                         \
    {                                                                                                               \
        unsigned long word = key;                                                                                   \
        return btree_remove(&head->h, geometry, &word);                                                             \
    }                                                                                                               \
    static inline void *btree_last##suffix(struct btree_head##suffix *head, key_type *key)                          \
    {                                                                                                               \
        unsigned long word;                                                                                         \
        void *value = btree_last(&head->h, geometry, &word);                                                        \
        if (value) *key = (key_type)word;                                                                           \
        return value;                                                                                               \
    }                                                                                                               \
    static inline void *btree_get_prev##suffix(struct btree_head##suffix *head, key_type *key)                      \
    {                                                                                                               \
        unsigned long word = *key;                                                                                  \
        void *value = btree_get_prev(&head->h, geometry, &word);                                                    \
        if (value) *key = (key_type)word;                                                                           \
        return value;                                                                                               \
    }                                                                                                               \
    static inline size_t btree_visitor##suffix(struct btree_head##suffix *head, unsigned long opaque,               \
                                               visitor##suffix##_t inner)                                           \
    {                                                                                                               \
        return btree_visitor(&head->h, geometry, opaque, visitor##suffix, (void *)inner);                           \
    }                                                                                                               \
    static inline size_t btree_grim_visitor##suffix(struct btree_head##suffix *head, unsigned long opaque,          \
                                                    visitor##suffix##_t inner)                                      \
    {                                                                                                               \
        return btree_grim_visitor(&head->h, geometry, opaque, visitor##suffix, (void *)inner);                      \
    }
ASHLAR_BTREE_TYPE(l, unsigned long, &btree_geo32)
ASHLAR_BTREE_TYPE(32, u32, &btree_geo32)
ASHLAR_BTREE_TYPE(64, u64, &btree_geo64)
#undef ASHLAR_BTREE_TYPE
#define btree_for_each_safel(head, key, value) \
    for (value = btree_lastl(head, &key); value; value = btree_get_prevl(head, &key))
#define btree_for_each_safe32(head, key, value) \
    for (value = btree_last32(head, &key); value; value = btree_get_prev32(head, &key))
#define btree_for_each_safe64(head, key, value) \
    for (value = btree_last64(head, &key); value; value = btree_get_prev64(head, &key))
struct btree_head128 {
    struct btree_head h;
};
typedef void (*visitor128_t)(void *element, unsigned long opaque, u64 high, u64 low, size_t index);
static inline int btree_init128(struct btree_head128 *head) { return btree_init(&head->h); }
static inline void btree_init_mempool128(struct btree_head128 *head, mempool_t *mempool)
{
    btree_init_mempool(&head->h, mempool);
}
static inline void btree_destroy128(struct btree_head128 *head) { btree_destroy(&head->h); }
static inline void *btree_lookup128(struct btree_head128 *head, u64 high, u64 low)
{
    unsigned long key[2] = {high, low};
    return btree_lookup(&head->h, &btree_geo128, key);
}
static inline int btree_insert128(struct btree_head128 *head, u64 high, u64 low, void *value, gfp_t flags)
{
    unsigned long key[2] = {high, low};
    return btree_insert(&head->h, &btree_geo128, key, value, flags);
}
static inline void *btree_remove128(struct btree_head128 *head, u64 high, u64 low)
{
    unsigned long key[2] = {high, low};
    return btree_remove(&head->h, &btree_geo128, key);
}
