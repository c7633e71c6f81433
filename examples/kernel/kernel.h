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

/* module.c: an ELF object in memory becomes a part of the kernel, and leaves it again. */
struct loaded_module;
struct loaded_module* load_module(const void* object, size_t size, const char* name);
void unload_module(struct loaded_module* module);
/* The address of one of its symbols, NULL if it has none of this name. */
void* module_symbol(struct loaded_module* module, const char* name);
/* The object that is embedded in the kernel image. */
extern const char embedded_module[], embedded_module_end[];
