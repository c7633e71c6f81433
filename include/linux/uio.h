/* SPDX-License-Identifier: MIT */
/*
 * Where the bytes of a read or a write lie: one buffer of a user, several of one (iovec) or of the
 * kernel (kvec), or nowhere. An iov_iter stands at a place among them and moves on with each copy.
 */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/uio.h>
#else
#ifndef ASHLAR_LINUX_UIO_H
#define ASHLAR_LINUX_UIO_H
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/types.h>

/* The guard is the C library's, which declares the same structure. */
#ifndef __iovec_defined
#define __iovec_defined 1
struct iovec {
    void __user *iov_base;
    size_t iov_len;
};
#endif
#define UIO_FASTIOV 8
#define UIO_MAXIOV 1024
struct kvec {
    void *iov_base;
    size_t iov_len;
};
enum iter_type { ITER_IOVEC, ITER_KVEC, ITER_BVEC, ITER_PIPE, ITER_XARRAY, ITER_DISCARD, ITER_UBUF };
#define ITER_SOURCE 1 /* the bytes are written from there */
#define ITER_DEST 0   /* they are read to there */
/* iov_offset counts from the start of *iov, or of the one buffer; count is what is left of all. */
struct iov_iter {
    u8 iter_type;
    bool nofault, data_source, user_backed;
    size_t iov_offset, count;
    union {
        const struct iovec *iov;
        const struct kvec *kvec;
        void __user *ubuf;
    };
    unsigned long nr_segs;
};
struct iov_iter_state {
    size_t iov_offset, count;
    unsigned long nr_segs;
};
static inline enum iter_type iov_iter_type(const struct iov_iter *i) { return (enum iter_type)i->iter_type; }
static inline bool iter_is_ubuf(const struct iov_iter *i) { return i->iter_type == ITER_UBUF; }
static inline bool iter_is_iovec(const struct iov_iter *i) { return i->iter_type == ITER_IOVEC; }
static inline bool iov_iter_is_kvec(const struct iov_iter *i) { return i->iter_type == ITER_KVEC; }
static inline bool iov_iter_is_discard(const struct iov_iter *i) { return i->iter_type == ITER_DISCARD; }
static inline bool user_backed_iter(const struct iov_iter *i) { return i->user_backed; }
/* READ or WRITE. */
static inline unsigned char iov_iter_rw(const struct iov_iter *i) { return i->data_source; }
static inline size_t iov_iter_count(const struct iov_iter *i) { return i->count; }
static inline void iov_iter_truncate(struct iov_iter *i, u64 count)
{
    if (i->count > count) i->count = (size_t)count;
}
/* After a truncation; never beyond what it took. */
static inline void iov_iter_reexpand(struct iov_iter *i, size_t count) { i->count = count; }
static inline void iov_iter_save_state(struct iov_iter *i, struct iov_iter_state *state)
{
    state->iov_offset = i->iov_offset;
    state->count = i->count;
    state->nr_segs = i->nr_segs;
}
static inline size_t iov_length(const struct iovec *iov, unsigned long count)
{
    size_t bytes = 0;

    for (unsigned long i = 0; i < count; i++) bytes += iov[i].iov_len;
    return bytes;
}

ASHLAR_BEGIN_C
void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov, unsigned long count,
                   size_t bytes);
void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec, unsigned long count,
                   size_t bytes);
void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buffer, size_t bytes);
void iov_iter_discard(struct iov_iter *i, unsigned int direction, size_t bytes);
/* One buffer of a user: -EFAULT if it cannot be one. */
int import_single_range(int direction, void __user *buffer, size_t bytes, struct iovec *iov, struct iov_iter *i);
/* A copy of what it says, with segments of its own to kfree(); NULL when there are none or no memory. */
const void *dup_iter(struct iov_iter *to, struct iov_iter *from, gfp_t flags);
void iov_iter_advance(struct iov_iter *i, size_t bytes);
void iov_iter_revert(struct iov_iter *i, size_t bytes);
void iov_iter_restore(struct iov_iter *i, struct iov_iter_state *state);
size_t iov_iter_single_seg_count(const struct iov_iter *i);
/* How many bytes were copied; fewer when the iterator ends or a user's memory is none. */
size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *i);
size_t copy_from_iter(void *to, size_t bytes, struct iov_iter *i);
size_t iov_iter_zero(size_t bytes, struct iov_iter *i);
size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i);
size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes, struct iov_iter *i);
ASHLAR_END_C
#define _copy_to_iter(from, bytes, i) copy_to_iter(from, bytes, i)
#define _copy_from_iter(to, bytes, i) copy_from_iter(to, bytes, i)
#define copy_from_iter_nocache(to, bytes, i) copy_from_iter(to, bytes, i)
/* All, or nothing and the iterator stays where it is. */
static inline bool copy_from_iter_full(void *to, size_t bytes, struct iov_iter *i)
{
    size_t copied = copy_from_iter(to, bytes, i);

    if (copied == bytes) return true;
    iov_iter_revert(i, copied);
    return false;
}
#endif
#endif
