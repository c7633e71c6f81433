// Kernel threads, and how tasks sleep.
//
// Sleeping is Linux's protocol: a task sets its state, looks at its condition,
// and calls schedule(), which blocks while the wake word has not moved since
// the state was set. wake_up_process() sets the state to running and moves it.

#include <ashlar/kernel_port.h>

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/* ---- sleeping and waking --------------------------------------------------------------------- */

long schedule_timeout(long timeout)
{
    struct task_struct *task = current;
    u64 deadline = U64_MAX;

    ashlar_might_sleep("schedule", __FILE__, __LINE__);
    if (timeout < 0) {
        WARN(1, "schedule_timeout: wrong timeout value %lx", timeout);
        __set_current_state(TASK_RUNNING);
        return 0;
    }
    if (timeout != MAX_SCHEDULE_TIMEOUT)
        deadline = ashlar_port_monotonic_ns() + jiffies_to_nsecs((unsigned long)timeout);
    for (;;) {
        u32 word = __atomic_load_n(&task->wake_word, __ATOMIC_ACQUIRE);
        u64 left = U64_MAX;

        if (__atomic_load_n(&task->__state, __ATOMIC_SEQ_CST) == TASK_RUNNING) break;
        if (deadline != U64_MAX) {
            u64 now = ashlar_port_monotonic_ns();
            if (now >= deadline) break;
            left = deadline - now;
        }
        task->nvcsw++;
        ashlar_port_wait(&task->wake_word, word, left);
    }
    __set_current_state(TASK_RUNNING);
    if (timeout == MAX_SCHEDULE_TIMEOUT) return timeout;
    {
        u64 now = ashlar_port_monotonic_ns();
        return now >= deadline ? 0 : (long)DIV_ROUND_UP(deadline - now, TICK_NSEC);
    }
}

void schedule(void)
{
    /* Linux code that calls schedule() while running only gives way. */
    if (get_current_state() == TASK_RUNNING) {
        current->nivcsw++;
        ashlar_cond_resched();
    } else {
        schedule_timeout(MAX_SCHEDULE_TIMEOUT);
    }
}

void io_schedule(void) { schedule(); }
void yield(void)
{
    current->nivcsw++;
    ashlar_cond_resched();
    ashlar_port_spin(63);
}

long schedule_timeout_interruptible(long timeout)
{
    __set_current_state(TASK_INTERRUPTIBLE);
    return schedule_timeout(timeout);
}
long schedule_timeout_uninterruptible(long timeout)
{
    __set_current_state(TASK_UNINTERRUPTIBLE);
    return schedule_timeout(timeout);
}
long schedule_timeout_idle(long timeout)
{
    __set_current_state(TASK_IDLE);
    return schedule_timeout(timeout);
}

int wake_up_process(struct task_struct *task)
{
    unsigned int before = __atomic_exchange_n(&task->__state, TASK_RUNNING, __ATOMIC_SEQ_CST);

    __atomic_fetch_add(&task->wake_word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(&task->wake_word, INT_MAX);
    return before != TASK_RUNNING;
}

void set_user_nice(struct task_struct *task, long nice)
{
    /* The host schedules; a nice value would only starve its owner of a CPU slot. */
    (void)task;
    (void)nice;
}

/* ---- kernel threads -------------------------------------------------------------------------- */

struct kthread {
    struct task_struct *task;
    int (*function)(void *data);
    void *data;
    u32 stop, park, parked, exited;
    u32 word; /* moves with every change of the flags above */
    int result;
    int exit_result;
    void *exit_jump[5];
    struct completion created;
    char name[TASK_COMM_LEN];
};

static void kthread_changed(struct kthread *thread)
{
    __atomic_fetch_add(&thread->word, 1, __ATOMIC_SEQ_CST);
    ashlar_port_wake(&thread->word, INT_MAX);
}

/* Sleeps until the flag has the value. */
static void kthread_wait(struct kthread *thread, u32 *flag, u32 value)
{
    for (;;) {
        u32 word = __atomic_load_n(&thread->word, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(flag, __ATOMIC_SEQ_CST) == value) return;
        ashlar_port_wait(&thread->word, word, U64_MAX);
    }
}

static void kthread_finish(struct kthread *thread, int result)
{
    struct task_struct *task = thread->task;

    task->exit_code = thread->result = result;
    __atomic_store_n(&thread->exited, 1, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
    put_task_struct(task);
}

static void kthread_main(void *argument)
{
    struct kthread *thread = argument;
    struct task_struct *task = current;

    task->kthread = thread;
    task->flags |= PF_KTHREAD;
    set_task_comm(task, thread->name);
    thread->task = get_task_struct(task);
    __set_current_state(TASK_UNINTERRUPTIBLE);
    complete(&thread->created);
    /* Until somebody wakes it: either to run, or to find that it should stop. */
    schedule();
    if (kthread_should_stop()) {
        kthread_finish(thread, -EINTR);
        return;
    }
    /* kthread_exit() comes back here by the jump. */
    if (!__builtin_setjmp(thread->exit_jump)) thread->exit_result = thread->function(thread->data);
    kthread_finish(thread, thread->exit_result);
}

/* Of a kernel thread: ends it wherever it is. */
void kthread_exit(long result)
{
    struct kthread *thread = current->kthread;

    if (!thread) panic("kthread_exit() of a task that is no kernel thread");
    thread->exit_result = (int)result;
    __builtin_longjmp(thread->exit_jump, 1);
}

void kthread_complete_and_exit(struct completion *done, long result)
{
    if (done) complete(done);
    kthread_exit(result);
}

struct task_struct *kthread_create_on_node(int (*function)(void *data), void *data, int node, const char *name, ...)
{
    struct kthread *thread = kzalloc(sizeof(*thread), GFP_KERNEL);
    va_list arguments;
    int error;

    (void)node;
    if (!thread) return ERR_PTR(-ENOMEM);
    thread->function = function;
    thread->data = data;
    init_completion(&thread->created);
    va_start(arguments, name);
    vsnprintf(thread->name, sizeof(thread->name), name, arguments);
    va_end(arguments);
    error = ashlar_port_spawn(kthread_main, thread, thread->name);
    if (error) {
        kfree(thread);
        return ERR_PTR(error);
    }
    wait_for_completion(&thread->created);
    return thread->task;
}

int kthread_stop(struct task_struct *task)
{
    struct kthread *thread = task->kthread;
    int result;

    ashlar_might_sleep("kthread_stop", __FILE__, __LINE__);
    get_task_struct(task);
    __atomic_store_n(&thread->stop, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&thread->park, 0, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
    wake_up_process(task);
    kthread_wait(thread, &thread->exited, 1);
    result = thread->result;
    put_task_struct(task);
    return result;
}

bool kthread_should_stop(void)
{
    struct kthread *thread = current->kthread;
    return thread && __atomic_load_n(&thread->stop, __ATOMIC_SEQ_CST);
}

bool kthread_should_park(void)
{
    struct kthread *thread = current->kthread;
    return thread && __atomic_load_n(&thread->park, __ATOMIC_SEQ_CST);
}

void kthread_parkme(void)
{
    struct kthread *thread = current->kthread;

    __atomic_store_n(&thread->parked, 1, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
    kthread_wait(thread, &thread->park, 0);
    __atomic_store_n(&thread->parked, 0, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
}

int kthread_park(struct task_struct *task)
{
    struct kthread *thread = task->kthread;

    __atomic_store_n(&thread->park, 1, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
    wake_up_process(task);
    kthread_wait(thread, &thread->parked, 1);
    return 0;
}

void kthread_unpark(struct task_struct *task)
{
    struct kthread *thread = task->kthread;

    __atomic_store_n(&thread->park, 0, __ATOMIC_SEQ_CST);
    kthread_changed(thread);
}

void *kthread_data(struct task_struct *task) { return ((struct kthread *)task->kthread)->data; }
