/* The parts of the example kernel. */
#pragma once
#include <stddef.h>

/* tests.c: each prints a line per test; the answer is how many failed. */
int run_tests(void);
/* stress.c: 0 when everything held. */
int run_stress(void);
/* devices.c */
int run_devices(void);
/* faults.c: never comes back from most. */
int run_fault(const char* name);
/* console.c: until "exit". */
int run_console(void);

/* The module that is embedded in the kernel image, for module_map(). */
extern const char embedded_module[], embedded_module_end[];
