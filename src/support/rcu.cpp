// Read-copy-update with real grace periods.
//
// A reader raises a nesting count in its context, with plain instructions. A
// grace period makes every running context pass a full barrier, then looks at
// each: one that is in no section has no old pointers; one that is must be in
// none once, which its `sections` count shows. Preemption or interrupts off
// count as sections too, as in Linux since 5.0, and sections of both kinds that
// overlap are one.
//
// The barrier is what lets readers do without one: a reader whose raised count
// the grace period does not see after it read its first pointer after the
// barrier, so it sees the unpublished state already.
//
// Callbacks wait on a stack that anyone pushes on; one thread takes all of it,
// waits a grace period, and runs them in order at soft-interrupt level.

#include "port/kernel_context.h"

#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

using ashlar::kernel::Context;
using ashlar::kernel::peek;
using ashlar::kernel::poke;
using ashlar::kernel::self;

namespace
{

rcu_head *callbacks;   // newest first
u32 callbacks_pushed;  // counts pushes; what the thread sleeps on
u64 queued_count;
u64 invoked_count;
u32 invoked_word;  // changes with every batch
u32 thread_state;  // 0 none, 1 started
unsigned long periods_started;
unsigned long newest_completed;  // the greatest number of a period that is over

// kfree_rcu stores the distance from the object to its head in place of the
// function: no function lies in the first page.
constexpr unsigned long kOffsetLimit = 4096;

bool nested(const Context &context) { return __atomic_load_n(&context.rcu_nesting, __ATOMIC_ACQUIRE) != 0; }

// Looks twice at what may begin while the other is looked at: a reader may hand over from one kind
// of section to the other.
bool reading(const Context &context)
{
    return nested(context) || ashlar::kernel::in_section(context) || nested(context);
}

unsigned long sections(const Context &context) { return __atomic_load_n(&context.sections, __ATOMIC_ACQUIRE); }

void wait_for_readers()
{
    const unsigned long mine = __atomic_add_fetch(&periods_started, 1ul, __ATOMIC_SEQ_CST);
    ashlar_port_barrier_everywhere();
    const Context *me = &self();
    for (Context *context = ashlar_port_contexts(); context != nullptr; context = context->next) {
        if (context == me) continue;
        const unsigned long before = sections(*context);
        for (unsigned turns = 0; reading(*context) && sections(*context) == before; turns++) {
            ashlar_port_spin(turns);
        }
    }
    ashlar_port_barrier_everywhere();
    unsigned long seen = __atomic_load_n(&newest_completed, __ATOMIC_RELAXED);
    while (static_cast<long>(mine - seen) > 0 &&
           !__atomic_compare_exchange_n(&newest_completed, &seen, mine, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

void invoke(rcu_head *list)
{
    rcu_head *in_order = nullptr;
    while (list != nullptr) {
        rcu_head *next = list->next;
        list->next = in_order;
        in_order = list;
        list = next;
    }
    Context &context = self();
    u64 count = 0;
    while (in_order != nullptr) {
        rcu_head *next = in_order->next;
        ashlar::kernel::enter(context, ASHLAR_SOFTIRQ_ONE);
        const auto offset = reinterpret_cast<unsigned long>(in_order->func);
        if (offset < kOffsetLimit) {
            kvfree(reinterpret_cast<char *>(in_order) - offset);
        } else {
            in_order->func(in_order);
        }
        ashlar::kernel::leave(context, ASHLAR_SOFTIRQ_ONE);
        in_order = next;
        count++;
    }
    __atomic_fetch_add(&invoked_count, count, __ATOMIC_RELEASE);
    __atomic_fetch_add(&invoked_word, 1u, __ATOMIC_RELEASE);
    ashlar_port_wake(&invoked_word, INT_MAX);
}

void callback_thread(void *)
{
    for (;;) {
        const u32 pushed = __atomic_load_n(&callbacks_pushed, __ATOMIC_ACQUIRE);
        rcu_head *batch = __atomic_exchange_n(&callbacks, static_cast<rcu_head *>(nullptr), __ATOMIC_ACQ_REL);
        if (batch == nullptr) {
            ashlar_port_wait(&callbacks_pushed, pushed, UINT64_MAX);
            continue;
        }
        wait_for_readers();
        invoke(batch);
    }
}

// Where there can be no thread, or an interrupt comes before there is one, callbacks are invoked by whoever waits for
// them.
void ensure_thread()
{
    if (peek(thread_state) != 0 || ashlar::kernel::in_section(self())) return;
    if (__atomic_exchange_n(&thread_state, 1u, __ATOMIC_ACQ_REL) != 0) return;
    if (ashlar_port_spawn(callback_thread, nullptr, "rcu") != 0) {
        __atomic_store_n(&thread_state, 0u, __ATOMIC_RELEASE);
    }
}

void run_without_thread()
{
    rcu_head *batch = __atomic_exchange_n(&callbacks, static_cast<rcu_head *>(nullptr), __ATOMIC_ACQ_REL);
    if (batch == nullptr) return;
    wait_for_readers();
    invoke(batch);
}

struct DeferredFree {
    rcu_head head;
    void *object;
};

void free_deferred(rcu_head *head)
{
    auto *order = reinterpret_cast<DeferredFree *>(head);
    kvfree(order->object);
    kfree(order);
}

}  // namespace

extern "C" {

void rcu_read_lock()
{
    Context &context = self();
    poke(context.rcu_nesting, peek(context.rcu_nesting) + 1);
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

void rcu_read_unlock()
{
    Context &context = self();
    const unsigned after = peek(context.rcu_nesting) - 1;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (after == 0 && !ashlar::kernel::in_section(context)) {
        __atomic_store_n(&context.sections, peek(context.sections) + 1, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&context.rcu_nesting, after, __ATOMIC_RELEASE);
}

int rcu_read_lock_held() { return peek(self().rcu_nesting) != 0; }

void ashlar_start_rcu_thread() { ensure_thread(); }

void synchronize_rcu()
{
    ashlar_might_sleep("synchronize_rcu", __FILE__, __LINE__);
    wait_for_readers();
}

void call_rcu(rcu_head *head, rcu_callback_t function)
{
    head->func = function;
    rcu_head *first = __atomic_load_n(&callbacks, __ATOMIC_RELAXED);
    __atomic_fetch_add(&queued_count, 1ul, __ATOMIC_RELAXED);
    do {
        head->next = first;
    } while (!__atomic_compare_exchange_n(&callbacks, &first, head, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    __atomic_fetch_add(&callbacks_pushed, 1u, __ATOMIC_RELEASE);
    // Only the first of a batch can find the thread asleep.
    if (first == nullptr) ashlar_port_wake(&callbacks_pushed, 1);
    ensure_thread();
}

void rcu_barrier()
{
    ashlar_might_sleep("rcu_barrier", __FILE__, __LINE__);
    const u64 wanted = __atomic_load_n(&queued_count, __ATOMIC_ACQUIRE);
    ensure_thread();
    for (;;) {
        const u32 word = __atomic_load_n(&invoked_word, __ATOMIC_ACQUIRE);
        if (__atomic_load_n(&invoked_count, __ATOMIC_ACQUIRE) >= wanted) return;
        if (peek(thread_state) == 0) {
            run_without_thread();
        } else {
            ashlar_port_wait(&invoked_word, word, 10'000'000);
        }
    }
}

// The cookie is the number of the next period to start.
unsigned long get_state_synchronize_rcu() { return __atomic_load_n(&periods_started, __ATOMIC_SEQ_CST) + 1; }

unsigned long start_poll_synchronize_rcu() { return get_state_synchronize_rcu(); }

bool poll_state_synchronize_rcu(unsigned long cookie)
{
    return static_cast<long>(__atomic_load_n(&newest_completed, __ATOMIC_ACQUIRE) - cookie) >= 0;
}

void cond_synchronize_rcu(unsigned long cookie)
{
    while (!poll_state_synchronize_rcu(cookie)) synchronize_rcu();
}

void ashlar_kvfree_call_rcu(rcu_head *head, void *object)
{
    if (head != nullptr) {
        const unsigned long offset = reinterpret_cast<unsigned long>(head) - reinterpret_cast<unsigned long>(object);
        BUG_ON(offset >= kOffsetLimit);
        call_rcu(head, reinterpret_cast<rcu_callback_t>(offset));
        return;
    }
    ashlar_might_sleep("kvfree_rcu", __FILE__, __LINE__);
    auto *order = static_cast<DeferredFree *>(kmalloc(sizeof(DeferredFree), GFP_KERNEL | __GFP_NOWARN));
    if (order != nullptr) {
        order->object = object;
        call_rcu(&order->head, free_deferred);
        return;
    }
    synchronize_rcu();
    kvfree(object);
}

}  // extern "C"
