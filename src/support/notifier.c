// Notifier chains: singly linked, higher priorities first, equal ones in the
// order they came. A callback may stop the walk.

#include <linux/notifier.h>
#include <linux/bug.h>
#include <linux/rcupdate.h>

static int enter(struct notifier_block **at, struct notifier_block *block)
{
    for (; *at && (*at)->priority >= block->priority; at = &(*at)->next)
        if (WARN(*at == block, "notifier callback %ps already registered", block->notifier_call)) return -EEXIST;
    block->next = *at;
    rcu_assign_pointer(*at, block);
    return 0;
}

static int leave(struct notifier_block **at, struct notifier_block *block)
{
    for (; *at; at = &(*at)->next) {
        if (*at != block) continue;
        rcu_assign_pointer(*at, block->next);
        return 0;
    }
    return -ENOENT;
}

static int call(struct notifier_block **head, unsigned long action, void *data)
{
    struct notifier_block *block = rcu_dereference_raw(*head);
    int result = NOTIFY_DONE;

    while (block && !(result & NOTIFY_STOP_MASK)) {
        struct notifier_block *next = rcu_dereference_raw(block->next);
        result = block->notifier_call(block, action, data);
        block = next;
    }
    return result;
}

int atomic_notifier_chain_register(struct atomic_notifier_head *head, struct notifier_block *block)
{
    unsigned long flags;
    int error;

    spin_lock_irqsave(&head->lock, flags);
    error = enter(&head->head, block);
    spin_unlock_irqrestore(&head->lock, flags);
    return error;
}

int atomic_notifier_chain_unregister(struct atomic_notifier_head *head, struct notifier_block *block)
{
    unsigned long flags;
    int error;

    spin_lock_irqsave(&head->lock, flags);
    error = leave(&head->head, block);
    spin_unlock_irqrestore(&head->lock, flags);
    synchronize_rcu();
    return error;
}

int atomic_notifier_call_chain(struct atomic_notifier_head *head, unsigned long action, void *data)
{
    int result;

    rcu_read_lock();
    result = call(&head->head, action, data);
    rcu_read_unlock();
    return result;
}

int blocking_notifier_chain_register(struct blocking_notifier_head *head, struct notifier_block *block)
{
    int error;

    down_write(&head->rwsem);
    error = enter(&head->head, block);
    up_write(&head->rwsem);
    return error;
}

int blocking_notifier_chain_unregister(struct blocking_notifier_head *head, struct notifier_block *block)
{
    int error;

    down_write(&head->rwsem);
    error = leave(&head->head, block);
    up_write(&head->rwsem);
    return error;
}

int blocking_notifier_call_chain(struct blocking_notifier_head *head, unsigned long action, void *data)
{
    int result;

    down_read(&head->rwsem);
    result = call(&head->head, action, data);
    up_read(&head->rwsem);
    return result;
}

int raw_notifier_chain_register(struct raw_notifier_head *head, struct notifier_block *block)
{
    return enter(&head->head, block);
}
int raw_notifier_chain_unregister(struct raw_notifier_head *head, struct notifier_block *block)
{
    return leave(&head->head, block);
}
int raw_notifier_call_chain(struct raw_notifier_head *head, unsigned long action, void *data)
{
    return call(&head->head, action, data);
}
