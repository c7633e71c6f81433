// Tasks. Every context has one once somebody asks for `current`.
//
//   none --fresh_task()--> live --its context ends--> ended --last reference put--> waiting
//        <------------------ free <-----a grace period, without a reference-----------+
//
// The memory of tasks is never unmapped, and each stays where it is in the list of all
// tasks, which only grows. So who walks that list as a reader of RCU finds every task
// that lives all the while; what he finds may end, but does not become another before he
// is through; and he may take a reference on it, even the first after the last. A stale
// pointer beyond that is wrong, but never a fault.
//
// Grace periods are asked for by batches, so that a program that only starts a few
// threads starts none for them.

#include "support/affinity.h"

#include <ashlar/kernel_port.h>

#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define TASKS_AT_ONCE 32
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(unused);
static LIST_HEAD(waiting); /* for a grace period to be asked for */
static unsigned int waiting_count;
static LIST_HEAD(ending); /* for one that was */
static struct rcu_head grace;

struct task_struct init_task = {.tasks = LIST_HEAD_INIT(init_task.tasks),
                                .ashlar_ended = LIST_HEAD_INIT(init_task.ashlar_ended),
                                .real_parent = &init_task,
                                .parent = &init_task,
                                .group_leader = &init_task,
                                .pending.list = LIST_HEAD_INIT(init_task.pending.list),
                                .cred = &init_cred,
                                .real_cred = &init_cred,
                                .prio = DEFAULT_PRIO,
                                .static_prio = DEFAULT_PRIO,
                                .normal_prio = DEFAULT_PRIO,
                                .flags = PF_KTHREAD,
                                .comm = "swapper/0",
                                .cpus_ptr = &init_task.cpus_mask,
                                .usage = 1};

/* With the lock held. */
static void add_tasks(void)
{
    struct task_struct *more = ashlar_port_early(TASKS_AT_ONCE * sizeof(*more));

    if (!more) panic("no memory for tasks");
    for (int i = 0; i < TASKS_AT_ONCE; i++) {
        list_add_tail_rcu(&more[i].tasks, &init_task.tasks);
        list_add_tail(&more[i].ashlar_ended, &unused);
    }
}

static struct task_struct *fresh_task(void)
{
    struct task_struct *task;
    unsigned long flags;
    size_t kept = offsetof(struct task_struct, ashlar_pid);

    spin_lock_irqsave(&lock, flags);
    if (list_empty(&unused)) add_tasks();
    task = list_first_entry(&unused, struct task_struct, ashlar_ended);
    list_del_init(&task->ashlar_ended);
    spin_unlock_irqrestore(&lock, flags);
    memset((char *)task + kept, 0, sizeof(*task) - kept);
    task->usage = 1;
    task->real_parent = task->parent = &init_task;
    task->group_leader = task;
    INIT_LIST_HEAD(&task->pending.list);
    task->cred = task->real_cred = &init_cred;
    task->prio = task->static_prio = task->normal_prio = DEFAULT_PRIO;
    task->cpus_ptr = &task->cpus_mask;
    task->start_time = task->start_boottime = ashlar_port_monotonic_ns();
    return task;
}

/* Nobody looks at these any more but who has a reference; his put brings them here again. */
static void end_grace(struct rcu_head *head);
static void ask_for_grace(void)
{
    unsigned long flags;
    bool ask = false;

    spin_lock_irqsave(&lock, flags);
    if (waiting_count >= TASKS_AT_ONCE && list_empty(&ending)) {
        list_splice_init(&waiting, &ending);
        waiting_count = 0;
        ask = true;
    }
    spin_unlock_irqrestore(&lock, flags);
    if (ask) call_rcu(&grace, end_grace);
}

static void end_grace(struct rcu_head *head)
{
    struct task_struct *task, *next;
    unsigned long flags;

    (void)head;
    spin_lock_irqsave(&lock, flags);
    list_for_each_entry_safe(task, next, &ending, ashlar_ended)
    {
        if (task->usage)
            list_del_init(&task->ashlar_ended);
        else
            list_move(&task->ashlar_ended, &unused);
    }
    spin_unlock_irqrestore(&lock, flags);
    ask_for_grace();
}

void put_task_struct(struct task_struct *task)
{
    const struct cred *cred = &init_cred;
    void *thread = NULL;
    unsigned long flags;
    bool last;

    spin_lock_irqsave(&lock, flags);
    last = __atomic_sub_fetch(&task->usage, 1, __ATOMIC_ACQ_REL) == 0;
    if (last) {
        swap(thread, task->kthread);
        swap(cred, task->cred);
        task->real_cred = &init_cred;
    }
    /* It is in a list already when its last reference was taken again. */
    if (last && list_empty(&task->ashlar_ended)) {
        list_add_tail(&task->ashlar_ended, &waiting);
        waiting_count++;
    }
    spin_unlock_irqrestore(&lock, flags);
    if (!last) return;
    kfree(thread);
    ashlar_forget_cred(cred);
    ask_for_grace();
}

struct task_struct *ashlar_current(void)
{
    struct ashlar_context *context = ashlar_port_context();
    struct task_struct *task = context->task;

    if (likely(task)) return task;
    task = fresh_task();
    task->pid = task->tgid = task->ashlar_pid.ashlar_number = context->id;
    task->stack = context->stack;
    snprintf(task->comm, sizeof(task->comm), "thread-%d", context->id);
    task->cpus_mask = *cpu_possible_mask;
    task->nr_cpus_allowed = (int)nr_cpu_ids;
    task->ashlar_context = context;
    context->task = task;
    smp_store_release(&task->ashlar_live, true);
    return task;
}

struct ashlar_context *ashlar_set_cpus(struct task_struct *task, const struct cpumask *mask, u64 barred)
{
    struct ashlar_context *context;
    unsigned long flags;

    spin_lock_irqsave(&lock, flags);
    task->cpus_mask = *mask;
    context = task->ashlar_context;
    /* Ordered against who claims a CPU: he looks once more when he has it. */
    if (context) __atomic_store_n(&context->barred, barred, __ATOMIC_SEQ_CST);
    spin_unlock_irqrestore(&lock, flags);
    return context;
}

void ashlar_library_context_ends(struct ashlar_context *context)
{
    struct task_struct *task = context->task;
    unsigned long flags;

    context->task = NULL;
    if (!task) return;
    WRITE_ONCE(task->ashlar_live, false);
    /* Another task will have the context; whoever moves this one now moves nobody. */
    spin_lock_irqsave(&lock, flags);
    WRITE_ONCE(task->ashlar_context, NULL);
    spin_unlock_irqrestore(&lock, flags);
    put_task_struct(task);
}

char *__get_task_comm(char *to, size_t size, struct task_struct *task)
{
    task_lock(task);
    strscpy_pad(to, task->comm, size);
    task_unlock(task);
    return to;
}

void __set_task_comm(struct task_struct *task, const char *from, bool exec)
{
    (void)exec;
    task_lock(task);
    strscpy_pad(task->comm, from, sizeof(task->comm));
    task_unlock(task);
}

/* ---- finding them ---------------------------------------------------------------------------- */

struct task_struct *ashlar_next_task(const struct task_struct *task)
{
    do task = list_entry_rcu(task->tasks.next, struct task_struct, tasks);
    while (task != &init_task && !smp_load_acquire(&task->ashlar_live));
    return (struct task_struct *)task;
}

struct task_struct *find_task_by_vpid(pid_t number)
{
    struct task_struct *task = &init_task;

    while ((task = next_task(task)) != &init_task)
        if (task->pid == number) return task;
    return NULL;
}

struct task_struct *find_get_task_by_vpid(pid_t number)
{
    struct task_struct *task;

    rcu_read_lock();
    task = find_task_by_vpid(number);
    if (task) get_task_struct(task);
    rcu_read_unlock();
    return task;
}

struct pid *find_vpid(int number)
{
    struct task_struct *task = find_task_by_vpid(number);

    return task ? task_pid(task) : NULL;
}

struct pid *find_get_pid(int number)
{
    struct task_struct *task = find_get_task_by_vpid(number);

    return task ? task_pid(task) : NULL;
}

static struct task_struct *task_of(struct pid *pid) { return container_of(pid, struct task_struct, ashlar_pid); }

struct pid *get_pid(struct pid *pid)
{
    if (pid) get_task_struct(task_of(pid));
    return pid;
}

void put_pid(struct pid *pid)
{
    if (pid) put_task_struct(task_of(pid));
}

struct pid *get_task_pid(struct task_struct *task, enum pid_type type)
{
    (void)type;
    return get_pid(task_pid(task));
}

struct task_struct *pid_task(struct pid *pid, enum pid_type type)
{
    (void)type;
    return pid && smp_load_acquire(&task_of(pid)->ashlar_live) ? task_of(pid) : NULL;
}

struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)
{
    struct task_struct *task;

    rcu_read_lock();
    task = pid_task(pid, type);
    if (task) get_task_struct(task);
    rcu_read_unlock();
    return task;
}
