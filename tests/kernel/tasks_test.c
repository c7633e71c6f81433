// Tasks that are looked for while they come and go.

#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>

#include "check.h"

static bool running;
static int until_stopped(void *data)
{
    (void)data;
    WRITE_ONCE(running, true);
    set_current_state(TASK_INTERRUPTIBLE);
    while (!kthread_should_stop()) {
        schedule();
        set_current_state(TASK_INTERRUPTIBLE);
    }
    __set_current_state(TASK_RUNNING);
    return 3;
}

static int times_listed(const struct task_struct *wanted)
{
    struct task_struct *task, *thread;
    int found = 0, threads = 0;

    rcu_read_lock();
    for_each_process(task) found += task == wanted;
    for_each_process_thread(task, thread) threads += thread == wanted;
    rcu_read_unlock();
    CHECK(threads == found);
    return found;
}

static void found_while_alive(void)
{
    struct task_struct *thread = kthread_run(until_stopped, NULL, "sleeper");
    struct task_struct *again;
    struct pid *pid;

    CHECK(times_listed(current) == 1 && times_listed(thread) == 1 && times_listed(&init_task) == 0);
    CHECK(thread->real_parent == &init_task && thread->group_leader == thread && thread->prio == DEFAULT_PRIO);
    CHECK(thread->cred == &init_cred && current->real_cred == &init_cred);
    CHECK(thread->start_time >= current->start_time);
    while (!READ_ONCE(running) || !READ_ONCE(thread->nvcsw)) msleep(1); /* until it sleeps */
    pid = find_get_pid(thread->pid);
    again = get_pid_task(pid, PIDTYPE_PID);
    CHECK(pid == task_pid(thread) && pid_nr(pid) == thread->pid && again == thread);
    put_task_struct(again);
    CHECK(find_get_task_by_vpid(-1) == NULL && find_get_pid(-1) == NULL && pid_nr(NULL) == 0);
    CHECK(kthread_stop(thread) == 3);
    while (times_listed(thread)) msleep(1); /* its end is its context's */
    CHECK(pid_task(pid, PIDTYPE_PID) == NULL && get_pid_task(pid, PIDTYPE_PID) == NULL);
    CHECK(thread->exit_code == 3); /* the reference is still held */
    put_pid(pid);
}

/* What code that lists tasks prints of them. */
static int gives_way(void *data)
{
    unsigned long before = current->nivcsw;
    char *on_stack = __builtin_frame_address(0);

    (void)data;
    CHECK(current->stack && (char *)current->stack < on_stack);
    CHECK(task_stack_page(current) == current->stack && (void *)end_of_stack(current) == current->stack);
    for (int i = 0; i < 5; i++) schedule();
    return (int)(current->nivcsw - before);
}
static void what_is_listed(void)
{
    struct task_struct *thread = kthread_create(gives_way, NULL, "a name that is too long");
    char name[TASK_COMM_LEN];

    get_task_struct(thread);
    CHECK(task_state_to_char(current) == 'R' && task_state_to_char(thread) == 'D');
    CHECK(task_index_to_char(task_state_index(current)) == 'R');
    CHECK(strcmp(get_task_comm(name, thread), "a name that is ") == 0);
    set_task_comm(thread, "short");
    task_lock(thread);
    CHECK(strcmp(thread->comm, "short") == 0 && !thread->comm[TASK_COMM_LEN - 1]);
    task_unlock(thread);
    CHECK(get_task_mm(thread) == NULL && thread->min_flt == 0 && thread->maj_flt == 0);
    CHECK(list_empty(&thread->pending.list) && !thread->pending.signal.sig[0] && !thread->blocked.sig[_NSIG_WORDS - 1]);
    wake_up_process(thread);
    while (READ_ONCE(thread->nivcsw) < 5) msleep(1); /* kthread_stop() before it runs ends it at once */
    CHECK(kthread_stop(thread) == 5);
    put_task_struct(thread);
}

/* Somebody walks, and takes references, while hundreds begin and end. */
static int walk(void *data)
{
    int *walks = data;
    struct task_struct *task;

    while (!kthread_should_stop()) {
        struct task_struct *held = NULL;
        int seen = 0, wrong = 0;

        rcu_read_lock();
        for_each_process(task)
        {
            wrong += task->group_leader != task || !task->pid;
            if (++seen % 3 == 0 && !held) held = get_task_struct(task);
        }
        rcu_read_unlock();
        CHECK(!wrong && seen >= 2 && seen < 1000);
        if (held) put_task_struct(held);
        ++*walks;
    }
    return 0;
}

static unsigned int places(void)
{
    struct list_head *at;
    unsigned int count = 0;

    list_for_each(at, &init_task.tasks) count++;
    return count;
}

static void coming_and_going(void)
{
    enum { ROUNDS = 100, AT_ONCE = 4 };
    struct task_struct *threads[AT_ONCE], *walker;
    int walks = 0;
    unsigned int before;

    walker = kthread_run(walk, &walks, "walker");
    before = places();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < AT_ONCE; i++) threads[i] = kthread_run(until_stopped, NULL, "brief");
        for (int i = 0; i < AT_ONCE; i++) {
            int result = kthread_stop(threads[i]);
            CHECK(result == 3 || result == -EINTR); /* the latter before it ran */
        }
        if (round % 16 == 0) rcu_barrier();
    }
    CHECK(kthread_stop(walker) == 0 && walks > 0);
    rcu_barrier();
    /* Four hundred tasks have used the places of some dozens. */
    CHECK(places() <= before + 192);
}

int main(void)
{
    found_while_alive();
    what_is_listed();
    coming_and_going();
    return check_result("tasks");
}
