// Sending interrupts to CPUs: what interrupts.cpp, smp.cpp and tick.cpp share.
#pragma once

#include "port/kernel_context.h"

namespace ashlar::support
{

inline bool is_done(const ashlar_interrupt &interrupt)
{
    return __atomic_load_n(&interrupt.done, __ATOMIC_ACQUIRE) != 0;
}

// The storage stays until the interrupt has run.
void send(ashlar_cpu &cpu, ashlar_interrupt &interrupt);

// Waits, asleep where that is allowed, until an interrupt that was sent to the CPU has run.
void await(ashlar_interrupt &interrupt, ashlar_cpu &cpu);

// For an interrupt that nobody waits for; null when all are under way.
ashlar_interrupt *unwaited_slot();

}  // namespace ashlar::support
