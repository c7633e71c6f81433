/* Iterators over buffers, held against a flat copy of what they say, and files that are read and
 * written by them only. */
#include "check.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

enum { BYTES = 4000, SEGMENTS = 16 };
static unsigned char flat[BYTES], other[BYTES], user[BYTES];

/* Segments that cover `bytes` of `memory` in order, some of them empty. */
static unsigned long cut(struct rnd_state *random, struct iovec *iov, void *memory, size_t bytes)
{
    size_t at = 0;

    for (unsigned long i = 0; i < SEGMENTS; i++) {
        size_t length =
            i == SEGMENTS - 1 ? bytes - at : prandom_u32_state(random) % 4 * (prandom_u32_state(random) % 97);

        length = min(length, bytes - at);
        iov[i] = (struct iovec){(char *)memory + at, length};
        at += length;
    }
    return SEGMENTS;
}

static void start(struct iov_iter *i, enum iter_type type, unsigned int direction, struct rnd_state *random,
                  struct iovec *iov, void *memory)
{
    unsigned long count = cut(random, iov, memory, BYTES);

    if (type == ITER_UBUF)
        iov_iter_ubuf(i, direction, memory, BYTES);
    else if (type == ITER_IOVEC)
        iov_iter_init(i, direction, iov, count, BYTES);
    else
        iov_iter_kvec(i, direction, (struct kvec *)iov, count, BYTES);
    CHECK(iov_iter_rw(i) == direction && user_backed_iter(i) == (type != ITER_KVEC) && iov_iter_type(i) == type);
}

/* Copies in pieces, with steps back and forth: the place is always BYTES - count. */
static void walk(enum iter_type type, u64 seed)
{
    struct rnd_state random;
    struct iovec iov[SEGMENTS];
    struct iov_iter i;

    prandom_seed_state(&random, seed);
    prandom_bytes_state(&random, flat, BYTES);
    memcpy(user, flat, BYTES);
    memset(other, 0, BYTES);
    start(&i, type, ITER_SOURCE, &random, iov, user);
    for (int step = 0; step < 400; step++) {
        size_t at = BYTES - iov_iter_count(&i), n = prandom_u32_state(&random) % 200;
        struct iov_iter_state state;

        switch (prandom_u32_state(&random) % 4) {
            case 0:
                iov_iter_revert(&i, min(n, at));
                CHECK(BYTES - iov_iter_count(&i) == at - min(n, at));
                break;
            case 1:
                iov_iter_save_state(&i, &state);
                iov_iter_advance(&i, n);
                iov_iter_restore(&i, &state);
                CHECK(BYTES - iov_iter_count(&i) == at);
                break;
            default:
                CHECK(copy_from_iter(other, n, &i) == min(n, BYTES - at));
                CHECK(memcmp(other, flat + at, min(n, BYTES - at)) == 0);
                if (!iov_iter_count(&i)) iov_iter_revert(&i, BYTES);
                break;
        }
    }
    start(&i, type, ITER_DEST, &random, iov, user);
    memset(user, 0x55, BYTES);
    CHECK(iov_iter_zero(1000, &i) == 1000);
    CHECK(copy_to_iter(flat, 2000, &i) == 2000);
    CHECK(copy_to_iter(flat, BYTES, &i) == 1000 && !iov_iter_count(&i) && !copy_to_iter(flat, 1, &i));
    CHECK(!memchr_inv(user, 0, 1000) && !memcmp(user + 1000, flat, 2000) && !memcmp(user + 3000, flat, 1000));
}

static void edges(void)
{
    char small[8] = "1234567";
    struct iovec iov[2] = {{small, 4}, {(void *)8, 4}};
    struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, 1);
    struct iov_iter i, copy;
    const void *segments;

    /* A user's second segment is no memory: what came before counts, all or nothing takes it back. */
    iov_iter_init(&i, ITER_SOURCE, iov, 2, 8);
    CHECK(!copy_from_iter_full(other, 8, &i) && iov_iter_count(&i) == 8 && iov_iter_single_seg_count(&i) == 4);
    CHECK(copy_from_iter(other, 8, &i) == 4 && iov_iter_count(&i) == 4 && !memcmp(other, small, 4));
    CHECK(import_single_range(READ, (void *)8, 4, iov, &i) == -EFAULT);
    CHECK(import_single_range(READ, small, 4, iov, &i) == 0 && iov_iter_count(&i) == 4);
    iov_iter_discard(&i, ITER_DEST, 10);
    CHECK(copy_to_iter(flat, 6, &i) == 6 && copy_to_iter(flat, 6, &i) == 4);
    CHECK_REPORT("WARNING", CHECK(copy_from_iter(other, 1, &i) == 0));
    /* The copy has segments of its own. */
    iov_iter_kvec(&i, ITER_SOURCE, (struct kvec *)iov, 1, 4);
    segments = dup_iter(&copy, &i, GFP_KERNEL);
    memset(iov, 0, sizeof(iov));
    CHECK(segments && copy_from_iter(other, 4, &copy) == 4 && !memcmp(other, small, 4));
    kfree(segments);
    iov_iter_ubuf(&i, ITER_SOURCE, small, 8);
    iov_iter_truncate(&i, 3);
    CHECK(copy_page_from_iter(page, PAGE_SIZE - 1, 8, &i) == 3);
    CHECK(!memcmp((char *)page_address(page) + PAGE_SIZE - 1, "123", 3));
    iov_iter_reexpand(&i, 5);
    CHECK(copy_from_iter(other, 5, &i) == 5 && !memcmp(other, "4567", 5));
    CHECK_REPORT("WARNING", CHECK(copy_page_to_iter(page, 2 * PAGE_SIZE - 1, 2, &i) == 0));
    __free_pages(page, 1);
}

/* A device whose memory is an area of vmalloc, and which has no read() and no write(). */
static char *area;
static ssize_t read_area(struct kiocb *kiocb, struct iov_iter *to)
{
    size_t most = (size_t)max_t(loff_t, 0, (loff_t)(2 * PAGE_SIZE) - kiocb->ki_pos), done;

    CHECK(is_sync_kiocb(kiocb) && kiocb->ki_filp->f_op->read_iter == read_area);
    done = copy_to_iter(area + kiocb->ki_pos, min(most, iov_iter_count(to)), to);
    kiocb->ki_pos += (loff_t)done;
    return (ssize_t)done;
}
static ssize_t write_area(struct kiocb *kiocb, struct iov_iter *from)
{
    size_t most = (size_t)max_t(loff_t, 0, (loff_t)(2 * PAGE_SIZE) - kiocb->ki_pos), done;

    CHECK(!!(kiocb->ki_flags & IOCB_APPEND) == !!(kiocb->ki_filp->f_flags & O_APPEND));
    if (!most) return -ENOSPC;
    done = copy_from_iter(area + kiocb->ki_pos, min(most, iov_iter_count(from)), from);
    kiocb->ki_pos += (loff_t)done;
    return done ? (ssize_t)done : -EFAULT;
}
static const struct file_operations area_operations = {
    .owner = THIS_MODULE, .read_iter = read_area, .write_iter = write_area, .llseek = default_llseek};
static struct miscdevice area_device = {.minor = MISC_DYNAMIC_MINOR, .name = "area", .fops = &area_operations};

static void device(void)
{
    unsigned char *block = kmalloc(BYTES, GFP_KERNEL);
    struct iovec iov[2] = {{user, 100}, {user + 200, 100}};
    struct iov_iter i;
    struct file *file;
    loff_t pos = PAGE_SIZE - 10;

    area = vzalloc(2 * PAGE_SIZE);
    CHECK(misc_register(&area_device) == 0);
    file = filp_open("/dev/area", O_RDWR | O_APPEND, 0);
    CHECK(!IS_ERR(file) && block);
    memcpy(block, flat, BYTES);
    CHECK(kernel_write(file, block, BYTES, &pos) == BYTES && pos == (loff_t)PAGE_SIZE - 10 + BYTES);
    CHECK(memcmp(area + PAGE_SIZE - 10, flat, BYTES) == 0);
    pos = PAGE_SIZE - 10;
    CHECK(vfs_read(file, (char *)other, BYTES, &pos) == BYTES && !memcmp(other, flat, BYTES));
    pos = PAGE_SIZE - 10;
    iov_iter_init(&i, ITER_DEST, iov, 2, 200);
    CHECK(vfs_iter_read(file, &i, &pos, 0) == 200 && !memcmp(user, flat, 100) && !memcmp(user + 200, flat + 100, 100));
    /* The allocators' memory is nobody's user's. */
    pos = 0;
    CHECK(vfs_write(file, (char *)block, 10, &pos) == -EFAULT && pos == 0);
    pos = 2 * PAGE_SIZE - 4;
    CHECK(vfs_write(file, (char *)flat, 10, &pos) == 4 && vfs_write(file, (char *)flat, 10, &pos) == -ENOSPC);
    CHECK(vfs_read(file, (char *)other, 10, &pos) == 0);
    CHECK(generic_file_read_iter(NULL, &i) == -EINVAL && generic_file_write_iter(NULL, &i) == -EINVAL);
    filp_close(file, NULL);
    file = filp_open("/dev/area", O_RDONLY | O_SYNC, 0);
    CHECK(vfs_write(file, (char *)flat, 1, &pos) == -EBADF);
    filp_close(file, NULL);
    misc_deregister(&area_device);
    vfree(area);
    kfree(block);
}

int main(void)
{
    for (u64 seed = 1; seed <= 50; seed++) {
        walk(ITER_UBUF, seed);
        walk(ITER_IOVEC, seed);
        walk(ITER_KVEC, seed);
    }
    edges();
    device();
    return check_result("iov");
}
