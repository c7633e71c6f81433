// Interrupts: the table, and what happens now and what later.
//
//   kNow        at once, on top of whatever runs: it touches nothing of the library
//   kTimer,     at once if the context has interrupts on; else a bit in `pending`
//   kCall       and a mark in irq_pending, which irq_restore looks at
//   kResched    switches when the interrupt ends, if the context is in no section;
//               else at the end of the section, by the same mark
//
// While the library's functions run at interrupt level the processor's flag is
// on again: the context's irqs_off keeps everything out but kNow.

#include "port/x86_64/machine.h"

extern "C" char ashlar_x86_stubs[];

namespace ashlar::x86 {
namespace {

struct Gate {
    u16 offset_low;
    u16 selector;
    u8 stack;
    u8 type;
    u16 offset_middle;
    u32 offset_high;
    u32 reserved;
};
alignas(16) Gate table[256];

struct Hook {
    void (*function)(void*);
    void* argument;
};
Hook timer_hook;
u32 hook_runs = 0;  // CPUs that run it now

u64 timer_interrupts = 0;
u64 deferred = 0;

void run_hook() {
    __atomic_fetch_add(&hook_runs, 1u, __ATOMIC_SEQ_CST);
    void (*function)(void*) = __atomic_load_n(&timer_hook.function, __ATOMIC_SEQ_CST);
    if (function != nullptr) function(timer_hook.argument);
    __atomic_fetch_sub(&hook_runs, 1u, __ATOMIC_SEQ_CST);
}

void at_interrupt_level(Context& context, u32 bits) {
    const unsigned before = peek(context.preempt_count);
    poke(context.irqs_off, 1u);
    poke(context.preempt_count, before + ASHLAR_HARDIRQ_ONE);
    interrupts_on();
    if ((bits & kPendingTimer) != 0) {
        __atomic_fetch_add(&timer_interrupts, 1u, __ATOMIC_RELAXED);
        tick();
        run_hook();
    }
    if ((bits & kPendingCall) != 0) ashlar_take_interrupts(&context);
    interrupts_off();
    if (before == 0) kernel::note_quiet(context);
    __atomic_store_n(&context.preempt_count, before, __ATOMIC_RELEASE);
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
}

void arrived(u32 bits) {
    PerCpu& cpu = this_cpu();
    Context& context = *cpu.current;
    cpu.pending |= bits;
    if (peek(context.irqs_off) != 0) {
        poke(context.irq_pending, 1u);
        __atomic_fetch_add(&deferred, 1u, __ATOMIC_RELAXED);
        return;
    }
    run_pending(cpu, context);
}

}  // namespace

void start_interrupts() {
    for (unsigned i = 0; i < 256; i++) {
        const uptr stub = address(ashlar_x86_stubs) + usize{16} * i;
        const u8 stack = i == kDoubleFault ? 1 : i == kNmi ? 2 : 0;
        table[i] = {static_cast<u16>(stub),       8, stack, 0x8e, static_cast<u16>(stub >> 16),
                    static_cast<u32>(stub >> 32), 0};
    }
}

void load_interrupt_table() {
    struct [[gnu::packed]] {
        u16 limit;
        const void* base;
    } pointer{sizeof(table) - 1, table};
    asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

void run_pending(PerCpu& cpu, Context& context) {
    if (dying()) return;
    poke(context.irq_pending, 0u);
    while (const u32 bits = cpu.pending) {
        cpu.pending = 0;
        at_interrupt_level(context, bits);
    }
    if (cpu.need_resched == 0) return;
    if (peek(context.preempt_count) == 0) {
        give_way();
    } else {
        poke(context.irq_pending, 1u);
    }
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

extern "C" void ashlar_x86_interrupt(Frame* frame) {
    switch (frame->vector) {
        case kTimer:
            end_of_interrupt();
            arrived(kPendingTimer);
            return;
        case kCall:
            end_of_interrupt();
            arrived(kPendingCall);
            return;
        case kResched:
            end_of_interrupt();
            this_cpu().need_resched = 1;
            arrived(0);
            return;
        case kNow:
            take_now();
            end_of_interrupt();
            return;
        case kSpurious:
            return;
        default:
            fault(*frame);
    }
}

// From irq_restore or the end of a section. With interrupts on but preemption off, what is pending
// runs and the switch stays marked.
void ashlar_port_interrupts_on(ashlar_context* self) {
    const Masked masked;
    if (peek(self->irqs_off) == 0) run_pending(this_cpu(), *self);
}

void ashlar_port_interrupt(ashlar_cpu* slot) {
    PerCpu& cpu = cpu_by_number(slot->number);
    {
        const Masked masked;
        PerCpu& here = this_cpu();
        if (&cpu == &here) {
            arrived(kPendingCall);
            return;
        }
    }
    send(cpu, kCall);
}

void ashlar_x86_on_timer(void (*function)(void*), void* argument) {
    if (function != nullptr) ashlar_library_expect_interrupts();
    if (function != nullptr) timer_hook.argument = argument;
    __atomic_store_n(&timer_hook.function, function, __ATOMIC_SEQ_CST);
    if (function != nullptr) return;
    for (unsigned turns = 0; __atomic_load_n(&hook_runs, __ATOMIC_SEQ_CST) != 0; turns++)
        ashlar_port_spin(turns);
}

void ashlar_x86_count(ashlar_x86_counts* counts) {
    *counts = {};
    counts->timer_interrupts = peek(timer_interrupts);
    counts->deferred_interrupts = peek(deferred);
    count_paging(*counts);
    count_tasks(*counts);
}
