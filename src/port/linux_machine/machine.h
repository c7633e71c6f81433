// The port linux_machine: a machine inside a process.
//
// What hardware has, and what plays it here:
//   physical memory    a memfd, mapped once, shared, at the linear address
//   page tables        the process's own mappings: frames mapped again by MAP_FIXED
//   a CPU              a slot that a thread occupies while it may not be moved
//   an interrupt       a real-time signal to the thread that occupies the CPU
//   the serial line    standard error
//
// Start-up is lazy and happens in the first thread that calls in. It must not
// allocate by malloc: the caller may be a malloc itself, or run before main.
#pragma once

#include <ashlar/kernel_port.h>

#include "core/types.h"

namespace ashlar::machine {

struct Settings {
    u64 size = 1 * kGiB;  // physical memory
    unsigned cpus = 0;    // 0: as many as the process may use
    u64 hugetlb = 0;      // how much of it, from address 0, is huge pages
};

// Reads ASHLAR_MACHINE once; a bad option ends the program with one line.
const Settings& settings();

void start_memory(const Settings& settings);
void start_cpus(const Settings& settings);
void start_interrupts();
// From now on a fault that nobody handles is told of before it ends the program.
void start_faults();
// Has a helper thread run the interrupts of CPUs that nobody occupies.
void interrupt_idle_cpu();

// Writes one line to standard error and exits with status 2.
[[noreturn]] void refuse(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace ashlar::machine
