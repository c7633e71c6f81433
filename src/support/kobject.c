// Objects with a name, a parent and a reference count, and sets of them.

#include <linux/kobject.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

static ssize_t show(struct kobject *kobj, struct attribute *attribute, char *to)
{
    struct kobj_attribute *own = container_of(attribute, struct kobj_attribute, attr);
    return own->show ? own->show(kobj, own, to) : -EIO;
}
static ssize_t store(struct kobject *kobj, struct attribute *attribute, const char *from, size_t count)
{
    struct kobj_attribute *own = container_of(attribute, struct kobj_attribute, attr);
    return own->store ? own->store(kobj, own, from, count) : -EIO;
}
const struct sysfs_ops kobj_sysfs_ops = {.show = show, .store = store};

static void free_dynamic(struct kobject *kobj) { kfree(kobj); }
static const struct kobj_type dynamic_type = {.release = free_dynamic, .sysfs_ops = &kobj_sysfs_ops};

/* Always there, and never released; they get their folders when somebody looks below them. */
const struct kobj_type ashlar_permanent_type = {.sysfs_ops = &kobj_sysfs_ops};
#define PERMANENT(object, its_name, above)                           \
    static struct kobject object = {.name = its_name,                \
                                    .parent = above,                 \
                                    .ktype = &ashlar_permanent_type, \
                                    .kref = KREF_INIT(1),            \
                                    .state_initialized = true}
PERMANENT(kernel_object, "kernel", NULL);
PERMANENT(mm_object, "mm", &kernel_object);
PERMANENT(class_object, "class", NULL);
PERMANENT(devices_object, "devices", NULL);
PERMANENT(bus_object, "bus", NULL);
struct kobject *kernel_kobj = &kernel_object, *mm_kobj = &mm_object;
struct kobject *ashlar_class_kobj = &class_object, *ashlar_devices_kobj = &devices_object,
               *ashlar_bus_kobj = &bus_object;

/* For sysfs: such a folder is no leak. */
bool ashlar_kobject_is_permanent(const struct kobject *kobj);
bool ashlar_kobject_is_permanent(const struct kobject *kobj) { return kobj->ktype == &ashlar_permanent_type; }

static int make_folder(struct kobject *kobj)
{
    static DEFINE_MUTEX(first);
    struct kobject *above = kobj->parent;
    int error = 0;

    if (above && above->ktype == &ashlar_permanent_type) {
        mutex_lock(&first);
        if (above->parent && !above->parent->sd) error = sysfs_create_dir(above->parent);
        if (!error && !above->sd) error = sysfs_create_dir(above);
        mutex_unlock(&first);
    }
    return error ? error : sysfs_create_dir(kobj);
}

static int fill_folder(struct kobject *kobj)
{
    int error = sysfs_create_groups(kobj, kobj->ktype->default_groups);

    for (int i = 0; kobj->ktype->default_attrs && kobj->ktype->default_attrs[i] && !error; i++)
        error = sysfs_create_file(kobj, kobj->ktype->default_attrs[i]);
    return error;
}

int kobject_set_name_vargs(struct kobject *kobj, const char *format, va_list arguments)
{
    char *name = kvasprintf(GFP_KERNEL, format, arguments);

    if (!name) return -ENOMEM;
    kfree(kobj->name);
    kobj->name = name;
    return 0;
}

int kobject_set_name(struct kobject *kobj, const char *format, ...)
{
    va_list arguments;
    int error;

    va_start(arguments, format);
    error = kobject_set_name_vargs(kobj, format, arguments);
    va_end(arguments);
    return error;
}

void kobject_init(struct kobject *kobj, const struct kobj_type *type)
{
    if (WARN(!type, "kobject (%p) has no type", kobj)) return;
    kref_init(&kobj->kref);
    INIT_LIST_HEAD(&kobj->entry);
    kobj->ktype = type;
    kobj->sd = NULL;
    kobj->state_in_sysfs = false;
    kobj->state_initialized = true;
}

int ashlar_kobject_add_named(struct kobject *kobj, struct kobject *parent)
{
    int error;

    if (WARN(!kobj->name[0], "kobject (%p) is added without a name", kobj)) return -EINVAL;
    if (kobj->kset) {
        kset_get(kobj->kset);
        if (!parent) parent = &kobj->kset->kobj;
        spin_lock(&kobj->kset->list_lock);
        list_add_tail(&kobj->entry, &kobj->kset->list);
        spin_unlock(&kobj->kset->list_lock);
    }
    kobj->parent = kobject_get(parent);
    kobj->state_in_sysfs = true;
    error = make_folder(kobj);
    if (!error) error = fill_folder(kobj);
    if (!error) return 0;
    if (error == -EEXIST)
        pr_err(
            "kobject_add failed for %s with -EEXIST, don't try to register things with the same name in the same "
            "directory.\n",
            kobject_name(kobj));
    kobject_del(kobj);
    return error;
}

static int add(struct kobject *kobj, struct kobject *parent, const char *format, va_list arguments)
{
    int error = kobject_set_name_vargs(kobj, format, arguments);

    return error ? error : ashlar_kobject_add_named(kobj, parent);
}

int kobject_add(struct kobject *kobj, struct kobject *parent, const char *format, ...)
{
    va_list arguments;
    int error;

    if (WARN(!kobj->state_initialized, "kobject (%p) is added before it is initialised", kobj)) return -EINVAL;
    va_start(arguments, format);
    error = add(kobj, parent, format, arguments);
    va_end(arguments);
    return error;
}

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *type, struct kobject *parent, const char *format,
                         ...)
{
    va_list arguments;
    int error;

    kobject_init(kobj, type);
    va_start(arguments, format);
    error = add(kobj, parent, format, arguments);
    va_end(arguments);
    return error;
}

void kobject_del(struct kobject *kobj)
{
    struct kobject *parent;

    if (!kobj || !kobj->state_in_sysfs) return;
    kobj->state_in_sysfs = false;
    sysfs_remove_dir(kobj);
    if (kobj->kset) {
        spin_lock(&kobj->kset->list_lock);
        list_del_init(&kobj->entry);
        spin_unlock(&kobj->kset->list_lock);
        kset_put(kobj->kset);
    }
    parent = kobj->parent;
    kobj->parent = NULL;
    kobject_put(parent);
}

static void last_put(struct kref *kref)
{
    struct kobject *kobj = container_of(kref, struct kobject, kref);
    const char *name = kobj->name;

    kobject_del(kobj);
    if (!WARN(!kobj->ktype->release, "kobject: '%s' has no release() function", name ? name : "(null)"))
        kobj->ktype->release(kobj);
    kfree(name);
}

struct kobject *kobject_get(struct kobject *kobj)
{
    if (!kobj) return NULL;
    WARN(!kobj->state_initialized, "kobject (%p) is used before it is initialised", kobj);
    kref_get(&kobj->kref);
    return kobj;
}

struct kobject *kobject_get_unless_zero(struct kobject *kobj)
{
    return kobj && kref_get_unless_zero(&kobj->kref) ? kobj : NULL;
}

void kobject_put(struct kobject *kobj)
{
    if (!kobj) return;
    WARN(!kobj->state_initialized, "kobject (%p) is put before it is initialised", kobj);
    kref_put(&kobj->kref, last_put);
}

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
    struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

    if (!kobj) return NULL;
    kobject_init(kobj, &dynamic_type);
    if (kobject_add(kobj, parent, "%s", name)) {
        kobject_put(kobj);
        return NULL;
    }
    return kobj;
}

static void release_nothing(struct kobject *kobj) { (void)kobj; }

void kset_init(struct kset *kset)
{
    static const struct kobj_type none = {.release = release_nothing, .sysfs_ops = &kobj_sysfs_ops};

    if (!kset->kobj.ktype) kset->kobj.ktype = &none;
    kobject_init(&kset->kobj, kset->kobj.ktype);
    INIT_LIST_HEAD(&kset->list);
    spin_lock_init(&kset->list_lock);
}

int kset_register(struct kset *kset)
{
    kset_init(kset);
    if (WARN(!kset->kobj.name, "kset (%p) is registered without a name", kset)) return -EINVAL;
    return ashlar_kobject_add_named(&kset->kobj, kset->kobj.parent);
}

void kset_unregister(struct kset *kset)
{
    if (!kset) return;
    kobject_del(&kset->kobj);
    kobject_put(&kset->kobj);
}

static void free_kset(struct kobject *kobj) { kfree(container_of(kobj, struct kset, kobj)); }

struct kset *kset_create_and_add(const char *name, const struct kset_uevent_ops *ops, struct kobject *parent)
{
    static const struct kobj_type type = {.release = free_kset, .sysfs_ops = &kobj_sysfs_ops};
    struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

    if (!kset) return NULL;
    kset->uevent_ops = ops;
    kset->kobj.parent = parent;
    kset->kobj.ktype = &type;
    if (kobject_set_name(&kset->kobj, "%s", name) || kset_register(kset)) {
        kfree(kset->kobj.name);
        kfree(kset);
        return NULL;
    }
    return kset;
}

struct kobject *kset_find_obj(struct kset *kset, const char *name)
{
    struct kobject *kobj, *found = NULL;

    spin_lock(&kset->list_lock);
    list_for_each_entry(kobj, &kset->list, entry)
    {
        if (strcmp(kobject_name(kobj), name)) continue;
        found = kobject_get_unless_zero(kobj);
        break;
    }
    spin_unlock(&kset->list_lock);
    return found;
}

static int emit(char *to, int at, const char *format, va_list arguments)
{
    if (WARN(at < 0 || at >= (int)PAGE_SIZE || ((unsigned long)to & ~PAGE_MASK), "invalid sysfs_emit: buf:%p at:%d", to,
             at))
        return 0;
    return vscnprintf(to + at, PAGE_SIZE - (size_t)at, format, arguments);
}

int sysfs_emit(char *to, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = emit(to, 0, format, arguments);
    va_end(arguments);
    return length;
}

int sysfs_emit_at(char *to, int at, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = emit(to, at, format, arguments);
    va_end(arguments);
    return length;
}
