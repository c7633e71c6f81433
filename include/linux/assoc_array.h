/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define ASSOC_ARRAY_KEY_CHUNK_SIZE BITS_PER_LONG
struct assoc_array_ptr;
struct assoc_array_edit;
struct assoc_array {
    struct assoc_array_ptr *root;
    unsigned long nr_leaves_on_tree;
};
struct assoc_array_ops {
    unsigned long (*get_key_chunk)(const void *key, int level);
    unsigned long (*get_object_key_chunk)(const void *object, int level);
    bool (*compare_object)(const void *object, const void *key);
    int (*diff_objects)(const void *object, const void *key);
    void (*free_object)(void *object);
};
static inline void assoc_array_init(struct assoc_array *array)
{
    array->root = NULL;
    array->nr_leaves_on_tree = 0;
}
ASHLAR_BEGIN_C
int assoc_array_iterate(const struct assoc_array *array, int (*visit)(const void *object, void *data), void *data);
void *assoc_array_find(const struct assoc_array *array, const struct assoc_array_ops *ops, const void *key);
void assoc_array_destroy(struct assoc_array *array, const struct assoc_array_ops *ops);
struct assoc_array_edit *assoc_array_insert(struct assoc_array *array, const struct assoc_array_ops *ops,
                                            const void *key, void *object);
void assoc_array_insert_set_object(struct assoc_array_edit *edit, void *object);
struct assoc_array_edit *assoc_array_delete(struct assoc_array *array, const struct assoc_array_ops *ops,
                                            const void *key);
struct assoc_array_edit *assoc_array_clear(struct assoc_array *array, const struct assoc_array_ops *ops);
void assoc_array_apply_edit(struct assoc_array_edit *edit);
void assoc_array_cancel_edit(struct assoc_array_edit *edit);
int assoc_array_gc(struct assoc_array *array, const struct assoc_array_ops *ops, bool (*keep)(void *object, void *data),
                   void *data);
ASHLAR_END_C
