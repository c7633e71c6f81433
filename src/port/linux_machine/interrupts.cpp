// Interrupts: a real-time signal to the thread that occupies the CPU.
//
// The handler runs the CPU's stack of interrupts at once, in the middle of
// whatever the thread was doing, unless the thread has interrupts off (then it
// leaves a mark that the enabling looks at) or stands between raising its
// preemption count and knowing that the CPU is its own (then the mark is looked
// at when the section ends). An idle CPU's interrupts are run by a helper
// thread that occupies it for that long; as functions on two CPUs may wait for
// each other, there is always another helper, up to one a CPU.

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "port/kernel_context.h"
#include "port/linux_machine/machine.h"

namespace ashlar::machine {
namespace {

using kernel::peek;
using kernel::poke;

int interrupt_signal() {
    // The first real-time signals are popular; the middle of the range is not.
    return SIGRTMIN + 9;
}

u32 helper_calls = 0;
u32 helpers = 0;
u32 idle_helpers = 0;

void run_now(ashlar_context& context) {
    poke(context.irqs_off, 1u);
    poke(context.irq_pending, 0u);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const unsigned before = peek(context.preempt_count);
    poke(context.preempt_count, before + ASHLAR_HARDIRQ_ONE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (before == 0 && !kernel::owns_cpu(context)) ashlar_port_claim_cpu(&context);
    ashlar_take_interrupts(&context);
    if (before == 0) kernel::note_quiet(context);
    __atomic_store_n(&context.preempt_count, before, __ATOMIC_RELEASE);
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

bool must_wait(const ashlar_context& context) {
    return peek(context.irqs_off) != 0 ||
           (peek(context.preempt_count) != 0 && !kernel::owns_cpu(context));
}

void on_signal(int) {
    const int kept = errno;
    ashlar_context* context = ashlar_self;
    if (context != nullptr) {
        poke(context->irq_pending, 1u);
        while (peek(context->irq_pending) != 0 && !must_wait(*context)) run_now(*context);
    }
    errno = kept;
}

void help(void*);

void start_helper() {
    if (__atomic_fetch_add(&helpers, 1u, __ATOMIC_SEQ_CST) < ashlar_port_cpu_count()) {
        __atomic_fetch_add(&idle_helpers, 1u, __ATOMIC_SEQ_CST);
        if (ashlar_port_spawn(help, nullptr, "idle cpus") == 0) return;
        __atomic_fetch_sub(&idle_helpers, 1u, __ATOMIC_SEQ_CST);
    }
    __atomic_fetch_sub(&helpers, 1u, __ATOMIC_SEQ_CST);
}

// Occupies idle CPUs that have interrupts, one after the other.
void help(void*) {
    ashlar_context& context = kernel::self();
    for (;;) {
        const u32 seen = __atomic_load_n(&helper_calls, __ATOMIC_ACQUIRE);
        for (unsigned i = 0; i < ashlar_port_cpu_count(); i++) {
            ashlar_cpu& cpu = *ashlar_port_cpu(i);
            if (__atomic_load_n(&cpu.interrupts, __ATOMIC_ACQUIRE) == nullptr) continue;
            if (__atomic_fetch_sub(&idle_helpers, 1u, __ATOMIC_SEQ_CST) == 1) start_helper();
            ashlar_port_yield_cpu(&context);
            poke(context.irqs_off, 1u);
            ashlar_context* nobody = nullptr;
            const bool mine = __atomic_compare_exchange_n(&cpu.owner, &nobody, &context, false,
                                                          __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
            if (mine) context.cpu = &cpu;
            poke(context.irqs_off, 0u);
            // Whoever else occupies it now finds the interrupts when claiming.
            if (mine) run_now(context);
            __atomic_fetch_add(&idle_helpers, 1u, __ATOMIC_SEQ_CST);
        }
        ashlar_port_yield_cpu(&context);
        ashlar_port_wait(&helper_calls, seen, UINT64_MAX);
    }
}

}  // namespace

void start_interrupts() {
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    // Nested delivery is governed by irqs_off, so that pending marks are never lost.
    sigfillset(&action.sa_mask);
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
        sigdelset(&action.sa_mask, fault);
    if (sigaction(interrupt_signal(), &action, nullptr) != 0) {
        refuse("signal %d for interrupts cannot be handled (errno %d)", interrupt_signal(), errno);
    }
}

void interrupt_idle_cpu() {
    if (__atomic_load_n(&helpers, __ATOMIC_SEQ_CST) == 0) start_helper();
    __atomic_fetch_add(&helper_calls, 1u, __ATOMIC_RELEASE);
    ashlar_port_wake(&helper_calls, 1);
}

}  // namespace ashlar::machine

using namespace ashlar;
using namespace ashlar::machine;

void ashlar_port_interrupts_on(ashlar_context* self) {
    // The signal stays out while the marks are worked off, or it would recurse here.
    while (peek(self->irq_pending) != 0 && !must_wait(*self)) run_now(*self);
}

void ashlar_port_interrupt(ashlar_cpu* cpu) {
    ashlar_context* owner = __atomic_load_n(&cpu->owner, __ATOMIC_SEQ_CST);
    if (owner != nullptr && owner == ashlar_self) {
        syscall(SYS_tgkill, getpid(), owner->id, interrupt_signal());
        return;
    }
    if (owner != nullptr) {
        if (syscall(SYS_tgkill, getpid(), owner->id, interrupt_signal()) == 0) return;
    }
    interrupt_idle_cpu();
}
