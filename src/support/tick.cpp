// A tick: a function that every busy CPU runs as an interrupt, time and again. For tests: what a
// driver's timer would do in the middle of anything.

#include "support/interrupts.h"

#include <linux/interrupt.h>
#include <linux/kernel.h>

using namespace ashlar::support;
using ashlar::kernel::peek;

extern "C" {

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
            send(*cpu, tick.pending[i]);
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
