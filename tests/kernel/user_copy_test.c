// What a user gives may not be there: every way to reach it answers how much of it was, or -EFAULT.
// The user's memory here is a vmalloc area, with the guard gap that no page is in behind it.

#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#include "check.h"

enum { INSIDE = 10, OUTSIDE = 6, ALL = INSIDE + OUTSIDE };

static char *area, *end; /* of one page */
static char *read_only;  /* a second mapping of it */

static bool same(const char *p, char c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (p[i] != c) return false;
    return true;
}

static void copies(void)
{
    char text[ALL];

    memset(area, 'u', PAGE_SIZE);
    memset(text, 'k', ALL);
    CHECK(copy_from_user(text, end - ALL, ALL) == 0 && same(text, 'u', ALL));
    memset(text, 'k', ALL);
    CHECK(copy_from_user(text, end - INSIDE, ALL) == OUTSIDE);
    CHECK(same(text, 'u', INSIDE) && same(text + INSIDE, 0, OUTSIDE));
    memset(text, 'k', ALL);
    CHECK(copy_from_user(text, end, ALL) == ALL && same(text, 0, ALL));
    memset(text, 'k', ALL);
    CHECK(copy_from_user(text, NULL, ALL) == ALL && same(text, 0, ALL));
    CHECK(copy_from_user(text, end, 0) == 0);

    memset(text, 'k', ALL);
    CHECK(copy_to_user(end - INSIDE, text, ALL) == OUTSIDE && same(end - INSIDE, 'k', INSIDE));
    CHECK(copy_to_user(end, text, ALL) == ALL);
    CHECK(copy_to_user(area, text, ALL) == 0 && same(area, 'k', ALL));
    CHECK(clear_user(end - INSIDE, ALL) == OUTSIDE && same(end - INSIDE, 0, INSIDE));
    CHECK(__copy_from_user_inatomic(text, end - INSIDE, ALL) == OUTSIDE);
    CHECK(same(text, 0, INSIDE) && same(text + INSIDE, 'k', OUTSIDE));
}

static void protected_memory(void)
{
    struct ashlar_user_range before = ashlar_user_range(read_only, 2 * PAGE_SIZE);
    char text[ALL] = "";

    memset(area, 'u', PAGE_SIZE);
    CHECK(copy_from_user(text, read_only, ALL) == 0 && same(text, 'u', ALL));
    CHECK(copy_to_user(read_only, text, ALL) == ALL && clear_user(read_only, ALL) == ALL);
    CHECK(put_user('x', read_only) == -EFAULT && same(area, 'u', ALL));
    ashlar_user_range((void *)before.start, before.size);
}

#define SIZE(type)                                                                                 \
    do {                                                                                           \
        type *last = (type *)end - 1, value = 0;                                                   \
        CHECK(put_user((type)0x8182838485868788, last) == 0 && *last == (type)0x8182838485868788); \
        CHECK(get_user(value, last) == 0 && value == *last);                                       \
        CHECK(get_user(value, last + 1) == -EFAULT && value == 0);                                 \
        CHECK(put_user(value, last + 1) == -EFAULT);                                               \
    } while (0)

static void numbers(void)
{
    const char **text = (const char **)area, *seen = "";

    SIZE(u8);
    SIZE(s8);
    SIZE(u16);
    SIZE(s16);
    SIZE(u32);
    SIZE(s32);
    SIZE(u64);
    SIZE(s64);
    CHECK(put_user("pointer", text) == 0 && get_user(seen, text) == 0 && !strcmp(seen, "pointer"));
}

static void texts(void)
{
    char text[ALL];

    memset(area, 'u', PAGE_SIZE);
    CHECK(strncpy_from_user(text, end - INSIDE, INSIDE) == INSIDE);
    CHECK(strncpy_from_user(text, end - INSIDE, ALL) == -EFAULT && strnlen_user(end - INSIDE, ALL) == 0);
    CHECK(strncpy_from_user_nofault(text, end - INSIDE, ALL) == -EFAULT);
    CHECK(strncpy_from_user_nofault(text, end - INSIDE, 4) == 4 && !strcmp(text, "uuu"));
    CHECK(IS_ERR(strndup_user(end - INSIDE, ALL)) && IS_ERR(memdup_user(end - INSIDE, ALL)));
    end[-1] = 0;
    CHECK(strncpy_from_user(text, end - INSIDE, ALL) == INSIDE - 1 && text[INSIDE - 1] == 0);
    CHECK(strnlen_user(end - INSIDE, ALL) == INSIDE);
    memset(area, 0, PAGE_SIZE);
    CHECK(check_zeroed_user(end - INSIDE, INSIDE) == 1 && check_zeroed_user(end - INSIDE, ALL) == -EFAULT);
    end[-1] = 1;
    CHECK(check_zeroed_user(end - INSIDE, ALL) == 0);
}

static void buffers(void)
{
    struct iovec parts[2] = {{area, INSIDE}, {end - INSIDE, ALL}};
    char text[2 * ALL];
    struct iov_iter iter;

    memset(text, 'k', sizeof(text));
    iov_iter_init(&iter, ITER_DEST, parts, 2, INSIDE + ALL);
    CHECK(copy_to_iter(text, INSIDE + ALL, &iter) == 2 * INSIDE && iov_iter_count(&iter) == OUTSIDE);
    CHECK(same(area, 'k', INSIDE) && same(end - INSIDE, 'k', INSIDE));
}

/* Pointers of the kernel that may be anything. */
static void wild(void)
{
    char text[ALL];
    unsigned long word = 7;

    CHECK(get_kernel_nofault(word, (unsigned long *)area) == 0 && word == *(unsigned long *)area);
    CHECK(get_kernel_nofault(word, (unsigned long *)end) == -EFAULT);
    CHECK(copy_from_kernel_nofault(text, NULL, ALL) == -ERANGE);
    CHECK(copy_from_kernel_nofault(text, (void *)(1UL << 63), ALL) == -EFAULT); /* no address at all */
    CHECK(copy_to_kernel_nofault(read_only, text, ALL) == -EFAULT);
    strcpy(end - 4, "end");
    CHECK(strncpy_from_kernel_nofault(text, end - 4, ALL) == 4 && !strcmp(text, "end"));
    CHECK(strncpy_from_kernel_nofault(text, end - 4, 3) == 3 && !strcmp(text, "en"));
    end[-1] = 'x';
    CHECK(strncpy_from_kernel_nofault(text, end - 4, ALL) == -EFAULT && !text[0]);
}

static void in_interrupt_too(void *unused)
{
    char text[ALL];

    (void)unused;
    CHECK(in_hardirq() && __copy_from_user_inatomic(text, end - INSIDE, ALL) == OUTSIDE);
}

int main(void)
{
    struct ashlar_user_range before;
    struct page *page;

    area = vmalloc(PAGE_SIZE);
    end = area + PAGE_SIZE;
    page = vmalloc_to_page(area);
    read_only = vmap(&page, 1, VM_MAP, PAGE_KERNEL_RO);
    before = ashlar_user_range(area, 2 * PAGE_SIZE);
    copies();
    protected_memory();
    numbers();
    texts();
    buffers();
    wild();
    ashlar_run_as_interrupt(in_interrupt_too, NULL);
    ashlar_user_range((void *)before.start, before.size);
    CHECK(copy_from_user(area, area, 1) == 1); /* a kernel's own again */
    vunmap(read_only);
    vfree(area);
    return check_result("user copies");
}
