// procfs: drivers make files and folders, a program opens them below /proc. Who removes
// one closes what is open on it.

#include "pseudo.h"

#include <linux/err.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Never seen by drivers: it is the node itself. */
static struct pseudo *node_of(struct proc_dir_entry *entry) { return entry ? (struct pseudo *)entry : &pseudo_proc; }

/* "a/b/name" below the parent; the folders must be there. */
static struct pseudo *add(const char *name, umode_t mode, struct proc_dir_entry *folder, void *data)
{
    struct pseudo *parent = node_of(folder), *node;
    const char *last = strrchr(name, '/');

    if (last) {
        char *path = kstrndup(name, (size_t)(last - name), GFP_KERNEL);
        parent = path ? pseudo_find(parent, path) : NULL;
        kfree(path);
        name = last + 1;
    }
    if (WARN(!parent || !*name, "name '%s'", name)) return NULL;
    node = pseudo_add(parent, name, mode, NULL, data);
    if (!IS_ERR(node)) {
        node->closes_files = true;
        return node;
    }
    WARN(PTR_ERR(node) == -EEXIST, "proc_dir_entry '%s/%s' already registered",
         parent == &pseudo_proc ? "/proc" : parent->name, name);
    return NULL;
}

struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode, struct proc_dir_entry *parent, void *data)
{
    return (struct proc_dir_entry *)add(name, S_IFDIR | (mode ? mode : 0555), parent, data);
}
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent)
{
    return proc_mkdir_data(name, mode, parent, NULL);
}
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
    return proc_mkdir_data(name, 0, parent, NULL);
}
struct proc_dir_entry *proc_create_mount_point(const char *name) { return proc_mkdir(name, NULL); }

static struct pseudo *add_file(const char *name, umode_t mode, struct proc_dir_entry *parent, void *data)
{
    if (WARN((mode & S_IFMT) && !S_ISREG(mode), "proc file '%s' of another kind", name)) return NULL;
    return add(name, S_IFREG | ((mode & S_IALLUGO) ? mode & S_IALLUGO : 0444), parent, data);
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                        const struct proc_ops *from, void *data)
{
    struct pseudo *node = add_file(name, mode, parent, data);

    if (!node) return NULL;
    node->operations = (struct file_operations){.llseek = from->proc_lseek,
                                                .read = from->proc_read,
                                                .read_iter = from->proc_read_iter,
                                                .write = from->proc_write,
                                                .poll = from->proc_poll,
                                                .unlocked_ioctl = from->proc_ioctl,
                                                .mmap = from->proc_mmap,
                                                .open = from->proc_open,
                                                .release = from->proc_release};
    return (struct proc_dir_entry *)node;
}

struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                   const struct proc_ops *operations)
{
    return proc_create_data(name, mode, parent, operations, NULL);
}

static int open_seq(struct inode *inode, struct file *file)
{
    struct pseudo *node = pseudo_of(inode);
    const struct seq_operations *operations = node->owner;

    return node->extra ? seq_open_private(file, operations, (int)node->extra) : seq_open(file, operations);
}
static int release_seq(struct inode *inode, struct file *file)
{
    return pseudo_of(inode)->extra ? seq_release_private(inode, file) : seq_release(inode, file);
}

struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                               const struct seq_operations *operations, unsigned int state, void *data)
{
    struct pseudo *node = add_file(name, mode, parent, data);

    if (!node) return NULL;
    node->owner = (void *)operations;
    node->extra = state;
    node->operations =
        (struct file_operations){.open = open_seq, .read = seq_read, .llseek = seq_lseek, .release = release_seq};
    return (struct proc_dir_entry *)node;
}

static int open_single(struct inode *inode, struct file *file)
{
    return single_open(file, (int (*)(struct seq_file *, void *))pseudo_of(inode)->owner, inode->i_private);
}

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
                                               int (*show)(struct seq_file *seq, void *v), void *data)
{
    struct pseudo *node = add_file(name, mode, parent, data);

    if (!node) return NULL;
    node->owner = (void *)show;
    node->operations =
        (struct file_operations){.open = open_single, .read = seq_read, .llseek = seq_lseek, .release = single_release};
    return (struct proc_dir_entry *)node;
}

struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *to)
{
    struct pseudo *from = node_of(parent), *target = *to == '/' ? pseudo_open(to) : pseudo_find(from, to), *node;

    if (!target) return NULL;
    node = pseudo_link(from, name, target);
    if (*to == '/') pseudo_put(target);
    return IS_ERR(node) ? NULL : (struct proc_dir_entry *)node;
}

void proc_set_size(struct proc_dir_entry *entry, loff_t size) { node_of(entry)->inode.i_size = size; }
void proc_set_user(struct proc_dir_entry *entry, kuid_t uid, kgid_t gid)
{
    node_of(entry)->inode.i_uid = uid;
    node_of(entry)->inode.i_gid = gid;
}

void proc_remove(struct proc_dir_entry *entry)
{
    if (entry) pseudo_remove(node_of(entry));
}

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
    struct pseudo *node = pseudo_entry(node_of(parent), name);

    if (WARN(!node, "name '%s'", name)) return -ENOENT;
    pseudo_remove(node);
    return 0;
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
    struct pseudo *node = pseudo_entry(node_of(parent), name);

    WARN(node && !list_empty(&node->inside), "remove_proc_entry: removing non-empty directory '%s'", name);
    remove_proc_subtree(name, parent);
}
