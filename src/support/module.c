// Modules linked into the program, and their parameters.

#include <ashlar/device.h>

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <asm/page.h>
#include <linux/string.h>

#include "support/module_set.h"

static struct module_set program;
static struct module_set *collecting = &program;

void module_set_collect(struct module_set *set) { collecting = set ? set : &program; }

void ashlar_register_module(struct ashlar_module *module)
{
    struct ashlar_module **at = &collecting->modules;
    while (*at && (*at)->level <= module->level) at = &(*at)->next;
    module->next = *at;
    *at = module;
}

void ashlar_register_param(struct kernel_param *parameter)
{
    parameter->next = collecting->parameters;
    collecting->parameters = parameter;
}

void module_set_unload(struct module_set *set)
{
    for (;;) {
        struct ashlar_module *last = NULL;

        for (struct ashlar_module *module = set->modules; module; module = module->next)
            if (module->loaded) last = module;
        if (!last) return;
        last->loaded = 0;
        if (last->exit) last->exit();
    }
}

int module_set_load(struct module_set *set)
{
    for (struct ashlar_module *module = set->modules; module; module = module->next) {
        int error;

        if (module->loaded) continue;
        error = module->init ? module->init() : 0;
        module->loaded = !error;
        /* Linux's idiom for a test that has run and does not want to stay loaded. */
        if (error && error != -EAGAIN) {
            pr_err("%s: init failed with %d\n", module->name, error);
            module_set_unload(set);
            return error;
        }
    }
    return 0;
}

int module_set_param(struct module_set *set, const char *name, const char *value)
{
    for (struct kernel_param *parameter = set->parameters; parameter; parameter = parameter->next)
        if (strcmp(parameter->name, name) == 0) return parameter->ops->set(value, parameter);
    return -ENOENT;
}

int ashlar_load_modules(void) { return module_set_load(&program); }
void ashlar_unload_modules(void) { module_set_unload(&program); }
int ashlar_set_param(const char *name, const char *value) { return module_set_param(&program, name, value); }

int ashlar_run_modules(void)
{
    int error = ashlar_load_modules();

    if (!error) ashlar_unload_modules();
    return error;
}

#define INTEGER(name, type, parse, format)                                         \
    static int set_##name(const char *value, const struct kernel_param *parameter) \
    {                                                                              \
        return parse(value, 0, (type *)parameter->arg);                            \
    }                                                                              \
    static int get_##name(char *buffer, const struct kernel_param *parameter)      \
    {                                                                              \
        return scnprintf(buffer, PAGE_SIZE, format "\n", *(type *)parameter->arg); \
    }                                                                              \
    const struct kernel_param_ops param_ops_##name = {.set = set_##name, .get = get_##name};
INTEGER(byte, u8, kstrtou8, "%hhu")
INTEGER(short, s16, kstrtos16, "%hd")
INTEGER(ushort, u16, kstrtou16, "%hu")
INTEGER(int, int, kstrtoint, "%d")
INTEGER(uint, unsigned int, kstrtouint, "%u")
INTEGER(long, long, kstrtol, "%ld")
INTEGER(ulong, unsigned long, kstrtoul, "%lu")
INTEGER(ullong, unsigned long long, kstrtoull, "%llu")
int param_set_int(const char *value, const struct kernel_param *parameter) { return set_int(value, parameter); }
int param_get_int(char *buffer, const struct kernel_param *parameter) { return get_int(buffer, parameter); }
int param_set_uint(const char *value, const struct kernel_param *parameter) { return set_uint(value, parameter); }
int param_get_uint(char *buffer, const struct kernel_param *parameter) { return get_uint(buffer, parameter); }

int param_set_bool(const char *value, const struct kernel_param *parameter)
{
    /* A name without a value switches it on. */
    return kstrtobool(value && *value ? value : "1", parameter->arg);
}
int param_get_bool(char *buffer, const struct kernel_param *parameter)
{
    return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)parameter->arg ? 'Y' : 'N');
}
const struct kernel_param_ops param_ops_bool = {.set = param_set_bool, .get = param_get_bool};

static int set_charp(const char *value, const struct kernel_param *parameter)
{
    /* Values come from the command line, which outlives every module. */
    *(const char **)parameter->arg = value;
    return 0;
}
const struct kernel_param_ops param_ops_charp = {.set = set_charp};

static int set_string(const char *value, const struct kernel_param *parameter)
{
    return strscpy(parameter->arg, value, parameter->size) < 0 ? -ENOSPC : 0;
}
const struct kernel_param_ops param_ops_string = {.set = set_string};

static int set_array_int(const char *value, const struct kernel_param *parameter)
{
    unsigned int count = 0;

    while (*value) {
        char *end;
        if (count == parameter->size) return -EINVAL;
        ((int *)parameter->arg)[count++] = (int)simple_strtol(value, &end, 0);
        if (end == value || (*end && *end != ',')) return -EINVAL;
        value = *end ? end + 1 : end;
    }
    if (parameter->count) *parameter->count = count;
    return 0;
}
const struct kernel_param_ops ashlar_param_ops_array_int = {.set = set_array_int};
