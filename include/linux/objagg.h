/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/limits.h>
#include <linux/types.h>
#define OBJAGG_OBJ_ROOT_ID_INVALID UINT_MAX
struct objagg;
struct objagg_obj;
struct objagg_hints;
struct objagg_ops {
    size_t obj_size;
    bool (*delta_check)(void *priv, const void *parent, const void *obj);
    void *(*delta_create)(void *priv, void *parent, void *obj);
    void (*delta_destroy)(void *priv, void *delta_priv);
    void *(*root_create)(void *priv, void *obj, unsigned int root_id);
    void (*root_destroy)(void *priv, void *root_priv);
};
struct objagg_obj_stats {
    unsigned int user_count, delta_user_count;
};
struct objagg_obj_stats_info {
    struct objagg_obj_stats stats;
    struct objagg_obj *objagg_obj;
    bool is_root;
};
struct objagg_stats {
    unsigned int root_count, stats_info_count;
    struct objagg_obj_stats_info stats_info[];
};
enum objagg_opt_algo_type { OBJAGG_OPT_ALGO_SIMPLE_GREEDY };
ASHLAR_BEGIN_C
struct objagg *objagg_create(const struct objagg_ops *ops, struct objagg_hints *hints, void *priv);
void objagg_destroy(struct objagg *objagg);
struct objagg_obj *objagg_obj_get(struct objagg *objagg, void *obj);
void objagg_obj_put(struct objagg *objagg, struct objagg_obj *obj);
const void *objagg_obj_root_priv(const struct objagg_obj *obj);
const void *objagg_obj_delta_priv(const struct objagg_obj *obj);
const void *objagg_obj_raw(const struct objagg_obj *obj);
const struct objagg_stats *objagg_stats_get(struct objagg *objagg);
void objagg_stats_put(const struct objagg_stats *stats);
struct objagg_hints *objagg_hints_get(struct objagg *objagg, enum objagg_opt_algo_type type);
void objagg_hints_put(struct objagg_hints *hints);
const struct objagg_stats *objagg_hints_stats_get(struct objagg_hints *hints);
ASHLAR_END_C
