/* SPDX-License-Identifier: MIT */
/*
 * module_init and the initcalls. A registered function runs when main() of the library (used when
 * the program has none) or ashlar_run_modules() gets to it, in the order of levels.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stringify.h>
#include <linux/types.h>

/* C++ code goes without these two: the C++ library has parameters of these names. */
#ifndef __cplusplus
#define __init
#define __ref
#endif
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __exit_call
#define __refdata
#define __refconst
#define __meminit
#define __meminitdata
#define __memexit
#define __cpuinit
#define __devinit
#define __net_init
#define __init_or_module
#define __initdata_or_module
#define __initconst_or_module
#define __ro_after_init

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

struct ashlar_module {
    struct ashlar_module *next;
    const char *name;
    initcall_t init;
    exitcall_t exit;
    int level;
    int loaded; /* its init ran and its exit did not */
};
ASHLAR_BEGIN_C
void ashlar_register_module(struct ashlar_module *module);
/* Runs every registered init in order of level, then every exit in reverse; answers 0 or the first
 * init's error. -EAGAIN is the Linux tests' way to say "done, do not stay loaded": no error. */
int ashlar_run_modules(void);
ASHLAR_END_C

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME __FILE_NAME__
#endif
#ifndef KBUILD_BASENAME
#define KBUILD_BASENAME KBUILD_MODNAME
#endif
#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

#define ASHLAR_REGISTER(id, function_in, function_out, at_level)                                               \
    static struct ashlar_module ASHLAR_PASTE(ashlar_module_, id) = {NULL,         KBUILD_MODNAME, function_in, \
                                                                    function_out, at_level,       0};          \
    __attribute__((__constructor__)) static void ASHLAR_PASTE(ashlar_module_register_, id)(void)               \
    {                                                                                                          \
        ashlar_register_module(&ASHLAR_PASTE(ashlar_module_, id));                                             \
    }
#define ashlar_initcall(function, level) ASHLAR_REGISTER(function, function, NULL, level)
#define early_initcall(function) ashlar_initcall(function, 0)
#define pure_initcall(function) ashlar_initcall(function, 0)
#define core_initcall(function) ashlar_initcall(function, 1)
#define postcore_initcall(function) ashlar_initcall(function, 2)
#define arch_initcall(function) ashlar_initcall(function, 3)
#define subsys_initcall(function) ashlar_initcall(function, 4)
#define fs_initcall(function) ashlar_initcall(function, 5)
#define rootfs_initcall(function) ashlar_initcall(function, 5)
#define device_initcall(function) ashlar_initcall(function, 6)
#define late_initcall(function) ashlar_initcall(function, 7)
#define late_initcall_sync(function) ashlar_initcall(function, 7)
#define __initcall(function) device_initcall(function)
#define __exitcall(function) ASHLAR_REGISTER(function, NULL, function, 6)
#ifdef MODULE
/* An object of its own, loaded at run time: its loader looks for these names. */
#define module_init(function) int init_module(void) __attribute__((__alias__(#function)));
#define module_exit(function) void cleanup_module(void) __attribute__((__alias__(#function)));
#else
#define module_init(function) device_initcall(function)
#define module_exit(function) __exitcall(function)
#endif
#define __setup(text, function)
#define early_param(text, function)
