/* SPDX-License-Identifier: MIT */
/*
 * Modules that are loaded at run time, as insmod and rmmod do: relocatable objects for x86_64
 * (cc -c), compiled against include/linux, that know the program only by the names of its global
 * symbols. In a process compile them with -fPIC; -DMODULE as in Linux's own build, or without.
 */
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mapped_module;

/* Places the object in memory of module_alloc(), relocates it against the program and the modules
 * that are loaded already, makes code executable and read-only and constants read-only, runs its
 * constructors, sets its parameters from "name=value name=\"a value\"" (or NULL) and runs its init.
 * 0 and the module, or -errno after one line in the log that says why. The object may go
 * afterwards. */
int module_map(const void* object, size_t size, const char* name, const char* arguments,
               struct mapped_module** module);

/* Runs its exit and gives its memory back. -EBUSY, with a line, when another module uses it or when
 * it has an init and no exit. */
int module_unmap(struct mapped_module* module);

/* The address of one of its symbols, static ones too; NULL if it has none of this name. */
void* module_map_symbol(const struct mapped_module* module, const char* name);

#ifdef __cplusplus
}
#endif
