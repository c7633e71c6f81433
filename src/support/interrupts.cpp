// Functions run at interrupt level, here and on other CPUs.
//
// Each run is a struct ashlar_interrupt on its CPU's stack of them: anyone pushes, and whoever
// occupies the CPU takes them all and runs them in the order in which they came. The storage is the
// sender's, who waits for its end, or one of a few slots when nobody may wait.

#include "support/interrupts.h"

#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/smp.h>

using ashlar::kernel::Context;
using ashlar::kernel::enter;
using ashlar::kernel::leave;
using ashlar::kernel::peek;
using ashlar::kernel::self;
using namespace ashlar::support;

namespace ashlar::support
{

void send(ashlar_cpu &cpu, ashlar_interrupt &interrupt)
{
    void *head = __atomic_load_n(&cpu.interrupts, __ATOMIC_RELAXED);
    do {
        interrupt.next = static_cast<ashlar_interrupt *>(head);
    } while (!__atomic_compare_exchange_n(&cpu.interrupts, &head, static_cast<void *>(&interrupt), false,
                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    ashlar_port_interrupt(&cpu);
}

void await(ashlar_interrupt &interrupt, ashlar_cpu &cpu)
{
    for (unsigned turns = 0; turns < 128 && !is_done(interrupt); turns++) ashlar_port_spin(turns);
    while (!is_done(interrupt)) {
        ashlar_port_wait(&interrupt.done, 0, 1000000);
        // In a process the CPU may have changed hands just when it was interrupted.
        if (!is_done(interrupt)) ashlar_port_interrupt(&cpu);
    }
}

// A slot is free when `done`.
static ashlar_interrupt unwaited[ASHLAR_MAX_CPUS];
static u32 unwaited_used[ASHLAR_MAX_CPUS];

ashlar_interrupt *unwaited_slot()
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

}  // namespace ashlar::support

extern "C" {

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
    send(*cpu, *interrupt);
    if (!wait) return -EINPROGRESS;
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
    send(*cpu, *interrupt);
    leave(context);
    if (off) return -EINPROGRESS;
    await(*interrupt, *cpu);
    return 0;
}

void ashlar_on_each_cpu(void (*function)(void *), void *argument)
{
    for (unsigned cpu = 0; cpu < ashlar_port_cpu_count(); cpu++) interrupt_cpu(cpu, function, argument);
}

}  // extern "C"
