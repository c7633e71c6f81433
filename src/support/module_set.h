// The module_init functions and the parameters of the program, or of an object
// that is loaded into it.
#pragma once
#include <linux/init.h>
#include <linux/moduleparam.h>

struct module_set {
    struct ashlar_module *modules; /* by level; within a level as registered */
    struct kernel_param *parameters;
};

/* Constructors that run from now on register into this set; NULL: into the program's. */
void module_set_collect(struct module_set *set);
/* Every init in the order of levels; 0, or the first one's error after the exits of those before. */
int module_set_load(struct module_set *set);
/* The exits of what is loaded, in reverse. */
void module_set_unload(struct module_set *set);
/* 0, -ENOENT when the set has no such parameter, or what its parser says. */
int module_set_param(struct module_set *set, const char *name, const char *value);
