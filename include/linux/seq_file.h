/* SPDX-License-Identifier: MIT */
/* Text made piece by piece into a buffer that grows: start, next, show, stop. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/types.h>
struct seq_operations;
struct seq_file {
    char *buf;
    size_t size, from, count, pad_until;
    loff_t index, read_pos;
    struct mutex lock;
    const struct seq_operations *op;
    const struct file *file;
    void *ASHLAR_PRIVATE_FIELD;
};
struct seq_operations {
    void *(*start)(struct seq_file *seq, loff_t *pos);
    void (*stop)(struct seq_file *seq, void *v);
    void *(*next)(struct seq_file *seq, void *v, loff_t *pos);
    int (*show)(struct seq_file *seq, void *v);
};
#define SEQ_SKIP 1
#define SEQ_START_TOKEN ((void *)1)
static inline bool seq_has_overflowed(struct seq_file *seq) { return seq->count == seq->size; }
static inline size_t seq_get_buf(struct seq_file *seq, char **to)
{
    *to = seq->count < seq->size ? seq->buf + seq->count : NULL;
    return seq->size - seq->count;
}
static inline void seq_commit(struct seq_file *seq, int count)
{
    if (count < 0)
        seq->count = seq->size;
    else
        seq->count += (size_t)count;
}
ASHLAR_BEGIN_C
int seq_open(struct file *file, const struct seq_operations *operations);
void *__seq_open_private(struct file *file, const struct seq_operations *operations, int size);
int seq_open_private(struct file *file, const struct seq_operations *operations, int size);
int seq_release(struct inode *inode, struct file *file);
int seq_release_private(struct inode *inode, struct file *file);
ssize_t seq_read(struct file *file, char __user *to, size_t count, loff_t *pos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int single_open(struct file *file, int (*show)(struct seq_file *seq, void *v), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *seq, void *v), void *data, size_t size);
int single_release(struct inode *inode, struct file *file);
__printf(2, 3) void seq_printf(struct seq_file *seq, const char *format, ...);
__printf(2, 0) void seq_vprintf(struct seq_file *seq, const char *format, va_list arguments);
void seq_putc(struct seq_file *seq, char c);
void seq_puts(struct seq_file *seq, const char *text);
int seq_write(struct seq_file *seq, const void *data, size_t length);
void seq_put_decimal_ull(struct seq_file *seq, const char *before, unsigned long long value);
void seq_put_decimal_ll(struct seq_file *seq, const char *before, long long value);
void seq_put_hex_ll(struct seq_file *seq, const char *before, unsigned long long value, unsigned int width);
void seq_pad(struct seq_file *seq, char c);
void seq_hex_dump(struct seq_file *seq, const char *prefix, int prefix_type, int rowsize, int groupsize,
                  const void *from, size_t length, bool ascii);
struct list_head *seq_list_start(struct list_head *head, loff_t pos);
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *pos);
ASHLAR_END_C
static inline void seq_setwidth(struct seq_file *seq, size_t size) { seq->pad_until = seq->count + size; }
#define DEFINE_SEQ_ATTRIBUTE(name)                                                            \
    static int name##_open(struct inode *inode, struct file *file)                            \
    {                                                                                         \
        int error = seq_open(file, &name##_sops);                                             \
        if (!error && inode->i_private)                                                       \
            ((struct seq_file *)file->private_data)->ASHLAR_PRIVATE_FIELD = inode->i_private; \
        return error;                                                                         \
    }                                                                                         \
    static const struct file_operations name##_fops = {                                       \
        .owner = THIS_MODULE, .llseek = seq_lseek, .read = seq_read, .open = name##_open, .release = seq_release}
#define DEFINE_SHOW_ATTRIBUTE(name)                                \
    static int name##_open(struct inode *inode, struct file *file) \
    {                                                              \
        return single_open(file, name##_show, inode->i_private);   \
    }                                                              \
    static const struct file_operations name##_fops = {            \
        .owner = THIS_MODULE, .llseek = seq_lseek, .read = seq_read, .open = name##_open, .release = single_release}
