/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/tracepoint.h>
struct objagg;
struct objagg_obj;
static inline void trace_objagg_create(const struct objagg *objagg) { (void)objagg; }
static inline void trace_objagg_destroy(const struct objagg *objagg) { (void)objagg; }
static inline void trace_objagg_obj_create(const struct objagg *objagg, const struct objagg_obj *obj)
{
    (void)objagg;
    (void)obj;
}
static inline void trace_objagg_obj_destroy(const struct objagg *objagg, const struct objagg_obj *obj)
{
    (void)objagg;
    (void)obj;
}
static inline void trace_objagg_obj_get(const struct objagg *objagg, const struct objagg_obj *obj, unsigned int count)
{
    (void)objagg;
    (void)obj;
    (void)count;
}
static inline void trace_objagg_obj_put(const struct objagg *objagg, const struct objagg_obj *obj, unsigned int count)
{
    (void)objagg;
    (void)obj;
    (void)count;
}
static inline void trace_objagg_obj_parent_assign(const struct objagg *objagg, const struct objagg_obj *obj,
                                                  const struct objagg_obj *parent, unsigned int count)
{
    (void)objagg;
    (void)obj;
    (void)parent;
    (void)count;
}
static inline void trace_objagg_obj_parent_unassign(const struct objagg *objagg, const struct objagg_obj *obj,
                                                    const struct objagg_obj *parent, unsigned int count)
{
    (void)objagg;
    (void)obj;
    (void)parent;
    (void)count;
}
static inline void trace_objagg_obj_root_create(const struct objagg *objagg, const struct objagg_obj *obj)
{
    (void)objagg;
    (void)obj;
}
static inline void trace_objagg_obj_root_destroy(const struct objagg *objagg, const struct objagg_obj *obj)
{
    (void)objagg;
    (void)obj;
}
