/* SPDX-License-Identifier: MIT */
/* A name and its parent; there is no cache of names, because there is no file system. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/lockref.h>
#include <linux/seqlock.h>
#include <linux/stringhash.h>
#include <linux/types.h>
struct qstr {
    union {
        struct {
            u32 hash, len;
        };
        u64 hash_len;
    };
    const unsigned char *name;
};
#define QSTR_INIT(text, length)                                  \
    {                                                            \
        {{.len = length}}, .name = (const unsigned char *)(text) \
    }
#define DNAME_INLINE_LEN 32
struct dentry {
    struct dentry *d_parent;
    struct qstr d_name;
    struct inode *d_inode;
    unsigned char d_iname[DNAME_INLINE_LEN];
    void *d_fsdata;
};
#define IS_ROOT(x) ((x) == (x)->d_parent)
