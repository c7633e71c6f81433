// What may happen only so often: rate limits and things done once.

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/once.h>
#include <linux/ratelimit.h>

__weak int ___ratelimit(struct ratelimit_state *state, const char *function)
{
    unsigned long flags;
    int go_on = 0;

    if (!state->interval) return 1;
    /* Whoever holds the lock is about to print: one message less is what was asked for. */
    if (!raw_spin_trylock_irqsave(&state->lock, flags)) return 0;
    if (!state->begin) state->begin = jiffies;
    if (time_is_before_jiffies(state->begin + (unsigned long)state->interval)) {
        if (state->missed && !(state->flags & RATELIMIT_MSG_ON_RELEASE)) {
            pr_warn("%s: %d callbacks suppressed\n", function, state->missed);
            state->missed = 0;
        }
        state->begin = jiffies;
        state->printed = 0;
    }
    if (state->burst && state->burst > state->printed) {
        state->printed++;
        go_on = 1;
    } else {
        state->missed++;
    }
    raw_spin_unlock_irqrestore(&state->lock, flags);
    return go_on;
}

static DEFINE_SPINLOCK(once_lock);
static DEFINE_MUTEX(once_sleeping_lock);

__weak bool __do_once_start(bool *done, unsigned long *flags)
{
    spin_lock_irqsave(&once_lock, *flags);
    if (!*done) return true;
    spin_unlock_irqrestore(&once_lock, *flags);
    return false;
}

__weak void __do_once_done(bool *done, struct static_key_true *key, unsigned long *flags, struct module *module)
{
    (void)module;
    *done = true;
    spin_unlock_irqrestore(&once_lock, *flags);
    static_branch_disable(key);
}

__weak bool __do_once_sleepable_start(bool *done)
{
    mutex_lock(&once_sleeping_lock);
    if (!*done) return true;
    mutex_unlock(&once_sleeping_lock);
    return false;
}

__weak void __do_once_sleepable_done(bool *done, struct static_key_true *key, struct module *module)
{
    (void)module;
    *done = true;
    mutex_unlock(&once_sleeping_lock);
    static_branch_disable(key);
}
