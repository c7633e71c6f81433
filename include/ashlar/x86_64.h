/* SPDX-License-Identifier: MIT */
/*
 * What a kernel over the port x86_64 (libashlar-x86_64.a) gives and gets beside kernel_port.h. The
 * kernel is linked with src/port/x86_64/kernel.ld and started by a PVH loader, such as qemu
 * -kernel.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Given by the kernel: its first task. All CPUs run, the allocators work, constructors have run.
 * The result is the status that the machine ends with. */
int ashlar_kernel_main(const char* command_line);

/* The file given to the loader as boot module (qemu -initrd): its place and size; NULL if none. */
const void* ashlar_x86_boot_module(size_t* size);

/* A byte from the serial console, or -1 when none waits. */
int ashlar_x86_console_read(void);

/* Whether a read (or a write that changes nothing) of one byte faults. */
int ashlar_x86_touch(const volatile void* address, int write);

/* Runs at interrupt level in every timer interrupt of every CPU; NULL ends it, and when the call
 * returns no run is under way any more. */
void ashlar_x86_on_timer(void (*function)(void* argument), void* argument);

/* What the machine did: filled anew by every call. */
struct ashlar_x86_counts {
    uint64_t timer_interrupts, deferred_interrupts, switches, shootdowns, shot_ranges, table_frames;
};
void ashlar_x86_count(struct ashlar_x86_counts* counts);

#ifdef __cplusplus
}
#endif
