/* Contexts: counts, sleeping where it is forbidden, interrupts held off, RCU, threads, timers. */
#include "check.h"

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static void counts(void)
{
    unsigned long flags;

    CHECK(!in_interrupt() && !in_atomic() && preemptible());
    preempt_disable();
    CHECK(in_atomic() && !in_interrupt() && !preemptible());
    preempt_enable();
    local_irq_save(flags);
    CHECK(irqs_disabled() && !in_atomic());
    local_irq_restore(flags);
    CHECK(!irqs_disabled());
    local_bh_disable();
    CHECK(in_softirq() && in_interrupt() && !in_serving_softirq());
    local_bh_enable();
    CHECK(preemptible());
}

static DEFINE_MUTEX(mutex);
static void sleeping(void)
{
    void *p;

    preempt_disable();
    CHECK_REPORT("sleeping function called from invalid context: mutex_lock", mutex_lock(&mutex));
    preempt_enable();
    mutex_unlock(&mutex);
    msleep(1001); /* one report a second */
    local_irq_disable();
    CHECK_REPORT("kmalloc in a section with interrupts off", p = kmalloc(32, GFP_KERNEL));
    kfree(p);
    CATCH(p = kmalloc(32, GFP_ATOMIC));
    CHECK(p && !caught[0]);
    kfree(p);
    local_irq_enable();
    msleep(1001);
    rcu_read_lock();
    CHECK_REPORT("RCU read-side section", synchronize_rcu());
    rcu_read_unlock();
}

static int ran, ran_level;
static void note(void *argument)
{
    ran += *(int *)argument;
    ran_level = in_hardirq() && irqs_disabled();
    kfree(kmalloc(64, GFP_ATOMIC));
}
static void interrupts(void)
{
    int one = 1;

    CHECK(ashlar_run_as_interrupt(note, &one) == 0);
    CHECK(ran == 1 && ran_level);
    local_irq_disable();
    CHECK(ashlar_run_as_interrupt(note, &one) == -EINPROGRESS);
    CHECK(ran == 1);
    local_irq_enable();
    CHECK(ran == 2);
    for (unsigned int cpu = 0; cpu < num_online_cpus(); cpu++) CHECK(ashlar_interrupt_cpu(cpu, note, &one) == 0);
    CHECK(ran == 2 + (int)num_online_cpus());
    CHECK(!in_interrupt() && !irqs_disabled());
}

/* A reader's section holds the grace period up, a later one does not. */
static int phase;
static int reader(void *unused)
{
    (void)unused;
    rcu_read_lock();
    WRITE_ONCE(phase, 1);
    msleep(100);
    WRITE_ONCE(phase, 2);
    rcu_read_unlock();
    while (!kthread_should_stop()) msleep(1);
    return 7;
}
static struct rcu_head heads[10];
static int called;
static void callback(struct rcu_head *head)
{
    (void)head;
    CHECK(in_softirq());
    called++;
}
static void grace(void)
{
    struct task_struct *task = kthread_run(reader, NULL, "reader");
    unsigned long cookie;

    while (READ_ONCE(phase) != 1) msleep(1);
    cookie = get_state_synchronize_rcu();
    CHECK(!poll_state_synchronize_rcu(cookie));
    synchronize_rcu();
    CHECK(READ_ONCE(phase) == 2 && poll_state_synchronize_rcu(cookie));
    for (int i = 0; i < 10; i++) call_rcu(&heads[i], callback);
    rcu_barrier();
    CHECK(called == 10);
    CHECK(kthread_stop(task) == 7);
}

/* What a reader does meanwhile, sections and interrupts and all, ends no grace period. */
static int busy_phase;
static DEFINE_SPINLOCK(busy_lock);
static void do_nothing(void *unused) { (void)unused; }
static void use_everything(void)
{
    struct page *page = alloc_page(GFP_NOWAIT);
    void *memory = kmalloc(100, GFP_NOWAIT);
    unsigned long flags;

    kfree(memory);
    if (page) __free_page(page);
    spin_lock_irqsave(&busy_lock, flags);
    spin_unlock_irqrestore(&busy_lock, flags);
    preempt_disable();
    preempt_enable();
    rcu_read_lock();
    rcu_read_unlock();
    ashlar_run_as_interrupt(do_nothing, NULL);
}
static int busy_reader(void *way)
{
    unsigned long end;

    if (way)
        preempt_disable();
    else
        rcu_read_lock();
    WRITE_ONCE(busy_phase, 1);
    /* From one kind of section to the other, and back. */
    for (end = jiffies + msecs_to_jiffies(60); time_before(jiffies, end);) {
        use_everything();
        if (way) {
            rcu_read_lock();
            preempt_enable();
            use_everything();
            preempt_disable();
            rcu_read_unlock();
        }
    }
    WRITE_ONCE(busy_phase, 2);
    if (way)
        preempt_enable();
    else
        rcu_read_unlock();
    while (!kthread_should_stop()) msleep(1);
    return 0;
}
static void busy_readers(void)
{
    for (long way = 0; way < 2; way++) {
        struct task_struct *task;

        busy_phase = 0;
        task = kthread_run(busy_reader, (void *)way, "busy");
        while (READ_ONCE(busy_phase) != 1) msleep(1);
        synchronize_rcu();
        CHECK(READ_ONCE(busy_phase) == 2);
        kthread_stop(task);
    }
}

static DECLARE_COMPLETION(done);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int flag, shared_count;
static DECLARE_RWSEM(sem);
static DEFINE_SPINLOCK(spin);
static int worker(void *unused)
{
    (void)unused;
    wait_event(queue, READ_ONCE(flag));
    for (int i = 0; i < 20000; i++) {
        spin_lock(&spin);
        shared_count++;
        spin_unlock(&spin);
        if (i % 100 == 0) {
            down_write(&sem);
            shared_count++;
            shared_count--;
            up_write(&sem);
        }
    }
    complete(&done);
    return 0;
}
static void threads(void)
{
    for (int i = 0; i < 4; i++) CHECK(!IS_ERR(kthread_run(worker, NULL, "worker-%d", i)));
    CHECK(wait_for_completion_timeout(&done, 5) == 0);
    WRITE_ONCE(flag, 1);
    wake_up_all(&queue);
    for (int i = 0; i < 4; i++) wait_for_completion(&done);
    CHECK(shared_count == 80000);
}

static int fired, worked;
static void fire(struct timer_list *timer)
{
    (void)timer;
    CHECK(in_softirq());
    WRITE_ONCE(fired, fired + 1);
}
static void work(struct work_struct *item)
{
    (void)item;
    CHECK(preemptible());
    WRITE_ONCE(worked, worked + 1);
}
static void later(void)
{
    struct timer_list timer;
    struct delayed_work delayed;
    DECLARE_WORK(item, work);
    ktime_t start = ktime_get();

    timer_setup(&timer, fire, 0);
    mod_timer(&timer, jiffies + msecs_to_jiffies(20));
    schedule_work(&item);
    flush_work(&item);
    CHECK(worked == 1);
    INIT_DELAYED_WORK(&delayed, work);
    schedule_delayed_work(&delayed, msecs_to_jiffies(10));
    msleep(60);
    flush_delayed_work(&delayed);
    CHECK(worked == 2 && fired == 1);
    CHECK(ktime_ms_delta(ktime_get(), start) >= 60);
    mod_timer(&timer, jiffies + HZ);
    CHECK(del_timer_sync(&timer) == 1);
}

/* To name an address takes locks of the host; tasks and interrupts do it at once, on fewer CPUs than tasks. */
enum { NAMERS = 6, NAMES = 5000, ROUNDS = 400 };
static DECLARE_COMPLETION(named);
static void name_something(void *unused)
{
    char name[KSYM_SYMBOL_LEN];

    (void)unused;
    preempt_disable(); /* who is in no section now and then has no CPU to be interrupted on */
    preempt_enable();
    snprintf(name, sizeof(name), "%pS", name_something);
    CHECK(name[0] != 0);
}
static int name_often(void *unused)
{
    for (int i = 0; i < NAMES; i++) name_something(unused);
    complete(&named);
    return 0;
}
static void names(void)
{
    CHECK(ashlar_tick(100, name_something, NULL) == 0);
    for (int i = 0; i < NAMERS; i++) CHECK(!IS_ERR(kthread_run(name_often, NULL, "namer-%d", i)));
    for (int i = 0; i < NAMERS; i++) wait_for_completion(&named);
    ashlar_tick(0, NULL, NULL);
}

/* Threads that end while they are interrupted leave their CPUs to the others. */
static void pass_through(void *unused)
{
    (void)unused;
    kfree(kmalloc(64, GFP_ATOMIC));
}
static int come_and_go(void *unused)
{
    pass_through(unused);
    complete(&named);
    return 0;
}
static void endings(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        CHECK(ashlar_tick(20, pass_through, NULL) == 0);
        for (int i = 0; i < NAMERS; i++) CHECK(!IS_ERR(kthread_run(come_and_go, NULL, "short-%d", i)));
        for (int i = 0; i < NAMERS; i++) wait_for_completion(&named);
        ashlar_tick(0, NULL, NULL);
        on_each_cpu(pass_through, NULL, 1);
    }
}

int main(void)
{
    counts();
    sleeping();
    interrupts();
    grace();
    busy_readers();
    threads();
    later();
    names();
    endings();
    return check_result("contexts");
}
