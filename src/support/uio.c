// Iterators over the buffers of a read or a write. Segments of users and of the
// kernel have the same shape; only the way bytes are copied differs.

#include <linux/uio.h>

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

_Static_assert(sizeof(struct iovec) == sizeof(struct kvec) &&
                   offsetof(struct iovec, iov_len) == offsetof(struct kvec, iov_len),
               "a kvec is walked as an iovec");

static bool in_segments(const struct iov_iter *i) { return i->iter_type == ITER_IOVEC || i->iter_type == ITER_KVEC; }

static struct iov_iter fresh(enum iter_type type, unsigned int direction, size_t bytes)
{
    return (struct iov_iter){.iter_type = (u8)type,
                             .data_source = direction != ITER_DEST,
                             .user_backed = type == ITER_IOVEC || type == ITER_UBUF,
                             .count = bytes};
}

void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov, unsigned long count,
                   size_t bytes)
{
    *i = fresh(ITER_IOVEC, direction, bytes);
    i->iov = iov;
    i->nr_segs = count;
}

void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec, unsigned long count,
                   size_t bytes)
{
    *i = fresh(ITER_KVEC, direction, bytes);
    i->kvec = kvec;
    i->nr_segs = count;
}

void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buffer, size_t bytes)
{
    *i = fresh(ITER_UBUF, direction, bytes);
    i->ubuf = buffer;
    i->nr_segs = 1;
}

void iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t bytes)
{
    *i = fresh(ITER_DISCARD, direction, bytes);
}

int import_single_range(int direction, void __user *buffer, size_t bytes, struct iovec *iov, struct iov_iter *i)
{
    bytes = min_t(size_t, bytes, INT_MAX & PAGE_MASK);
    if (!access_ok(buffer, bytes)) return -EFAULT;
    iov->iov_base = buffer;
    iov->iov_len = bytes;
    iov_iter_init(i, (unsigned)direction, iov, 1, bytes);
    return 0;
}

const void *dup_iter(struct iov_iter *to, struct iov_iter *from, gfp_t flags)
{
    *to = *from;
    if (!in_segments(from)) return NULL;
    return to->iov = kmemdup(from->iov, from->nr_segs * sizeof(*from->iov), flags);
}

void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
    bytes = min(bytes, i->count);
    i->count -= bytes;
    i->iov_offset += bytes;
    if (!in_segments(i)) return;
    for (; i->nr_segs && i->iov_offset >= i->iov->iov_len; i->iov++, i->nr_segs--) i->iov_offset -= i->iov->iov_len;
}

void iov_iter_revert(struct iov_iter *i, size_t bytes)
{
    i->count += bytes;
    while (in_segments(i) && bytes > i->iov_offset) {
        bytes -= i->iov_offset;
        i->iov--;
        i->nr_segs++;
        i->iov_offset = i->iov->iov_len;
    }
    i->iov_offset -= bytes;
}

void iov_iter_restore(struct iov_iter *i, struct iov_iter_state *state)
{
    if (in_segments(i)) i->iov -= state->nr_segs - i->nr_segs;
    i->nr_segs = state->nr_segs;
    i->iov_offset = state->iov_offset;
    i->count = state->count;
}

size_t iov_iter_single_seg_count(const struct iov_iter *i)
{
    return in_segments(i) && i->nr_segs ? min(i->count, i->iov->iov_len - i->iov_offset) : i->count;
}

/* Answers what is left, as copy_to_user() does. */
static size_t copy_piece(const struct iov_iter *i, void *kernel, size_t bytes)
{
    char *at = in_segments(i) ? i->iov->iov_base : i->ubuf;

    if (i->iter_type == ITER_DISCARD) return 0;
    at += i->iov_offset;
    if (i->user_backed) return i->data_source ? copy_from_user(kernel, at, bytes) : copy_to_user(at, kernel, bytes);
    memcpy(i->data_source ? kernel : at, i->data_source ? at : kernel, bytes);
    return 0;
}

static size_t copy(struct iov_iter *i, void *kernel, size_t bytes)
{
    size_t done = 0, left = 0;

    bytes = min(bytes, i->count);
    while (done < bytes && !left) {
        size_t piece;

        iov_iter_advance(i, 0); /* past segments that are empty */
        piece = min(bytes - done, iov_iter_single_seg_count(i));
        if (!piece) break;
        left = copy_piece(i, (char *)kernel + done, piece);
        done += piece - left;
        iov_iter_advance(i, piece - left);
    }
    return done;
}

size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *i)
{
    return WARN_ON_ONCE(i->data_source) ? 0 : copy(i, (void *)from, bytes);
}

size_t copy_from_iter(void *to, size_t bytes, struct iov_iter *i)
{
    return WARN_ON_ONCE(!i->data_source) ? 0 : copy(i, to, bytes);
}

size_t iov_iter_zero(size_t bytes, struct iov_iter *i)
{
    static const char zeros[256];
    size_t done = 0, now;

    do {
        now = copy_to_iter(zeros, min(sizeof(zeros), bytes - done), i);
        done += now;
    } while (now && done < bytes);
    return done;
}

static bool within(const struct page *page, size_t offset, size_t bytes)
{
    size_t size = page_size((struct page *)page);

    return !WARN_ON(offset > size || bytes > size - offset);
}

size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i)
{
    return within(page, offset, bytes) ? copy_to_iter((char *)page_address(page) + offset, bytes, i) : 0;
}

size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i)
{
    return within(page, offset, bytes) ? copy_from_iter((char *)page_address(page) + offset, bytes, i) : 0;
}
