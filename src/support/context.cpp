// Contexts as Linux code sees them: the preemption count, interrupts on and
// off, whether sleeping is allowed, and functions run at interrupt level.
//
// The fast side is inline in port/kernel_context.h; what is here are the same
// operations under their Linux names, and the reports.

#include "port/kernel_context.h"

#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/smp.h>

using ashlar::kernel::Context;
using ashlar::kernel::enter;
using ashlar::kernel::leave;
using ashlar::kernel::peek;
using ashlar::kernel::self;

extern "C" {

int preempt_count() { return static_cast<int>(peek(self().preempt_count)); }
void preempt_disable() { enter(self()); }
void preempt_enable() { leave(self()); }
void ashlar_preempt_count_add(int value) { enter(self(), static_cast<unsigned>(value)); }
void ashlar_preempt_count_sub(int value) { leave(self(), static_cast<unsigned>(value)); }
// A task that may not migrate keeps its CPU, and for that it must not lose it.
void migrate_disable() { enter(self()); }
void migrate_enable() { leave(self()); }
void local_bh_disable() { enter(self(), SOFTIRQ_DISABLE_OFFSET); }
void local_bh_enable() { leave(self(), SOFTIRQ_DISABLE_OFFSET); }

unsigned long ashlar_irq_save() { return ashlar::kernel::irq_save(self()); }
void ashlar_irq_restore(unsigned long flags) { ashlar::kernel::irq_restore(self(), static_cast<unsigned>(flags)); }
bool irqs_disabled() { return peek(self().irqs_off) != 0; }

void cpu_relax()
{
    // Waiters keep no count of their turns here: one in 64 gives way, whoever it hits.
    static unsigned turns;
    ashlar_port_spin(__atomic_fetch_add(&turns, 1u, __ATOMIC_RELAXED) % 64);
}

int raw_smp_processor_id() { return static_cast<int>(self().cpu->number); }

int debug_smp_processor_id()
{
    Context &context = self();
    if (!ashlar::kernel::in_section(context)) {
        ashlar_warn_text(__FILE__, __LINE__, __func__,
                         "smp_processor_id() in preemptible code: the answer may be stale");
    }
    return static_cast<int>(context.cpu->number);
}

unsigned int ashlar_cpu_count() { return ashlar_port_cpu_count(); }

// ---- sleeping -------------------------------------------------------------

void ashlar_might_sleep(const char *call, const char *file, int line)
{
    Context &context = self();
    if (peek(context.preempt_count) == 0 && peek(context.irqs_off) == 0 && context.rcu_nesting == 0) [[likely]] {
        return;
    }
    static u64 last_report;
    const u64 now = ashlar_port_monotonic_ns();
    const u64 last = peek(last_report);
    if (last != 0 && now - last < NSEC_PER_SEC) return;
    __atomic_store_n(&last_report, now, __ATOMIC_RELAXED);
    const unsigned count = peek(context.preempt_count);
    const char *where = (count & HARDIRQ_MASK) != 0   ? "an interrupt"
                        : (count & SOFTIRQ_MASK) != 0 ? "a soft interrupt"
                        : count != 0                  ? "a section with preemption off"
                        : peek(context.irqs_off) != 0 ? "a section with interrupts off"
                                                      : "an RCU read-side section";
    ashlar_warn_text(file, line, call,
                     "BUG: sleeping function called from invalid context: %s in %s\n"
                     "in_atomic(): %d, irqs_disabled(): %d, rcu nesting: %u, preempt_count: %#x, "
                     "pid: %d, name: %s",
                     call, where, count != 0, peek(context.irqs_off) != 0, context.rcu_nesting, count, context.id,
                     current->comm);
}

void __might_sleep(const char *file, int line) { ashlar_might_sleep("a call that may sleep", file, line); }

// The host preempts whenever it likes; what is left to do is to let another thread have the CPU.
void ashlar_cond_resched()
{
    Context &context = self();
    if (!ashlar::kernel::in_section(context)) ashlar_port_yield_cpu(&context);
}

// ---- interrupts -----------------------------------------------------------

void ashlar_take_interrupts(ashlar_context *context)
{
    auto *list = static_cast<ashlar_interrupt *>(
        __atomic_exchange_n(&context->cpu->interrupts, static_cast<void *>(nullptr), __ATOMIC_ACQ_REL));
    ashlar_interrupt *in_order = nullptr;
    while (list != nullptr) {
        ashlar_interrupt *next = list->next;
        list->next = in_order;
        in_order = list;
        list = next;
    }
    while (in_order != nullptr) {
        // Once `done` is set the storage may be gone.
        ashlar_interrupt *next = in_order->next;
        in_order->run(in_order->argument);
        __atomic_store_n(&in_order->done, 1u, __ATOMIC_RELEASE);
        ashlar_port_wake(&in_order->done, INT_MAX);
        in_order = next;
    }
}

static void push_interrupt(ashlar_cpu &cpu, ashlar_interrupt &interrupt)
{
    void *head = __atomic_load_n(&cpu.interrupts, __ATOMIC_RELAXED);
    do {
        interrupt.next = static_cast<ashlar_interrupt *>(head);
    } while (!__atomic_compare_exchange_n(&cpu.interrupts, &head, static_cast<void *>(&interrupt), false,
                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
}

static bool is_done(const ashlar_interrupt &interrupt)
{
    return __atomic_load_n(&interrupt.done, __ATOMIC_ACQUIRE) != 0;
}

// Waits, asleep, until an interrupt of the CPU has run.
static void await(ashlar_interrupt &interrupt, ashlar_cpu &cpu)
{
    while (!is_done(interrupt)) {
        ashlar_port_wait(&interrupt.done, 0, 1000000);
        // In a process the CPU may have changed hands just when it was interrupted.
        if (!is_done(interrupt)) ashlar_port_interrupt(&cpu);
    }
}

// Interrupts that nobody waits for; a slot is free when `done`.
static ashlar_interrupt unwaited[ASHLAR_MAX_CPUS];
static u32 unwaited_used[ASHLAR_MAX_CPUS];

static ashlar_interrupt *unwaited_slot()
{
    for (unsigned i = 0; i < ASHLAR_MAX_CPUS; i++) {
        if (__atomic_exchange_n(&unwaited_used[i], 1u, __ATOMIC_ACQUIRE) == 0) {
            unwaited[i].done = 0;
            return &unwaited[i];
        }
        if (__atomic_load_n(&unwaited[i].done, __ATOMIC_ACQUIRE) != 0) {
            // Only one claimant may turn a finished slot around.
            u32 finished = 1;
            if (__atomic_compare_exchange_n(&unwaited[i].done, &finished, 0u, false, __ATOMIC_ACQ_REL,
                                            __ATOMIC_RELAXED)) {
                return &unwaited[i];
            }
        }
    }
    return nullptr;
}

// What interrupts leave for later is finished by threads, and no thread can be started where the
// interrupt came in the middle of anything. So they are started before, each if it is linked at all.
void ashlar_start_rcu_thread(void) __attribute__((weak));
void ashlar_start_vfree_thread(void) __attribute__((weak));
void ashlar_start_system_worker(void) __attribute__((weak));
void ashlar_start_softirq_thread(void) __attribute__((weak));

void ashlar_library_expect_interrupts()
{
    static u32 expected;
    if (peek(expected) != 0 || ashlar::kernel::in_section(self())) return;
    if (__atomic_exchange_n(&expected, 1u, __ATOMIC_ACQ_REL) != 0) return;
    if (ashlar_start_rcu_thread != nullptr) ashlar_start_rcu_thread();
    if (ashlar_start_vfree_thread != nullptr) ashlar_start_vfree_thread();
    if (ashlar_start_system_worker != nullptr) ashlar_start_system_worker();
    if (ashlar_start_softirq_thread != nullptr) ashlar_start_softirq_thread();
}

static int interrupt_cpu(unsigned number, void (*function)(void *), void *argument)
{
    ashlar_cpu *cpu = ashlar_port_cpu(number);
    if (cpu == nullptr) return -EINVAL;
    Context &context = self();
    const bool wait = peek(context.irqs_off) == 0;
    ashlar_interrupt here{};
    ashlar_interrupt *interrupt = wait ? &here : unwaited_slot();
    if (interrupt == nullptr) return -EBUSY;
    interrupt->run = function;
    interrupt->argument = argument;
    push_interrupt(*cpu, *interrupt);
    ashlar_port_interrupt(cpu);
    if (!wait) return -EINPROGRESS;
    for (unsigned turns = 0; turns < 128 && !is_done(*interrupt); turns++) ashlar_port_spin(turns);
    await(*interrupt, *cpu);
    return 0;
}

int ashlar_interrupt_cpu(unsigned number, void (*function)(void *), void *argument)
{
    ashlar_library_expect_interrupts();
    return interrupt_cpu(number, function, argument);
}

int ashlar_run_as_interrupt(void (*function)(void *), void *argument)
{
    ashlar_library_expect_interrupts();
    Context &context = self();
    const bool off = peek(context.irqs_off) != 0;
    ashlar_interrupt here{};
    ashlar_interrupt *interrupt = off ? unwaited_slot() : &here;
    if (interrupt == nullptr) return -EBUSY;
    interrupt->run = function;
    interrupt->argument = argument;
    // Pinned, so that it is this context that the interrupt interrupts.
    enter(context);
    ashlar_cpu *cpu = context.cpu;
    push_interrupt(*cpu, *interrupt);
    ashlar_port_interrupt(cpu);
    leave(context);
    if (off) return -EINPROGRESS;
    await(*interrupt, *cpu);
    return 0;
}

int smp_call_function_single(int cpu, smp_call_func_t function, void *info, int)
{
    const int error = ashlar_interrupt_cpu(static_cast<unsigned>(cpu), function, info);
    return error == -EINPROGRESS ? 0 : error;
}

void ashlar_on_each_cpu(void (*function)(void *), void *argument)
{
    for (unsigned cpu = 0; cpu < ashlar_port_cpu_count(); cpu++) interrupt_cpu(cpu, function, argument);
}

void on_each_cpu(smp_call_func_t function, void *info, int)
{
    ashlar_library_expect_interrupts();
    ashlar_on_each_cpu(function, info);
}

void smp_call_function(smp_call_func_t function, void *info, int)
{
    Context &context = self();
    enter(context);
    const unsigned me = context.cpu->number;
    for (unsigned cpu = 0; cpu < ashlar_port_cpu_count(); cpu++) {
        if (cpu != me) ashlar_interrupt_cpu(cpu, function, info);
    }
    leave(context);
}

// ---- a tick ---------------------------------------------------------------

static struct Tick {
    u32 period_us;
    u32 running;
    void (*function)(void *);
    void *argument;
    ashlar_interrupt pending[ASHLAR_MAX_CPUS];
} tick;

static void tick_thread(void *)
{
    for (unsigned i = 0; i < ASHLAR_MAX_CPUS; i++) tick.pending[i].done = 1;
    for (;;) {
        // Whoever stops the tick stores the period and then looks here: one side sees the other.
        __atomic_store_n(&tick.running, 1u, __ATOMIC_SEQ_CST);
        const u32 period = __atomic_load_n(&tick.period_us, __ATOMIC_SEQ_CST);
        if (period == 0) {
            __atomic_store_n(&tick.running, 0u, __ATOMIC_RELEASE);
            ashlar_port_wake(&tick.running, INT_MAX);
            ashlar_port_wait(&tick.period_us, 0, UINT64_MAX);
            continue;
        }
        for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
            ashlar_cpu *cpu = ashlar_port_cpu(i);
            // An idle CPU needs no tick, and one whose last tick is still pending gets no second.
            if (__atomic_load_n(&cpu->owner, __ATOMIC_ACQUIRE) == nullptr) continue;
            if (!is_done(tick.pending[i])) continue;
            tick.pending[i].done = 0;
            tick.pending[i].run = tick.function;
            tick.pending[i].argument = tick.argument;
            push_interrupt(*cpu, tick.pending[i]);
            ashlar_port_interrupt(cpu);
        }
        ashlar_port_wait(&tick.period_us, period, u64{period} * 1000);
    }
}

int ashlar_tick(unsigned period_us, void (*function)(void *), void *argument)
{
    static u32 started;
    ashlar_library_expect_interrupts();
    if (period_us != 0) {
        tick.function = function;
        tick.argument = argument;
    }
    __atomic_store_n(&tick.period_us, period_us, __ATOMIC_SEQ_CST);
    if (period_us == 0) {
        if (peek(started) == 0) return 0;
        ashlar_port_wake(&tick.period_us, INT_MAX);
        // When this returns no tick is running or pending any more.
        u32 running;
        while ((running = __atomic_load_n(&tick.running, __ATOMIC_SEQ_CST)) != 0) {
            ashlar_port_wait(&tick.running, running, 1000000);
        }
        for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
            await(tick.pending[i], *ashlar_port_cpu(i));
        }
        return 0;
    }
    if (__atomic_exchange_n(&started, 1u, __ATOMIC_ACQ_REL) == 0) {
        const int error = ashlar_port_spawn(tick_thread, nullptr, "tick");
        if (error != 0) __atomic_store_n(&started, 0u, __ATOMIC_RELEASE);
        return error;
    }
    ashlar_port_wake(&tick.period_us, INT_MAX);
    return 0;
}

}  // extern "C"
