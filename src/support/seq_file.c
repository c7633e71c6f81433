// Text in pieces. A read runs start, show and next into a buffer of a page that
// doubles until one piece fits, hands out what is there, and remembers where it
// was, so that the next read goes on.

#include <linux/seq_file.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

int seq_open(struct file *file, const struct seq_operations *operations)
{
    struct seq_file *seq = kzalloc(sizeof(*seq), GFP_KERNEL);

    if (!seq) return -ENOMEM;
    mutex_init(&seq->lock);
    seq->op = operations;
    seq->file = file;
    file->private_data = seq;
    return 0;
}

int seq_release(struct inode *inode, struct file *file)
{
    struct seq_file *seq = file->private_data;

    (void)inode;
    kvfree(seq->buf);
    kfree(seq);
    return 0;
}

void *__seq_open_private(struct file *file, const struct seq_operations *operations, int size)
{
    void *own = kzalloc((size_t)size, GFP_KERNEL);

    if (!own) return NULL;
    if (seq_open(file, operations)) {
        kfree(own);
        return NULL;
    }
    ((struct seq_file *)file->private_data)->private = own;
    return own;
}

int seq_open_private(struct file *file, const struct seq_operations *operations, int size)
{
    return __seq_open_private(file, operations, size) ? 0 : -ENOMEM;
}

int seq_release_private(struct inode *inode, struct file *file)
{
    kfree(((struct seq_file *)file->private_data)->private);
    return seq_release(inode, file);
}

/* Makes at least one piece after what was read; 0 at the end, an error, or the bytes there are. */
static long fill(struct seq_file *seq)
{
    long result = 0;

    for (;;) {
        loff_t index = seq->index;
        void *v = seq->op->start(seq, &index);
        bool too_small = false;

        seq->from = seq->count = 0;
        while (v && !IS_ERR(v)) {
            size_t before = seq->count;
            int error = seq->op->show(seq, v);

            if (error < 0) {
                seq->count = before;
                result = error;
                break;
            }
            if (seq_has_overflowed(seq)) {
                /* A piece that does not fit waits, unless it is the first. */
                seq->count = before;
                too_small = before == 0;
                break;
            }
            if (error) seq->count = before; /* SEQ_SKIP */
            v = seq->op->next(seq, v, &index);
            seq->index = index;
        }
        if (IS_ERR(v)) result = PTR_ERR(v);
        seq->op->stop(seq, v);
        if (!too_small) return seq->count ? (long)seq->count : result;

        kvfree(seq->buf);
        seq->size <<= 1;
        seq->buf = kvmalloc(seq->size, GFP_KERNEL);
        if (!seq->buf) {
            seq->size = 0;
            return -ENOMEM;
        }
    }
}

/* Starts over and drops `pos` bytes. */
static int rewind_to(struct seq_file *seq, loff_t pos)
{
    seq->index = 0;
    seq->from = seq->count = 0;
    seq->read_pos = 0;
    while (seq->read_pos < pos) {
        long made = fill(seq);
        size_t take;

        if (made <= 0) return (int)made;
        take = min_t(size_t, (size_t)made, (size_t)(pos - seq->read_pos));
        seq->from = take;
        seq->count -= take;
        seq->read_pos += (loff_t)take;
    }
    return 0;
}

ssize_t seq_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    struct seq_file *seq = file->private_data;
    size_t copied = 0;
    long error = 0;

    mutex_lock(&seq->lock);
    if (!seq->buf) {
        seq->size = PAGE_SIZE;
        seq->buf = kvmalloc(seq->size, GFP_KERNEL);
        if (!seq->buf) error = -ENOMEM;
    }
    if (!error && *pos != seq->read_pos) error = rewind_to(seq, *pos);
    while (!error && copied < count) {
        size_t take;

        if (!seq->count) {
            long made = fill(seq);
            if (made <= 0) {
                error = made;
                break;
            }
        }
        take = min(seq->count, count - copied);
        if (copy_to_user(to + copied, seq->buf + seq->from, take)) {
            error = -EFAULT;
            break;
        }
        copied += take;
        seq->from += take;
        seq->count -= take;
    }
    *pos += (loff_t)copied;
    seq->read_pos = *pos;
    mutex_unlock(&seq->lock);
    return copied ? (ssize_t)copied : error;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
    if (whence == SEEK_CUR) offset += file->f_pos;
    if (whence == SEEK_END || offset < 0) return -EINVAL;
    return file->f_pos = offset;
}

/* ---- files of one piece ---------------------------------------------------------------------- */

static void *single_start(struct seq_file *seq, loff_t *pos)
{
    (void)seq;
    return *pos ? NULL : SEQ_START_TOKEN;
}
static void *single_next(struct seq_file *seq, void *v, loff_t *pos)
{
    (void)seq;
    (void)v;
    ++*pos;
    return NULL;
}
static void single_stop(struct seq_file *seq, void *v)
{
    (void)seq;
    (void)v;
}

int single_open(struct file *file, int (*show)(struct seq_file *seq, void *v), void *data)
{
    struct seq_operations *operations = kzalloc(sizeof(*operations), GFP_KERNEL_ACCOUNT);
    int error;

    if (!operations) return -ENOMEM;
    operations->start = single_start;
    operations->next = single_next;
    operations->stop = single_stop;
    operations->show = show;
    error = seq_open(file, operations);
    if (error)
        kfree(operations);
    else
        ((struct seq_file *)file->private_data)->private = data;
    return error;
}

int single_open_size(struct file *file, int (*show)(struct seq_file *seq, void *v), void *data, size_t size)
{
    char *buffer = kvmalloc(size, GFP_KERNEL);
    int error;

    if (!buffer) return -ENOMEM;
    error = single_open(file, show, data);
    if (error) {
        kvfree(buffer);
        return error;
    }
    ((struct seq_file *)file->private_data)->buf = buffer;
    ((struct seq_file *)file->private_data)->size = size;
    return 0;
}

int single_release(struct inode *inode, struct file *file)
{
    const struct seq_operations *operations = ((struct seq_file *)file->private_data)->op;
    int error = seq_release(inode, file);

    kfree(operations);
    return error;
}

/* ---- adding text ----------------------------------------------------------------------------- */

void seq_vprintf(struct seq_file *seq, const char *format, va_list arguments)
{
    size_t room = seq->size - seq->count;
    int length = room ? vsnprintf(seq->buf + seq->count, room, format, arguments) : 0;

    if (room && (size_t)length < room)
        seq->count += (size_t)length;
    else
        seq->count = seq->size;
}

void seq_printf(struct seq_file *seq, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    seq_vprintf(seq, format, arguments);
    va_end(arguments);
}

int seq_write(struct seq_file *seq, const void *data, size_t length)
{
    if (seq->count + length >= seq->size) {
        seq->count = seq->size;
        return -1;
    }
    memcpy(seq->buf + seq->count, data, length);
    seq->count += length;
    return 0;
}

void seq_putc(struct seq_file *seq, char c) { seq_write(seq, &c, 1); }
void seq_puts(struct seq_file *seq, const char *text) { seq_write(seq, text, strlen(text)); }
void seq_put_decimal_ull(struct seq_file *seq, const char *before, unsigned long long value)
{
    seq_printf(seq, "%s%llu", before ? before : "", value);
}
void seq_put_decimal_ll(struct seq_file *seq, const char *before, long long value)
{
    seq_printf(seq, "%s%lld", before ? before : "", value);
}
void seq_put_hex_ll(struct seq_file *seq, const char *before, unsigned long long value, unsigned int width)
{
    seq_printf(seq, "%s%0*llx", before ? before : "", (int)width, value);
}

void seq_pad(struct seq_file *seq, char c)
{
    while (seq->count < seq->pad_until && !seq_has_overflowed(seq)) seq_putc(seq, ' ');
    if (c) seq_putc(seq, c);
}

void seq_hex_dump(struct seq_file *seq, const char *prefix, int prefix_type, int rowsize, int groupsize,
                  const void *from, size_t length, bool ascii)
{
    const u8 *data = from;
    char line[32 * 3 + 2 + 32 + 1];

    if (rowsize != 16 && rowsize != 32) rowsize = 16;
    for (size_t at = 0; at < length && !seq_has_overflowed(seq); at += (size_t)rowsize) {
        hex_dump_to_buffer(data + at, min(length - at, (size_t)rowsize), rowsize, groupsize, line, sizeof(line), ascii);
        if (prefix_type == DUMP_PREFIX_ADDRESS)
            seq_printf(seq, "%s%p: %s\n", prefix, data + at, line);
        else if (prefix_type == DUMP_PREFIX_OFFSET)
            seq_printf(seq, "%s%.8zx: %s\n", prefix, at, line);
        else
            seq_printf(seq, "%s%s\n", prefix, line);
    }
}

struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
    struct list_head *at;

    list_for_each(at, head) if (pos-- == 0) return at;
    return NULL;
}

struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
    return pos ? seq_list_start(head, pos - 1) : head;
}

struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *pos)
{
    struct list_head *next = ((struct list_head *)v)->next;

    ++*pos;
    return next == head ? NULL : next;
}
