/* SPDX-License-Identifier: MIT */
/*
 * Parameters of modules: given as name=value on the command line of a program that uses the
 * library's main(), or by ashlar_set_param().
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/init.h>
#include <linux/kernel.h>

struct kernel_param;
struct kernel_param_ops {
    unsigned int flags;
    int (*set)(const char *value, const struct kernel_param *parameter);
    int (*get)(char *buffer, const struct kernel_param *parameter);
    void (*free)(void *argument);
};
struct kernel_param {
    const char *name;
    const struct kernel_param_ops *ops;
    void *arg;
    unsigned int size; /* of a string parameter's buffer, or of an array */
    unsigned int *count;
    struct kernel_param *next;
};
ASHLAR_BEGIN_C
void ashlar_register_param(struct kernel_param *parameter);
/* 0, -ENOENT when no module has it, or what the parser says. */
int ashlar_set_param(const char *name, const char *value);
extern const struct kernel_param_ops param_ops_byte, param_ops_short, param_ops_ushort, param_ops_int, param_ops_uint,
    param_ops_long, param_ops_ulong, param_ops_ullong, param_ops_bool, param_ops_charp, param_ops_string,
    ashlar_param_ops_array_int;
int param_set_int(const char *value, const struct kernel_param *parameter);
int param_set_uint(const char *value, const struct kernel_param *parameter);
int param_set_bool(const char *value, const struct kernel_param *parameter);
int param_get_int(char *buffer, const struct kernel_param *parameter);
int param_get_uint(char *buffer, const struct kernel_param *parameter);
int param_get_bool(char *buffer, const struct kernel_param *parameter);
ASHLAR_END_C
#define param_ops_invbool param_ops_bool
#define param_ops_hexint param_ops_uint

#define ASHLAR_PARAM(id, shown, operations, pointer, bytes, counter)                                                 \
    static struct kernel_param ASHLAR_PASTE(ashlar_param_, id) = {shown, operations, pointer, bytes, counter, NULL}; \
    __attribute__((__constructor__)) static void ASHLAR_PASTE(ashlar_param_register_, id)(void)                      \
    {                                                                                                                \
        ashlar_register_param(&ASHLAR_PASTE(ashlar_param_, id));                                                     \
    }
#define module_param_named(shown, variable, type, permissions) \
    ASHLAR_PARAM(shown, #shown, &param_ops_##type, &(variable), sizeof(variable), NULL)
#define module_param(name, type, permissions) module_param_named(name, name, type, permissions)
#define module_param_unsafe(name, type, permissions) module_param(name, type, permissions)
#define module_param_cb(shown, operations, pointer, permissions) \
    ASHLAR_PARAM(shown, #shown, operations, pointer, 0, NULL)
#define core_param(shown, variable, type, permissions) module_param_named(shown, variable, type, permissions)
#define module_param_string(shown, buffer, length, permissions) \
    ASHLAR_PARAM(shown, #shown, &param_ops_string, buffer, length, NULL)
#define module_param_array_named(shown, array, type, counter, permissions) \
    ASHLAR_PARAM(shown, #shown, &ashlar_param_ops_array_##type, array, ARRAY_SIZE(array), counter)
#define module_param_array(name, type, counter, permissions) \
    module_param_array_named(name, name, type, counter, permissions)
#define MODULE_PARM_DESC(name, text) struct kernel_param
#define kernel_param_lock(module) ((void)0)
#define kernel_param_unlock(module) ((void)0)
