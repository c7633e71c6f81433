/*
 * Names without a disk: what procfs, debugfs and sysfs have in common. Three trees of folders and
 * files; filp_open() finds a path in them. Of this folder only.
 */
#pragma once
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/list.h>

struct pseudo {
    struct dentry dentry; /* first: what debugfs and file->f_path hold */
    struct inode inode;
    struct list_head inside, beside; /* a folder's entries, oldest first */
    struct pseudo *parent;
    struct pseudo *target; /* of a symbolic link, which holds a reference on it */
    void *owner, *data;    /* the tree's own */
    unsigned long extra;
    struct file_operations operations; /* when nobody else keeps them */
    unsigned int users;                /* the tree, and every open file */
    bool gone;
    bool closes_files;       /* when it is removed, not when they are closed */
    int error_when_gone;     /* what an operation on a file that is still open answers */
    atomic_t active;         /* operations that run; far below 0 once it is gone */
    unsigned int closing;    /* releases of closed files that run */
    struct list_head opened; /* files that are to be closed with it */
    char name[];
};

extern struct pseudo pseudo_proc, pseudo_debug, pseudo_sys;

/* A folder when `mode` says so. ERR_PTR: -EEXIST, -ENOMEM, -ENOENT when the parent is gone. `operations`
 * may be NULL: then the node's own are used. */
struct pseudo *pseudo_add(struct pseudo *parent, const char *name, umode_t mode,
                          const struct file_operations *operations, void *private_data);
/* A folder that is never removed, and whose memory is no allocator's. */
struct pseudo *pseudo_add_for_ever(struct pseudo *parent, const char *name);
/* A symbolic link; it leads nowhere once its target is removed. */
struct pseudo *pseudo_link(struct pseudo *parent, const char *name, struct pseudo *target);
/* With all that is inside. Waits for operations that run on files of theirs; none begins afterwards. What
 * is open stays until it is closed. */
void pseudo_remove(struct pseudo *node);
/* From an operation of its own, for which alone it does not wait; false if somebody else does it. */
bool pseudo_remove_self(struct pseudo *node);
/* Around every operation of a file; false: it is gone. */
bool pseudo_enter(struct pseudo *node);
void pseudo_leave(struct pseudo *node);
/* Inside of open(), after it succeeded; and instead of a call of release(). */
void pseudo_opened(struct pseudo *node, struct file *file);
void pseudo_release(struct pseudo *node, struct file *file);
/* Relative to `from`, folders by slashes. For as long as nobody removes it. */
struct pseudo *pseudo_find(struct pseudo *from, const char *path);
/* The same for the name itself: a link at the end is not followed. */
struct pseudo *pseudo_entry(struct pseudo *from, const char *path);
/* An absolute path, with a reference; NULL if there is none. */
struct pseudo *pseudo_open(const char *path);
/* A node of no tree, with a reference. */
struct pseudo *pseudo_alone(const char *name, umode_t mode);
void pseudo_put(struct pseudo *node);

static inline struct pseudo *pseudo_of(const struct inode *inode) { return container_of(inode, struct pseudo, inode); }
