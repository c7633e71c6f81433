// Interrupt lines. No device pulls them here; a test does, with ashlar_raise_irq(),
// or code that plays a device, with generic_handle_irq() from interrupt level. What
// Linux promises to a handler holds: it runs at interrupt level and never beside
// itself, a line that is disabled remembers that it was raised, shared lines ask
// every handler, and a thread runs what a handler leaves to it.
//
// A line's lock guards all of it and is not held while handlers run; `busy` is.

#include <linux/device.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct action {
    struct action *next;
    irq_handler_t handler, thread_function;
    unsigned long flags;
    const char *name;
    void *device;
    unsigned int irq;
    struct task_struct *thread;
    bool woken; /* the thread is to run or runs; as long a one-shot line is masked */
    bool again; /* and once more after that */
};
struct line {
    raw_spinlock_t lock;
    struct action *actions;
    unsigned int depth;  /* of disable_irq() */
    unsigned int masked; /* by one-shot threads */
    bool busy, pending;
};
static struct line lines[NR_IRQS];
static DECLARE_WAIT_QUEUE_HEAD(changed);

static irqreturn_t wake_the_thread(int irq, void *device)
{
    (void)irq;
    (void)device;
    return IRQ_WAKE_THREAD;
}

static void run_handlers(struct line *line, unsigned int irq)
{
    for (struct action *action = READ_ONCE(line->actions); action; action = READ_ONCE(action->next)) {
        irqreturn_t answer = action->handler((int)irq, action->device);

        if (answer != IRQ_WAKE_THREAD || WARN(!action->thread, "irq %u: %s has no thread to wake", irq, action->name))
            continue;
        raw_spin_lock(&line->lock);
        if (action->woken)
            action->again = true;
        else if (action->flags & IRQF_ONESHOT)
            line->masked++;
        WRITE_ONCE(action->woken, true);
        raw_spin_unlock(&line->lock);
        wake_up_all(&changed);
    }
}

/* Handles the line as often as it was raised; who finds it busy leaves it to the other. */
static void handle(struct line *line, unsigned int irq)
{
    unsigned long flags;

    raw_spin_lock_irqsave(&line->lock, flags);
    line->pending = true;
    if (!line->busy) {
        line->busy = true;
        while (line->pending && !line->depth && !line->masked && line->actions) {
            line->pending = false;
            raw_spin_unlock(&line->lock);
            run_handlers(line, irq);
            raw_spin_lock(&line->lock);
        }
        if (!line->actions) line->pending = false; /* nobody wants it */
        WRITE_ONCE(line->busy, false);
    }
    raw_spin_unlock_irqrestore(&line->lock, flags);
    if (wq_has_sleeper(&changed)) wake_up_all(&changed);
}

int generic_handle_irq(unsigned int irq)
{
    if (irq >= NR_IRQS || WARN_ON(!in_hardirq())) return -EINVAL;
    handle(&lines[irq], irq);
    return 0;
}

static void handle_number(void *number) { generic_handle_irq((unsigned int)(unsigned long)number); }

int ashlar_raise_irq(unsigned int irq)
{
    if (irq >= NR_IRQS) return -EINVAL;
    return ashlar_run_as_interrupt(handle_number, (void *)(unsigned long)irq);
}

/* ---- threads --------------------------------------------------------------------------------- */

static int thread_of(void *data)
{
    struct action *action = data;
    struct line *line = &lines[action->irq];

    for (;;) {
        bool again, replay = false;

        wait_event(changed, READ_ONCE(action->woken) || kthread_should_stop());
        if (!READ_ONCE(action->woken)) return 0;
        action->thread_function((int)action->irq, action->device);
        raw_spin_lock_irq(&line->lock);
        again = action->again;
        action->again = false;
        if (!again) {
            WRITE_ONCE(action->woken, false);
            if (action->flags & IRQF_ONESHOT) replay = --line->masked == 0 && line->pending;
        }
        raw_spin_unlock_irq(&line->lock);
        if (replay) ashlar_raise_irq(action->irq);
        wake_up_all(&changed);
    }
}

/* ---- handlers -------------------------------------------------------------------------------- */

/* With the lock held. Sharing takes the consent of everybody, and the same trigger. */
static int enter(struct line *line, struct action *action)
{
    struct action **at = &line->actions;

    if (*at && (!((*at)->flags & action->flags & IRQF_SHARED) ||
                ((*at)->flags ^ action->flags) & (IRQF_TRIGGER_MASK | IRQF_ONESHOT)))
        return -EBUSY;
    if (!*at) {
        line->depth = action->flags & IRQF_NO_AUTOEN ? 1 : 0;
        line->pending = false;
    }
    while (*at) at = &(*at)->next;
    WRITE_ONCE(*at, action);
    return 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_function, unsigned long flags,
                         const char *name, void *device)
{
    struct action *action;
    unsigned long saved;
    int error;

    ashlar_might_sleep("request_irq", __FILE__, __LINE__);
    if (irq >= NR_IRQS || ((flags & IRQF_SHARED) && !device) || (!handler && !thread_function)) return -EINVAL;
    if ((flags & IRQF_SHARED) && (flags & IRQF_NO_AUTOEN)) return -EINVAL;
    if (!handler && !(flags & IRQF_ONESHOT)) {
        pr_err("Threaded irq requested with handler=NULL and !ONESHOT for %s (irq %u)\n", name, irq);
        return -EINVAL;
    }
    action = kzalloc(sizeof(*action), GFP_KERNEL);
    if (!action) return -ENOMEM;
    action->handler = handler ? handler : wake_the_thread;
    action->thread_function = thread_function;
    action->flags = flags;
    action->name = name;
    action->device = device;
    action->irq = irq;
    if (thread_function) {
        action->thread = kthread_run(thread_of, action, "irq/%u-%s", irq, name);
        if (IS_ERR(action->thread)) {
            error = (int)PTR_ERR(action->thread);
            kfree(action);
            return error;
        }
    }
    raw_spin_lock_irqsave(&lines[irq].lock, saved);
    error = enter(&lines[irq], action);
    raw_spin_unlock_irqrestore(&lines[irq].lock, saved);
    if (!error) return 0;
    if (action->thread) kthread_stop(action->thread);
    kfree(action);
    return error;
}

static bool thread_woken(struct line *line)
{
    struct action *action;
    unsigned long flags;
    bool woken = false;

    raw_spin_lock_irqsave(&line->lock, flags);
    for (action = line->actions; action; action = action->next) woken |= action->woken;
    raw_spin_unlock_irqrestore(&line->lock, flags);
    return woken;
}

void synchronize_hardirq(unsigned int irq)
{
    if (irq < NR_IRQS) wait_event(changed, !READ_ONCE(lines[irq].busy));
}

void synchronize_irq(unsigned int irq)
{
    synchronize_hardirq(irq);
    if (irq < NR_IRQS) wait_event(changed, !thread_woken(&lines[irq]));
}

const void *free_irq(unsigned int irq, void *device)
{
    struct action **at, *action;
    unsigned long flags;
    const char *name;

    if (WARN(in_interrupt(), "Trying to free IRQ %u from IRQ context!", irq) || irq >= NR_IRQS) return NULL;
    raw_spin_lock_irqsave(&lines[irq].lock, flags);
    for (at = &lines[irq].actions; (action = *at) && action->device != device; at = &action->next) continue;
    if (action) WRITE_ONCE(*at, action->next);
    raw_spin_unlock_irqrestore(&lines[irq].lock, flags);
    if (WARN(!action, "Trying to free already-free IRQ %u", irq)) return NULL;
    synchronize_hardirq(irq);
    if (action->thread) {
        wake_up_all(&changed);
        kthread_stop(action->thread);
    }
    name = action->name;
    kfree(action);
    return name;
}

void disable_irq_nosync(unsigned int irq)
{
    unsigned long flags;

    if (irq >= NR_IRQS) return;
    raw_spin_lock_irqsave(&lines[irq].lock, flags);
    lines[irq].depth++;
    raw_spin_unlock_irqrestore(&lines[irq].lock, flags);
}

void disable_irq(unsigned int irq)
{
    disable_irq_nosync(irq);
    synchronize_irq(irq);
}

bool disable_hardirq(unsigned int irq)
{
    disable_irq_nosync(irq);
    synchronize_hardirq(irq);
    return true;
}

void enable_irq(unsigned int irq)
{
    unsigned long flags;
    bool replay = false, unbalanced;

    if (irq >= NR_IRQS) return;
    raw_spin_lock_irqsave(&lines[irq].lock, flags);
    unbalanced = !lines[irq].depth;
    if (!unbalanced) replay = --lines[irq].depth == 0 && lines[irq].pending;
    raw_spin_unlock_irqrestore(&lines[irq].lock, flags);
    WARN(unbalanced, "Unbalanced enable for IRQ %u", irq);
    if (replay) ashlar_raise_irq(irq);
}

/* ---- managed --------------------------------------------------------------------------------- */

struct managed {
    unsigned int irq;
    void *device;
};
static void free_managed(struct device *device, void *data)
{
    struct managed *managed = data;
    (void)device;
    free_irq(managed->irq, managed->device);
}
static int is_managed(struct device *device, void *data, void *wanted)
{
    struct managed *managed = data, *match = wanted;
    (void)device;
    return managed->irq == match->irq && managed->device == match->device;
}

int devm_request_threaded_irq(struct device *device, unsigned int irq, irq_handler_t handler,
                              irq_handler_t thread_function, unsigned long flags, const char *name, void *id)
{
    struct managed *managed = devres_alloc(free_managed, sizeof(*managed), GFP_KERNEL);
    int error;

    if (!managed) return -ENOMEM;
    error = request_threaded_irq(irq, handler, thread_function, flags, name ? name : dev_name(device), id);
    if (error) {
        devres_free(managed);
        return error;
    }
    managed->irq = irq;
    managed->device = id;
    devres_add(device, managed);
    return 0;
}

void devm_free_irq(struct device *device, unsigned int irq, void *id)
{
    struct managed wanted = {irq, id};
    WARN_ON(devres_release(device, free_managed, is_managed, &wanted));
}
