/* Whether a read, or a write of the same byte, faults: by a signal in a process, by the port's probe on a machine. To
 * be included first: libc's headers want to come before Linux's names. */
#pragma once
#ifdef ASHLAR_FREESTANDING
#include <ashlar/x86_64.h>

static inline _Bool faults(volatile char *address) { return ashlar_x86_touch(address, 0); }
static inline _Bool write_faults(volatile char *address) { return ashlar_x86_touch(address, 1); }
#else
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

static sigjmp_buf fault_jump;
static void on_fault(int number)
{
    (void)number;
    siglongjmp(fault_jump, 1);
}
/* What lies there may be poisoned in a sanitizer's shadow; the question is whether it is mapped. */
__attribute__((noinline, no_sanitize("address"))) static _Bool touch_faults(volatile char *address, _Bool write)
{
    struct sigaction action = {0}, old;
    _Bool faulted = 1;

    action.sa_handler = on_fault;
    sigaction(SIGSEGV, &action, &old);
    if (!sigsetjmp(fault_jump, 1)) {
        char byte = *address;
        if (write) *address = byte;
        faulted = 0;
    }
    sigaction(SIGSEGV, &old, NULL);
    return faulted;
}
static inline _Bool faults(volatile char *address) { return touch_faults(address, 0); }
static inline _Bool write_faults(volatile char *address) { return touch_faults(address, 1); }
#endif
