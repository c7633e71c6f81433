/* SPDX-License-Identifier: MIT */
/* Searching texts that come in pieces; algorithms register themselves by name. */
#pragma once
#include <linux/kconfig.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/types.h>
#define TS_AUTOLOAD 1
#define TS_IGNORECASE 2
#define TS_PRIV_ALIGNTO 8
#define TS_PRIV_ALIGN(length) ALIGN(length, TS_PRIV_ALIGNTO)
struct module;
struct ts_config;
struct ts_state {
    unsigned int offset;
    char cb[48];
};
struct ts_ops {
    const char *name;
    struct ts_config *(*init)(const void *pattern, unsigned int length, gfp_t flags, int options);
    unsigned int (*find)(struct ts_config *config, struct ts_state *state);
    void (*destroy)(struct ts_config *config);
    void *(*get_pattern)(struct ts_config *config);
    unsigned int (*get_pattern_len)(struct ts_config *config);
    struct module *owner;
    struct list_head list;
};
struct ts_config {
    struct ts_ops *ops;
    int flags;
    unsigned int (*get_next_block)(unsigned int consumed, const u8 **block, struct ts_config *config,
                                   struct ts_state *state);
    void (*finish)(struct ts_config *config, struct ts_state *state);
};
ASHLAR_BEGIN_C
int textsearch_register(struct ts_ops *ops);
int textsearch_unregister(struct ts_ops *ops);
struct ts_config *textsearch_prepare(const char *algorithm, const void *pattern, unsigned int length, gfp_t flags,
                                     int options);
void textsearch_destroy(struct ts_config *config);
unsigned int textsearch_find_continuous(struct ts_config *config, struct ts_state *state, const void *data,
                                        unsigned int length);
ASHLAR_END_C
static inline unsigned int textsearch_next(struct ts_config *config, struct ts_state *state)
{
    unsigned int at = config->ops->find(config, state);
    if (config->finish) config->finish(config, state);
    return at;
}
static inline unsigned int textsearch_find(struct ts_config *config, struct ts_state *state)
{
    state->offset = 0;
    return textsearch_next(config, state);
}
static inline void *textsearch_get_pattern(struct ts_config *config) { return config->ops->get_pattern(config); }
static inline unsigned int textsearch_get_pattern_len(struct ts_config *config)
{
    return config->ops->get_pattern_len(config);
}
/* The configuration and, behind it, what the algorithm keeps. */
static inline struct ts_config *alloc_ts_config(size_t payload, gfp_t flags)
{
    struct ts_config *config = (struct ts_config *)kzalloc(TS_PRIV_ALIGN(sizeof(*config)) + payload, flags);
    return config ? config : (struct ts_config *)ERR_PTR(-ENOMEM);
}
static inline void *ts_config_priv(struct ts_config *config)
{
    return (u8 *)config + TS_PRIV_ALIGN(sizeof(struct ts_config));
}
