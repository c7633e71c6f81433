// Per-CPU reference counts. While alive, every CPU counts in its own word and
// nobody can see zero; killing makes new users count in the atomic word, waits
// until nobody is left who looked before, and moves the CPUs' words over.
//
//   per-CPU:  references = count - BIAS + sum of the CPUs' words
//   atomic:   references = count

#include <linux/percpu-refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

/* Keeps the atomic word above zero while the words of CPUs may be negative. */
#define BIAS ((long)(1UL << (BITS_PER_LONG - 1)))

static DEFINE_SPINLOCK(switch_lock);
static DECLARE_WAIT_QUEUE_HEAD(switched);

static unsigned long __percpu *words_of(struct percpu_ref *ref)
{
    return (unsigned long __percpu *)(ref->percpu_count_ptr & ~(unsigned long)__PERCPU_REF_ATOMIC_DEAD);
}

__weak int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags, gfp_t gfp)
{
    bool atomic = (flags & (PERCPU_REF_INIT_ATOMIC | PERCPU_REF_INIT_DEAD)) != 0;
    bool dead = (flags & PERCPU_REF_INIT_DEAD) != 0;
    struct percpu_ref_data *data = kzalloc(sizeof(*data), gfp);
    unsigned long __percpu *words = alloc_percpu_gfp(unsigned long, gfp);

    if (!data || !words) {
        kfree(data);
        free_percpu(words);
        return -ENOMEM;
    }
    data->ref = ref;
    data->release = release;
    data->force_atomic = (flags & PERCPU_REF_INIT_ATOMIC) != 0;
    data->allow_reinit = atomic || (flags & PERCPU_REF_ALLOW_REINIT);
    atomic_long_set(&data->count, (atomic ? 0 : BIAS) + (dead ? 0 : 1));
    ref->percpu_count_ptr =
        (unsigned long)words | (atomic ? __PERCPU_REF_ATOMIC : 0UL) | (dead ? __PERCPU_REF_DEAD : 0UL);
    ref->data = data;
    return 0;
}

__weak void percpu_ref_exit(struct percpu_ref *ref)
{
    struct percpu_ref_data *data = ref->data;

    free_percpu(words_of(ref));
    /* Users after this find a dead reference whose count stays readable. */
    ref->percpu_count_ptr = __PERCPU_REF_ATOMIC_DEAD;
    if (!data) return;
    ref->percpu_count_ptr |= (unsigned long)atomic_long_read(&data->count) << __PERCPU_REF_FLAG_BITS;
    ref->data = NULL;
    kfree(data);
}

static void move_counts(struct rcu_head *rcu)
{
    struct percpu_ref_data *data = container_of(rcu, struct percpu_ref_data, rcu);
    struct percpu_ref *ref = data->ref;
    percpu_ref_func_t *confirm = data->confirm_switch;
    unsigned long sum = 0;
    int cpu;

    for_each_possible_cpu(cpu)
    {
        unsigned long *word = per_cpu_ptr(words_of(ref), cpu);
        sum += *word;
        *word = 0;
    }
    atomic_long_add((long)(sum - (unsigned long)BIAS), &data->count);
    WARN_ONCE(atomic_long_read(&data->count) <= 0, "percpu ref (%ps) <= 0 (%ld) after switching to atomic",
              data->release, atomic_long_read(&data->count));
    data->confirm_switch = NULL;
    if (confirm) confirm(ref);
    wake_up_all(&switched);
    percpu_ref_put(ref);
}

static void confirm_nothing(struct percpu_ref *ref) { (void)ref; }

/* With the lock held; returns when no other switch is under way. */
static void wait_for_switch(struct percpu_ref *ref, unsigned long *flags)
{
    while (ref->data->confirm_switch) {
        spin_unlock_irqrestore(&switch_lock, *flags);
        wait_event(switched, !READ_ONCE(ref->data->confirm_switch));
        spin_lock_irqsave(&switch_lock, *flags);
    }
}

static void to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
    if (ref->percpu_count_ptr & __PERCPU_REF_ATOMIC) {
        if (confirm) confirm(ref);
        return;
    }
    WRITE_ONCE(ref->percpu_count_ptr, ref->percpu_count_ptr | __PERCPU_REF_ATOMIC);
    ref->data->confirm_switch = confirm ? confirm : confirm_nothing;
    percpu_ref_get(ref);
    call_rcu(&ref->data->rcu, move_counts);
}

static void to_percpu(struct percpu_ref *ref)
{
    if (!(ref->percpu_count_ptr & __PERCPU_REF_ATOMIC)) return;
    if (WARN_ON_ONCE(!ref->data->allow_reinit)) return;
    atomic_long_add(BIAS, &ref->data->count);
    __atomic_store_n(&ref->percpu_count_ptr, ref->percpu_count_ptr & ~(unsigned long)__PERCPU_REF_ATOMIC,
                     __ATOMIC_RELEASE);
}

static void choose_mode(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
    if (ref->data->force_atomic || percpu_ref_is_dying(ref))
        to_atomic(ref, confirm);
    else
        to_percpu(ref);
}

#define WITH_LOCK(ref, ...)                          \
    do {                                             \
        unsigned long flags;                         \
        spin_lock_irqsave(&switch_lock, flags);      \
        wait_for_switch(ref, &flags);                \
        __VA_ARGS__;                                 \
        spin_unlock_irqrestore(&switch_lock, flags); \
    } while (0)

__weak void percpu_ref_switch_to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
    WITH_LOCK(ref, ref->data->force_atomic = true; choose_mode(ref, confirm));
}

__weak void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref)
{
    percpu_ref_switch_to_atomic(ref, NULL);
    wait_event(switched, !READ_ONCE(ref->data->confirm_switch));
}

__weak void percpu_ref_switch_to_percpu(struct percpu_ref *ref)
{
    WITH_LOCK(ref, ref->data->force_atomic = false; choose_mode(ref, NULL));
}

__weak void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm)
{
    WITH_LOCK(ref, WARN_ONCE(percpu_ref_is_dying(ref), "percpu_ref_kill_and_confirm called more than once on %ps!",
                             ref->data->release);
              ref->percpu_count_ptr |= __PERCPU_REF_DEAD; choose_mode(ref, confirm));
    percpu_ref_put(ref);
}

__weak void percpu_ref_resurrect(struct percpu_ref *ref)
{
    WITH_LOCK(ref, WARN_ON_ONCE(!percpu_ref_is_dying(ref)); ref->percpu_count_ptr &= ~(unsigned long)__PERCPU_REF_DEAD;
              percpu_ref_get(ref); choose_mode(ref, NULL));
}

__weak void percpu_ref_reinit(struct percpu_ref *ref)
{
    WARN_ON_ONCE(!percpu_ref_is_zero(ref));
    percpu_ref_resurrect(ref);
}

__weak bool percpu_ref_is_zero(struct percpu_ref *ref)
{
    unsigned long __percpu *words;
    unsigned long flags;
    bool zero;

    if (__ref_is_percpu(ref, &words)) return false;
    spin_lock_irqsave(&switch_lock, flags);
    zero =
        ref->data ? atomic_long_read(&ref->data->count) == 0 : (ref->percpu_count_ptr >> __PERCPU_REF_FLAG_BITS) == 0;
    spin_unlock_irqrestore(&switch_lock, flags);
    return zero;
}
