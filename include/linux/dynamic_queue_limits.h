/* SPDX-License-Identifier: MIT */
/* A byte limit for a transmit queue that follows what is completed between two fillings. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/kernel.h>
struct dql {
    unsigned int num_queued, adj_limit, last_obj_cnt;
    unsigned int limit ____cacheline_aligned_in_smp;
    unsigned int num_completed, prev_ovlimit, prev_num_queued, prev_last_obj_cnt, lowest_slack;
    unsigned long slack_start_time;
    unsigned int max_limit, min_limit, slack_hold_time;
};
#define DQL_MAX_OBJECT (UINT_MAX / 16)
#define DQL_MAX_LIMIT ((UINT_MAX / 2) - DQL_MAX_OBJECT)
static inline void dql_queued(struct dql *dql, unsigned int count)
{
    BUG_ON(count > DQL_MAX_OBJECT);
    dql->last_obj_cnt = count;
    barrier(); /* last_obj_cnt is read by a completion that sees num_queued move */
    dql->num_queued += count;
}
static inline int dql_avail(const struct dql *dql)
{
    return (int)(READ_ONCE(dql->adj_limit) - READ_ONCE(dql->num_queued));
}
ASHLAR_BEGIN_C
void dql_completed(struct dql *dql, unsigned int count);
void dql_reset(struct dql *dql);
void dql_init(struct dql *dql, unsigned int hold_time);
ASHLAR_END_C
