// Events of objects. What Linux sends to user space is made here as well, so that
// filters and uevent() functions run and what they answer counts; then it is dropped,
// for nobody listens.

#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>

static const char *const actions[] = {
    [KOBJ_ADD] = "add",       [KOBJ_REMOVE] = "remove",   [KOBJ_CHANGE] = "change", [KOBJ_MOVE] = "move",
    [KOBJ_ONLINE] = "online", [KOBJ_OFFLINE] = "offline", [KOBJ_BIND] = "bind",     [KOBJ_UNBIND] = "unbind"};

int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...)
{
    size_t room = sizeof(env->buf) - (size_t)env->buflen;
    va_list arguments;
    int length;

    if (WARN(env->envp_idx >= UEVENT_NUM_ENVP, "add_uevent_var: too many keys")) return -ENOMEM;
    va_start(arguments, format);
    length = vsnprintf(env->buf + env->buflen, room, format, arguments);
    va_end(arguments);
    if (WARN((size_t)length >= room, "add_uevent_var: buffer size too small")) return -ENOMEM;
    env->envp[env->envp_idx++] = env->buf + env->buflen;
    env->buflen += length + 1;
    return 0;
}

char *kobject_get_path(const struct kobject *kobj, gfp_t flags)
{
    size_t length = 1, bytes;
    char *path;

    for (const struct kobject *at = kobj; at; at = at->parent) {
        if (!at->name) return NULL;
        length += strlen(at->name) + 1;
    }
    path = kzalloc(length, flags);
    if (!path) return NULL;
    for (length--; kobj; kobj = kobj->parent) {
        bytes = strlen(kobj->name);
        length -= bytes;
        memcpy(path + length, kobj->name, bytes);
        path[--length] = '/';
    }
    return path;
}

/* The set that has a say: the object's own, or that of the nearest above. */
static struct kset *set_of(struct kobject *kobj)
{
    while (!kobj->kset && kobj->parent) kobj = kobj->parent;
    return kobj->kset;
}

static int fill(struct kobj_uevent_env *env, struct kobject *kobj, enum kobject_action action, const char *subsystem,
                char *more[])
{
    char *path = kobject_get_path(kobj, GFP_KERNEL);
    int error = path ? 0 : -ENOENT;

    if (!error) error = add_uevent_var(env, "ACTION=%s", actions[action]);
    if (!error) error = add_uevent_var(env, "DEVPATH=%s", path);
    if (!error) error = add_uevent_var(env, "SUBSYSTEM=%s", subsystem);
    for (int i = 0; more && more[i] && !error; i++) error = add_uevent_var(env, "%s", more[i]);
    kfree(path);
    return error;
}

int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *more[])
{
    const struct kobj_type *type = kobj->ktype;
    bool own = type && type->ashlar_subsystem;
    struct kset *set = own ? NULL : set_of(kobj);
    const struct kset_uevent_ops *operations = set ? set->uevent_ops : NULL;
    const char *subsystem;
    struct kobj_uevent_env *env;
    int error;

    if (!own && !set) return -EINVAL;
    if (operations && operations->filter && !operations->filter(kobj)) return 0;
    subsystem = own                              ? type->ashlar_subsystem(kobj)
                : operations && operations->name ? operations->name(kobj)
                                                 : kobject_name(&set->kobj);
    if (!subsystem) return 0;
    env = kzalloc(sizeof(*env), GFP_KERNEL);
    if (!env) return -ENOMEM;
    error = fill(env, kobj, action, subsystem, more);
    if (!error && own && type->ashlar_uevent) error = type->ashlar_uevent(kobj, env);
    if (!error && operations && operations->uevent) error = operations->uevent(kobj, env);
    kfree(env);
    return error;
}

int kobject_uevent(struct kobject *kobj, enum kobject_action action) { return kobject_uevent_env(kobj, action, NULL); }
