// Managed resources: what a driver takes for a device goes back, last first, when the driver
// leaves it.

#include <linux/device.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock); /* of every device's list */

/* Stands before what the user sees. */
struct devres {
    struct list_head list;
    dr_release_t release;
    size_t size;
    u64 data[] __aligned(16);
};

static struct devres *devres_of(const void *data) { return container_of(data, struct devres, data[0]); }

void *devres_alloc(dr_release_t release, size_t size, gfp_t flags)
{
    struct devres *resource;
    size_t bytes;

    if (check_add_overflow(sizeof(*resource), size, &bytes)) return NULL;
    resource = kmalloc(bytes, flags);
    if (!resource) return NULL;
    memset(resource, 0, sizeof(*resource));
    if (release) memset(resource->data, 0, size);
    INIT_LIST_HEAD(&resource->list);
    resource->release = release;
    resource->size = size;
    return resource->data;
}

void devres_free(void *data)
{
    if (data) kfree(devres_of(data));
}

void devres_add(struct device *device, void *data)
{
    mutex_lock(&lock);
    if (!device->devres_head.next) INIT_LIST_HEAD(&device->devres_head);
    list_add(&devres_of(data)->list, &device->devres_head);
    mutex_unlock(&lock);
}

/* With the lock held. */
static struct devres *find(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    if (!device->devres_head.next) return NULL;
    list_for_each_entry(resource, &device->devres_head,
                        list) if (resource->release == release &&
                                  (!match || match(device, resource->data, match_data))) return resource;
    return NULL;
}

void *devres_find(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    mutex_lock(&lock);
    resource = find(device, release, match, match_data);
    mutex_unlock(&lock);
    return resource ? resource->data : NULL;
}

static struct devres *take(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource;

    mutex_lock(&lock);
    resource = find(device, release, match, match_data);
    if (resource) list_del_init(&resource->list);
    mutex_unlock(&lock);
    return resource;
}

int devres_destroy(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource = take(device, release, match, match_data);

    kfree(resource);
    return resource ? 0 : -ENOENT;
}

int devres_release(struct device *device, dr_release_t release, dr_match_t match, void *match_data)
{
    struct devres *resource = take(device, release, match, match_data);

    if (!resource) return -ENOENT;
    resource->release(device, resource->data);
    kfree(resource);
    return 0;
}

int devres_release_all(struct device *device)
{
    int count = 0;

    if (!device->devres_head.next) return 0;
    for (;; count++) {
        struct devres *resource;

        mutex_lock(&lock);
        resource = list_first_entry_or_null(&device->devres_head, struct devres, list);
        if (resource) list_del(&resource->list);
        mutex_unlock(&lock);
        if (!resource) return count;
        if (resource->release) resource->release(device, resource->data);
        kfree(resource);
    }
}

static void release_nothing(struct device *device, void *data)
{
    (void)device;
    (void)data;
}
static int is_this(struct device *device, void *data, void *wanted)
{
    (void)device;
    return data == wanted;
}

void *devm_kmalloc(struct device *device, size_t size, gfp_t flags)
{
    void *data;

    if (!size) return ZERO_SIZE_PTR;
    data = devres_alloc(NULL, size, flags);
    if (!data) return NULL;
    devres_of(data)->release = release_nothing;
    devres_add(device, data);
    return data;
}

void devm_kfree(struct device *device, const void *data)
{
    if (ZERO_OR_NULL_PTR(data)) return;
    WARN_ON(devres_destroy(device, release_nothing, is_this, (void *)data));
}

void *devm_kmemdup(struct device *device, const void *from, size_t size, gfp_t flags)
{
    void *data = devm_kmalloc(device, size, flags);
    return data ? memcpy(data, from, size) : NULL;
}

char *devm_kstrdup(struct device *device, const char *text, gfp_t flags)
{
    return text ? devm_kmemdup(device, text, strlen(text) + 1, flags) : NULL;
}

char *devm_kasprintf(struct device *device, gfp_t flags, const char *format, ...)
{
    va_list arguments;
    char *text, *copy;

    va_start(arguments, format);
    text = kvasprintf(flags, format, arguments);
    va_end(arguments);
    copy = devm_kstrdup(device, text, flags);
    kfree(text);
    return copy;
}

struct action {
    void (*function)(void *data);
    void *data;
};
static void run_action(struct device *device, void *data)
{
    struct action *action = data;
    (void)device;
    action->function(action->data);
}

int devm_add_action(struct device *device, void (*function)(void *data), void *data)
{
    struct action *action = devres_alloc(run_action, sizeof(*action), GFP_KERNEL);

    if (!action) return -ENOMEM;
    action->function = function;
    action->data = data;
    devres_add(device, action);
    return 0;
}

static int same_action(struct device *device, void *data, void *wanted)
{
    const struct action *one = data, *other = wanted;
    (void)device;
    return one->function == other->function && one->data == other->data;
}
void devm_remove_action(struct device *device, void (*function)(void *data), void *data)
{
    struct action wanted = {function, data};
    WARN_ON(devres_destroy(device, run_action, same_action, &wanted));
}
void devm_release_action(struct device *device, void (*function)(void *data), void *data)
{
    struct action wanted = {function, data};
    WARN_ON(devres_release(device, run_action, same_action, &wanted));
}

struct pages {
    unsigned long address;
    unsigned int order;
};
static void free_pages_of(struct device *device, void *data)
{
    struct pages *pages = data;
    (void)device;
    free_pages(pages->address, pages->order);
}

unsigned long devm_get_free_pages(struct device *device, gfp_t flags, unsigned int order)
{
    struct pages *pages = devres_alloc(free_pages_of, sizeof(*pages), GFP_KERNEL);

    if (!pages) return 0;
    pages->order = order;
    pages->address = __get_free_pages(flags, order);
    if (!pages->address) {
        devres_free(pages);
        return 0;
    }
    devres_add(device, pages);
    return pages->address;
}
