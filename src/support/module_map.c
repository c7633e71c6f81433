// Modules that are loaded at run time: constructors, parameters, init and exit,
// who uses whom, and names for their code in backtraces.

#include <ashlar/kernel_port.h>
#include <ashlar/module.h>

#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "support/module_image.h"
#include "support/module_set.h"

struct use {
    struct list_head list;
    struct mapped_module *of;
};

struct mapped_module {
    struct list_head list;
    struct module_image image;
    struct module_set set;
    struct list_head uses; /* of other modules' symbols */
    unsigned int users;
    char *object, *arguments; /* copies: symbols and values of parameters point into them */
    int (*init)(void);
    void (*exit)(void);
    char name[56];
};

static LIST_HEAD(modules);
/* For the list, the counts of users, and while constructors register what they belong to. */
static DEFINE_MUTEX(modules_lock);

/* A backtrace does not wait for the lock: a module is freed a grace period after it left the list. */
static size_t name_code(const void *address, char *to, size_t size)
{
    struct mapped_module *module;
    size_t length = 0;

    rcu_read_lock();
    list_for_each_entry_rcu(module, &modules, list)
    {
        length = module_image_name(&module->image, address, to, size);
        if (length) break;
    }
    rcu_read_unlock();
    return length;
}

static int note_use(struct mapped_module *module, struct mapped_module *of)
{
    struct use *use;

    list_for_each_entry(use, &module->uses, list) if (use->of == of) return 0;
    use = kmalloc(sizeof(*use), GFP_KERNEL);
    if (!use) return -ENOMEM;
    use->of = of;
    of->users++;
    list_add(&use->list, &module->uses);
    return 0;
}

/* Under modules_lock. */
static void *look_up(void *context, const char *name)
{
    struct mapped_module *other;
    void *found = ashlar_port_find_symbol(name);

    if (found) return found;
    list_for_each_entry(other, &modules, list)
    {
        found = module_image_symbol(&other->image, name, true);
        if (found) return note_use(context, other) ? NULL : found;
    }
    return NULL;
}

static void forget(struct mapped_module *module)
{
    struct use *use, *next;

    list_for_each_entry_safe(use, next, &module->uses, list)
    {
        use->of->users--;
        kfree(use);
    }
    if (module->image.memory) ashlar_unregister_percpu(module->image.memory, module->image.memory + module->image.all);
    module_image_free(&module->image);
    kvfree(module->object);
    kfree(module->arguments);
    kfree(module);
}

/* The next of `name=value name="a value" name`, taken apart; false at the end. */
static bool next_argument(char **at, char **name, char **value)
{
    char *to;
    bool quoted = false;

    *at = skip_spaces(*at);
    if (!**at) return false;
    *name = to = *at;
    *value = NULL;
    for (; **at && (quoted || !isspace(**at)); ++*at) {
        if (**at == '"') {
            quoted = !quoted;
        } else if (**at == '=' && !*value) {
            *to++ = 0;
            *value = to;
        } else {
            *to++ = **at;
        }
    }
    if (**at) ++*at;
    *to = 0;
    return true;
}

static int set_parameters(struct mapped_module *module)
{
    char *at = module->arguments, *name, *value;

    while (at && next_argument(&at, &name, &value)) {
        int error = module_set_param(&module->set, name, value ? value : "");
        if (error == -ENOENT) {
            pr_warn("module %s: unknown parameter '%s' ignored\n", module->name, name);
        } else if (error) {
            pr_err("module %s: '%s' is no value for parameter '%s'\n", module->name, value ? value : "", name);
            return error;
        }
    }
    return 0;
}

static void find_ends(struct mapped_module *module)
{
    module->init = (int (*)(void))module_image_symbol(&module->image, "init_module", true);
    module->exit = (void (*)(void))module_image_symbol(&module->image, "cleanup_module", true);
}

static int run_init(struct mapped_module *module)
{
    int error = module->init ? module->init() : 0;

    if (error > 0) pr_warn("module %s: init answered %d; it should be 0 or an error\n", module->name, error);
    if (error < 0) {
        pr_err("module %s: init failed with %d\n", module->name, error);
        return error;
    }
    error = module_set_load(&module->set);
    if (error && module->exit) module->exit();
    return error;
}

static void leave(struct mapped_module *module)
{
    mutex_lock(&modules_lock);
    module_image_call(&module->image, SHT_FINI_ARRAY);
    list_del_rcu(&module->list);
    mutex_unlock(&modules_lock);
    synchronize_rcu();
    mutex_lock(&modules_lock);
    forget(module);
    mutex_unlock(&modules_lock);
}

static struct mapped_module *make(const void *object, size_t size, const char *name, const char *arguments)
{
    struct mapped_module *module = kzalloc(sizeof(*module), GFP_KERNEL);

    if (!module) return NULL;
    INIT_LIST_HEAD(&module->uses);
    strscpy(module->name, name, sizeof(module->name));
    module->object = kvmalloc(size, GFP_KERNEL);
    module->arguments = arguments ? kstrdup(arguments, GFP_KERNEL) : NULL;
    if (!module->object || (arguments && !module->arguments)) {
        pr_err("module %s: no memory for %zu bytes\n", module->name, size);
        kvfree(module->object);
        kfree(module->arguments);
        kfree(module);
        return NULL;
    }
    memcpy(module->object, object, size);
    module->image.object = module->object;
    module->image.size = size;
    module->image.name = module->name;
    return module;
}

static struct mapped_module *named(const char *name)
{
    struct mapped_module *module;

    list_for_each_entry(module, &modules, list) if (!strcmp(module->name, name)) return module;
    return NULL;
}

int module_map(const void *object, size_t size, const char *name, const char *arguments, struct mapped_module **to)
{
    struct mapped_module *module = make(object, size, name, arguments);
    int error;

    *to = NULL;
    if (!module) return -ENOMEM;
    mutex_lock(&modules_lock);
    error = named(module->name) ? -EEXIST : 0;
    if (error) pr_err("module %s: a module of this name is loaded already\n", module->name);
    if (!error) error = module_image_load(&module->image, look_up, module);
    if (error) {
        forget(module);
        mutex_unlock(&modules_lock);
        return error;
    }
    list_add_rcu(&module->list, &modules);
    ashlar_port_name_code(name_code);
    module_set_collect(&module->set);
    module_image_call(&module->image, SHT_INIT_ARRAY);
    module_set_collect(NULL);
    mutex_unlock(&modules_lock);
    find_ends(module);
    error = set_parameters(module);
    if (!error) error = run_init(module);
    if (error) {
        leave(module);
        return error;
    }
    *to = module;
    return 0;
}

/* Linux's rule: what was set up and has nothing that takes it down stays. */
static bool stays(const struct mapped_module *module)
{
    bool in = module->init != NULL, out = module->exit != NULL;

    for (const struct ashlar_module *one = module->set.modules; one; one = one->next) {
        in |= one->init != NULL;
        out |= one->exit != NULL;
    }
    return in && !out;
}

int module_unmap(struct mapped_module *module)
{
    unsigned int users;

    mutex_lock(&modules_lock);
    users = module->users;
    mutex_unlock(&modules_lock);
    if (users) {
        pr_err("module %s: used by %u other modules\n", module->name, users);
        return -EBUSY;
    }
    if (stays(module)) {
        pr_err("module %s: has an init and no exit\n", module->name);
        return -EBUSY;
    }
    module_set_unload(&module->set);
    if (module->exit) module->exit();
    leave(module);
    return 0;
}

void *module_map_symbol(const struct mapped_module *module, const char *name)
{
    return module_image_symbol(&module->image, name, false);
}
