/* SPDX-License-Identifier: MIT */
/* A buffer of fixed size that text is appended to and that remembers when it was too small. */
#pragma once
#include <linux/kconfig.h>
#include <linux/fs.h>
struct seq_buf {
    char *buffer;
    size_t size, len;
    loff_t readpos;
};
struct seq_file;
static inline void seq_buf_clear(struct seq_buf *s)
{
    s->len = 0;
    s->readpos = 0;
}
static inline void seq_buf_init(struct seq_buf *s, char *buffer, unsigned int size)
{
    s->buffer = buffer;
    s->size = size;
    seq_buf_clear(s);
}
static inline bool seq_buf_has_overflowed(struct seq_buf *s) { return s->len > s->size; }
static inline void seq_buf_set_overflow(struct seq_buf *s) { s->len = s->size + 1; }
static inline unsigned int seq_buf_buffer_left(struct seq_buf *s)
{
    return seq_buf_has_overflowed(s) ? 0 : (unsigned int)(s->size - s->len);
}
static inline unsigned int seq_buf_used(struct seq_buf *s)
{
    return (unsigned int)(s->len < s->size ? s->len : s->size);
}
static inline void seq_buf_terminate(struct seq_buf *s)
{
    if (WARN_ON(s->size == 0)) return;
    s->buffer[seq_buf_buffer_left(s) ? s->len : s->size - 1] = 0;
}
static inline size_t seq_buf_get_buf(struct seq_buf *s, char **to)
{
    WARN_ON(s->len > s->size + 1);
    if (s->len >= s->size) {
        *to = NULL;
        return 0;
    }
    *to = s->buffer + s->len;
    return s->size - s->len;
}
static inline void seq_buf_commit(struct seq_buf *s, int count)
{
    if (count < 0)
        seq_buf_set_overflow(s);
    else
        s->len += (size_t)count;
}
ASHLAR_BEGIN_C
__printf(2, 3) int seq_buf_printf(struct seq_buf *s, const char *format, ...);
__printf(2, 0) int seq_buf_vprintf(struct seq_buf *s, const char *format, va_list arguments);
int seq_buf_print_seq(struct seq_file *seq, struct seq_buf *s);
int seq_buf_to_user(struct seq_buf *s, char __user *to, int count);
int seq_buf_puts(struct seq_buf *s, const char *text);
int seq_buf_putc(struct seq_buf *s, unsigned char c);
int seq_buf_putmem(struct seq_buf *s, const void *from, unsigned int length);
int seq_buf_putmem_hex(struct seq_buf *s, const void *from, unsigned int length);
struct path;
int seq_buf_path(struct seq_buf *s, const struct path *path, const char *escape);
int seq_buf_hex_dump(struct seq_buf *s, const char *prefix, int prefix_type, int rowsize, int groupsize,
                     const void *from, size_t length, bool ascii);
ASHLAR_END_C
