// One address space: everything outside of the machine's own ranges may be a user's, and of the rest
// what the task handed to kernel_read() or kernel_write().

#include <asm/page.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

bool ashlar_access_ok(const void *address, unsigned long size)
{
    unsigned long start = (unsigned long)address, end = start + size;
    const struct ashlar_user_range *own;

    if (start < PAGE_SIZE || end < start) return false;
    if (end <= PAGE_OFFSET || start >= VMALLOC_END) return true;
    own = &current->user_range;
    return start >= own->start && end <= own->start + own->size;
}

struct ashlar_user_range ashlar_user_range(const void *address, size_t size)
{
    struct ashlar_user_range before = current->user_range;

    current->user_range = (struct ashlar_user_range){(unsigned long)address, size};
    return before;
}
