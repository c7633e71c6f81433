/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/wait.h>

struct completion {
    unsigned int done;
    struct wait_queue_head wait;
};
#define COMPLETION_INITIALIZER(name)                  \
    {                                                 \
        0, __WAIT_QUEUE_HEAD_INITIALIZER((name).wait) \
    }
#define COMPLETION_INITIALIZER_ONSTACK(name) COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name) DECLARE_COMPLETION(name)
static inline void init_completion(struct completion *x)
{
    x->done = 0;
    init_waitqueue_head(&x->wait);
}
static inline void reinit_completion(struct completion *x) { x->done = 0; }
ASHLAR_BEGIN_C
void complete(struct completion *x);
void complete_all(struct completion *x);
void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);
ASHLAR_END_C
static inline int wait_for_completion_interruptible(struct completion *x)
{
    wait_for_completion(x);
    return 0;
}
static inline int wait_for_completion_killable(struct completion *x)
{
    wait_for_completion(x);
    return 0;
}
static inline long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long t)
{
    return (long)wait_for_completion_timeout(x, t);
}
static inline long wait_for_completion_killable_timeout(struct completion *x, unsigned long t)
{
    return (long)wait_for_completion_timeout(x, t);
}
