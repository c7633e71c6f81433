// Copies from a user: what drivers use beside copy_from_user() itself.

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

long strncpy_from_user(char *to, const char __user *from, long count)
{
    for (long i = 0; i < count; i++) {
        if (get_user(to[i], from + i)) return -EFAULT;
        if (!to[i]) return i;
    }
    return count;
}

long strnlen_user(const char __user *text, long most)
{
    for (long i = 0; i < most; i++) {
        char c;
        if (get_user(c, text + i)) return 0;
        if (!c) return i + 1;
    }
    return most + 1;
}

long copy_from_user_nofault(void *to, const void __user *from, size_t size)
{
    return access_ok(from, size) && !raw_copy_from_user(to, from, size) ? 0 : -EFAULT;
}
long copy_to_user_nofault(void __user *to, const void *from, size_t size)
{
    return copy_to_user(to, from, size) ? -EFAULT : 0;
}

/* Code and data of modules may lie among a user's addresses: only the first page is nobody's. */
static bool nobodys(const void *address) { return (unsigned long)address < PAGE_SIZE; }

long copy_from_kernel_nofault(void *to, const void *from, size_t size)
{
    if (nobodys(from)) return -ERANGE;
    return raw_copy_from_user(to, from, size) ? -EFAULT : 0;
}
long copy_to_kernel_nofault(void *to, const void *from, size_t size)
{
    return raw_copy_to_user(to, from, size) ? -EFAULT : 0;
}

/* What does not fit is cut, and ends all the same. */
long strncpy_from_kernel_nofault(char *to, const void *from, long count)
{
    unsigned long c = 1;
    long i;

    if (count <= 0) return 0;
    if (nobodys(from)) return -ERANGE;
    for (i = 0; i < count && c; i++) {
        if (ashlar_read_or_fault(&c, (const char *)from + i, 1)) {
            to[0] = 0;
            return -EFAULT;
        }
        to[i] = (char)c;
    }
    to[i - 1] = 0;
    return i;
}

long strncpy_from_user_nofault(char *to, const void __user *from, long count)
{
    long length;

    if (count <= 0) return 0;
    length = strncpy_from_user(to, from, count);
    if (length < 0) return length;
    if (length == count) to[--length] = 0;
    return length + 1;
}

long strnlen_user_nofault(const void __user *from, long count) { return strnlen_user(from, count); }

static void *copy(void *to, const void __user *from, size_t size)
{
    if (!to) return ERR_PTR(-ENOMEM);
    if (!copy_from_user(to, from, size)) return to;
    kvfree(to);
    return ERR_PTR(-EFAULT);
}

void *memdup_user(const void __user *from, size_t size)
{
    return copy(kmalloc(size, GFP_USER | __GFP_NOWARN), from, size);
}
void *vmemdup_user(const void __user *from, size_t size) { return copy(kvmalloc(size, GFP_USER), from, size); }

void *memdup_user_nul(const void __user *from, size_t size)
{
    char *to = copy(kmalloc(size + 1, GFP_KERNEL), from, size);

    if (!IS_ERR(to)) to[size] = 0;
    return to;
}

char *strndup_user(const char __user *from, long most)
{
    long length = strnlen_user(from, most);
    char *to;

    if (!length) return ERR_PTR(-EFAULT);
    if (length > most) return ERR_PTR(-EINVAL);
    to = memdup_user(from, (size_t)length);
    if (!IS_ERR(to)) to[length - 1] = 0;
    return to;
}

/* Numbers: a 64-bit one in binary, its sign and its newline are the longest that can be right. */
static int number_text(char *to, size_t size, const char __user *from, size_t count)
{
    count = min(count, size - 1);
    if (copy_from_user(to, from, count)) return -EFAULT;
    to[count] = 0;
    return 0;
}
#define FROM_USER(name, type)                                                                \
    int name##_from_user(const char __user *from, size_t count, unsigned int base, type *to) \
    {                                                                                        \
        char text[1 + 64 + 1 + 1];                                                           \
        int error = number_text(text, sizeof(text), from, count);                            \
        return error ? error : name(text, base, to);                                         \
    }
FROM_USER(kstrtoull, unsigned long long)
FROM_USER(kstrtoll, long long)
FROM_USER(kstrtoul, unsigned long)
FROM_USER(kstrtol, long)
FROM_USER(kstrtouint, unsigned int)
FROM_USER(kstrtoint, int)
FROM_USER(kstrtou16, u16)
FROM_USER(kstrtos16, s16)
FROM_USER(kstrtou8, u8)
FROM_USER(kstrtos8, s8)

int kstrtobool_from_user(const char __user *from, size_t count, bool *to)
{
    char text[4];
    int error = number_text(text, sizeof(text), from, count);

    return error ? error : kstrtobool(text, to);
}

int check_zeroed_user(const void __user *from, size_t size)
{
    for (const char __user *at = from; at != (const char __user *)from + size; at++) {
        char c;
        if (get_user(c, at)) return -EFAULT;
        if (c) return 0;
    }
    return 1;
}

int get_cmdline(struct task_struct *task, char *to, int length)
{
    (void)task;
    (void)to;
    (void)length;
    return 0;
}
