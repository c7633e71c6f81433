// The trees behind procfs, debugfs and sysfs. A node is a name in a folder; it lives
// as long as it is in the tree or a file on it is open. One lock guards all trees.
//
// Who made a name may free what its operations use once the name is removed. So a
// removal marks the node gone, by a number so far below zero that no operation
// enters any more, and waits until those that run have left:
//   node->active = running operations + (gone ? GONE : 0)

#include "pseudo.h"

#include <ashlar/kernel_port.h>

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#define ROOT(root, error)                                                                                     \
    {                                                                                                         \
        .dentry.d_parent = &root.dentry, .dentry.d_name = {.name = (unsigned char *)"/"},                     \
        .dentry.d_inode = &root.inode, .inode.i_mode = S_IFDIR | 0555, .inside = LIST_HEAD_INIT(root.inside), \
        .beside = LIST_HEAD_INIT(root.beside), .users = 1, .error_when_gone = error                           \
    }
struct pseudo pseudo_proc = ROOT(pseudo_proc, -EIO), pseudo_debug = ROOT(pseudo_debug, -EIO),
              pseudo_sys = ROOT(pseudo_sys, -ENODEV);
/* Where they are mounted; what is inside another stands first. */
static const struct {
    const char *path;
    struct pseudo *root;
} mounts[] = {{"/sys/kernel/debug", &pseudo_debug}, {"/proc", &pseudo_proc}, {"/sys", &pseudo_sys}};

#define GONE INT_MIN
static DEFINE_MUTEX(lock);
static DECLARE_WAIT_QUEUE_HEAD(changed); /* an operation left a node that is gone, or a file is released */

static struct pseudo *inside(struct pseudo *folder, const char *name, size_t length)
{
    struct pseudo *node;

    list_for_each_entry(node, &folder->inside, beside)
    {
        if (strlen(node->name) == length && memcmp(node->name, name, length) == 0) return node;
    }
    return NULL;
}

static struct pseudo *followed(struct pseudo *node)
{
    while (node && node->target) node = node->target->gone ? NULL : node->target;
    return node;
}

/* With the lock held. A link at the end is not followed. */
static struct pseudo *walk(struct pseudo *at, const char *path)
{
    while (at && *path) {
        size_t length = strcspn(path, "/");

        at = followed(at);
        if (at && length) at = inside(at, path, length);
        path += length;
        path += *path == '/';
    }
    return at;
}

struct pseudo *pseudo_entry(struct pseudo *from, const char *path)
{
    struct pseudo *found;

    mutex_lock(&lock);
    found = walk(from, path);
    mutex_unlock(&lock);
    return found;
}

struct pseudo *pseudo_find(struct pseudo *from, const char *path)
{
    struct pseudo *found;

    mutex_lock(&lock);
    found = followed(walk(from, path));
    mutex_unlock(&lock);
    return found;
}

struct pseudo *pseudo_open(const char *path)
{
    struct pseudo *found = NULL;

    mutex_lock(&lock);
    for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
        size_t length = strlen(mounts[i].path);

        if (strncmp(path, mounts[i].path, length) || (path[length] && path[length] != '/')) continue;
        found = followed(walk(mounts[i].root, path + length));
        break;
    }
    if (found) found->users++;
    mutex_unlock(&lock);
    return found;
}

static size_t bytes_of(const char *name) { return sizeof(struct pseudo) + strlen(name) + 1; }

/* `node` is zeroed memory of bytes_of(name). */
static struct pseudo *prepare(struct pseudo *node, const char *name, umode_t mode)
{
    if (!node) return NULL;
    strcpy(node->name, name);
    node->dentry.d_parent = &node->dentry;
    node->dentry.d_name.name = (const unsigned char *)node->name;
    node->dentry.d_name.len = (u32)strlen(name);
    node->dentry.d_inode = &node->inode;
    strscpy((char *)node->dentry.d_iname, name, sizeof(node->dentry.d_iname));
    node->inode.i_mode = mode;
    init_rwsem(&node->inode.i_rwsem);
    INIT_LIST_HEAD(&node->inside);
    INIT_LIST_HEAD(&node->beside);
    INIT_LIST_HEAD(&node->opened);
    node->users = 1;
    return node;
}

struct pseudo *pseudo_alone(const char *name, umode_t mode)
{
    return prepare(kzalloc(bytes_of(name), GFP_KERNEL), name, mode);
}

static int enter(struct pseudo *parent, struct pseudo *node)
{
    static unsigned long numbers;
    int error = 0;

    mutex_lock(&lock);
    if (parent->gone)
        error = -ENOENT;
    else if (inside(parent, node->name, strlen(node->name)))
        error = -EEXIST;
    if (!error) {
        node->parent = parent;
        node->error_when_gone = parent->error_when_gone;
        node->dentry.d_parent = &parent->dentry;
        node->inode.i_ino = ++numbers;
        list_add_tail(&node->beside, &parent->inside);
    }
    mutex_unlock(&lock);
    return error;
}

struct pseudo *pseudo_add(struct pseudo *parent, const char *name, umode_t mode,
                          const struct file_operations *operations, void *private_data)
{
    struct pseudo *node = pseudo_alone(name, mode);
    int error;

    if (!node) return ERR_PTR(-ENOMEM);
    node->inode.i_fop = operations ? operations : &node->operations;
    node->inode.i_private = private_data;
    error = enter(parent, node);
    if (!error) return node;
    kfree(node);
    return ERR_PTR(error);
}

struct pseudo *pseudo_add_for_ever(struct pseudo *parent, const char *name)
{
    struct pseudo *node = prepare(ashlar_port_early(bytes_of(name)), name, S_IFDIR | 0755);
    int error = node ? enter(parent, node) : -ENOMEM;

    return error ? ERR_PTR(error) : node;
}

/* With the lock held. */
static void put(struct pseudo *node)
{
    if (--node->users != 0) return;
    if (node->target) put(node->target);
    kfree(node);
}

struct pseudo *pseudo_link(struct pseudo *parent, const char *name, struct pseudo *target)
{
    struct pseudo *node = pseudo_alone(name, S_IFLNK | 0777);
    int error;

    if (!node) return ERR_PTR(-ENOMEM);
    mutex_lock(&lock);
    target->users++;
    mutex_unlock(&lock);
    node->target = target;
    error = enter(parent, node);
    if (!error) return node;
    pseudo_put(node);
    return ERR_PTR(error);
}

/* With the lock held. */
static void detach(struct pseudo *node, struct list_head *removed)
{
    struct pseudo *entry, *next;

    list_for_each_entry_safe(entry, next, &node->inside, beside) detach(entry, removed);
    node->gone = true;
    atomic_add(GONE, &node->active);
    node->dentry.d_parent = &node->dentry;
    list_move_tail(&node->beside, removed);
}

static void release(struct file *file)
{
    if (file->f_op->release) file->f_op->release(file->f_inode, file);
}

/* No operation runs any more, and none begins. */
static void close_files(struct pseudo *node)
{
    struct file *file;

    mutex_lock(&lock);
    while ((file = list_first_entry_or_null(&node->opened, struct file, ashlar_opened)) != NULL) {
        list_del_init(&file->ashlar_opened);
        mutex_unlock(&lock);
        release(file);
        smp_store_release(&file->ashlar_released, true);
        wake_up_all(&changed);
        mutex_lock(&lock);
    }
    mutex_unlock(&lock);
    wait_event(changed, READ_ONCE(node->closing) == 0);
}

static void drain(struct pseudo *node)
{
    int own = current->ashlar_operation == node;

    WARN(own, "'%s' is removed by an operation of its own, which in Linux would wait for itself", node->name);
    wait_event(changed, atomic_read(&node->active) == GONE + own);
    if (!own) close_files(node);
}

void pseudo_remove(struct pseudo *node)
{
    LIST_HEAD(removed);

    mutex_lock(&lock);
    if (!node->gone) detach(node, &removed);
    while (!list_empty(&removed)) {
        node = list_first_entry(&removed, struct pseudo, beside);
        mutex_unlock(&lock);
        drain(node);
        mutex_lock(&lock);
        list_del_init(&node->beside);
        put(node);
    }
    mutex_unlock(&lock);
}

bool pseudo_remove_self(struct pseudo *node)
{
    const void *operation = current->ashlar_operation;
    bool mine;

    mutex_lock(&lock);
    mine = !node->gone;
    mutex_unlock(&lock);
    if (!mine) return false;
    current->ashlar_operation = NULL;
    pseudo_leave(node);
    pseudo_remove(node);
    atomic_inc(&node->active); /* for the leave that comes */
    current->ashlar_operation = operation;
    return true;
}

bool pseudo_enter(struct pseudo *node)
{
    int seen = atomic_read(&node->active);

    while (seen >= 0)
        if (atomic_try_cmpxchg(&node->active, &seen, seen + 1)) return true;
    return false;
}

void pseudo_leave(struct pseudo *node)
{
    if (atomic_dec_return(&node->active) < 0) wake_up_all(&changed);
}

void pseudo_opened(struct pseudo *node, struct file *file)
{
    if (!node->closes_files) return;
    mutex_lock(&lock);
    list_add(&file->ashlar_opened, &node->opened);
    mutex_unlock(&lock);
}

void pseudo_release(struct pseudo *node, struct file *file)
{
    bool mine = true;

    if (!node->closes_files) {
        release(file);
        return;
    }
    mutex_lock(&lock);
    mine = !list_empty(&file->ashlar_opened);
    if (mine) {
        list_del_init(&file->ashlar_opened);
        node->closing++;
    }
    mutex_unlock(&lock);
    if (!mine) {
        wait_event(changed, smp_load_acquire(&file->ashlar_released));
        return;
    }
    release(file);
    mutex_lock(&lock);
    node->closing--;
    mutex_unlock(&lock);
    wake_up_all(&changed);
}

void pseudo_put(struct pseudo *node)
{
    mutex_lock(&lock);
    put(node);
    mutex_unlock(&lock);
}
