// One address space: everything outside of the machine's own ranges may be a user's.

#include <asm/page.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

bool ashlar_access_ok(const void *address, unsigned long size)
{
    unsigned long start = (unsigned long)address, end = start + size;
    return start >= PAGE_SIZE && end >= start && (end <= PAGE_OFFSET || start >= VMALLOC_END);
}
