// Functions that other CPUs run: each as an interrupt of its CPU, in the order in which they were
// sent, all CPUs at once. The caller's own CPU needs no interrupt: there the function is called,
// with interrupts off, as in Linux.

#include "support/interrupts.h"

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/smp.h>

using namespace ashlar::support;
using ashlar::kernel::Context;
using ashlar::kernel::IrqsOff;
using ashlar::kernel::Pinned;
using ashlar::kernel::self;

namespace
{

ashlar_interrupt &a_slot()
{
    ashlar_interrupt *slot = unwaited_slot();
    for (unsigned turns = 0; slot == nullptr; turns++) {
        ashlar_port_spin(turns);
        slot = unwaited_slot();
    }
    return *slot;
}

void send_call(unsigned cpu, ashlar_interrupt &interrupt, smp_call_func_t function, void *info)
{
    interrupt.run = function;
    interrupt.argument = info;
    send(*ashlar_port_cpu(cpu), interrupt);
}

void call_here(Context &context, smp_call_func_t function, void *info)
{
    const IrqsOff off(context);
    function(info);
}

// Two CPUs that call each other with interrupts off wait for ever.
void check_callable() { WARN_ON_ONCE(irqs_disabled()); }

// The CPUs of the mask but the caller's, and that one last if `here`.
void call_many(const cpumask *mask, smp_call_func_t function, void *info, bool wait, smp_cond_func_t wanted, bool here)
{
    ashlar_library_expect_interrupts();
    Context &context = self();
    const Pinned pinned(context);
    ashlar_interrupt waited[ASHLAR_MAX_CPUS];
    u64 sent = 0;
    unsigned int cpu;

    check_callable();
    for_each_cpu(cpu, mask)
    {
        if (cpu == pinned.cpu() || (wanted != nullptr && !wanted(static_cast<int>(cpu), info))) continue;
        if (wait) {
            waited[cpu] = {};
            sent |= u64{1} << cpu;
        }
        send_call(cpu, wait ? waited[cpu] : a_slot(), function, info);
    }
    const auto me = static_cast<int>(pinned.cpu());
    if (here && cpumask_test_cpu(me, mask) && (wanted == nullptr || wanted(me, info)))
        call_here(context, function, info);
    for (; sent != 0; sent &= sent - 1) {
        const auto next = static_cast<unsigned>(__builtin_ctzll(sent));
        await(waited[next], *ashlar_port_cpu(next));
    }
}

}  // namespace

extern "C" {

int debug_smp_processor_id()
{
    Context &context = self();
    const u64 others = ~(~u64{0} >> (64 - ashlar_port_cpu_count())) | context.barred;
    if (!ashlar::kernel::in_section(context) && __builtin_popcountll(~others) != 1) {
        ashlar_warn_text(__FILE__, __LINE__, __func__,
                         "smp_processor_id() in preemptible code: the answer may be stale");
    }
    return raw_smp_processor_id();
}

int smp_call_function_single(int cpu, smp_call_func_t function, void *info, int wait)
{
    if (static_cast<unsigned>(cpu) >= ashlar_port_cpu_count()) return -ENXIO;
    ashlar_library_expect_interrupts();
    Context &context = self();
    const Pinned pinned(context);
    check_callable();
    if (pinned.cpu() == static_cast<unsigned>(cpu)) {
        call_here(context, function, info);
        return 0;
    }
    ashlar_interrupt here{};
    ashlar_interrupt &interrupt = wait ? here : a_slot();
    send_call(static_cast<unsigned>(cpu), interrupt, function, info);
    if (wait) await(interrupt, *ashlar_port_cpu(static_cast<unsigned>(cpu)));
    return 0;
}

int smp_call_function_any(const cpumask *mask, smp_call_func_t function, void *info, int wait)
{
    const Pinned pinned(self());
    const auto me = static_cast<int>(pinned.cpu());
    const int cpu = cpumask_test_cpu(me, mask) ? me : static_cast<int>(cpumask_first(mask));
    return smp_call_function_single(cpu, function, info, wait);
}

void smp_call_function_many(const cpumask *mask, smp_call_func_t function, void *info, bool wait)
{
    call_many(mask, function, info, wait, nullptr, false);
}

void smp_call_function(smp_call_func_t function, void *info, int wait)
{
    call_many(cpu_online_mask, function, info, wait != 0, nullptr, false);
}

void on_each_cpu_cond_mask(smp_cond_func_t wanted, smp_call_func_t function, void *info, bool wait, const cpumask *mask)
{
    call_many(mask, function, info, wait, wanted, true);
}

}  // extern "C"
