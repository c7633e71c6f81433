// Ranges of ports and of addresses that drivers claim: a tree, siblings in the order
// of their starts and apart from each other, children inside their parent.

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct resource ioport_resource = {.name = "PCI IO", .end = 0xffff, .flags = IORESOURCE_IO};
struct resource iomem_resource = {.name = "PCI mem", .end = U64_MAX, .flags = IORESOURCE_MEM};
static DEFINE_RWLOCK(lock);

/* With the lock held; answers who is in the way, which is the root when it is too small. */
static struct resource *claim(struct resource *root, struct resource *fresh)
{
    struct resource **at, *next;

    if (fresh->end < fresh->start || fresh->start < root->start || fresh->end > root->end) return root;
    for (at = &root->child; (next = *at) && next->end < fresh->start; at = &next->sibling) continue;
    if (next && next->start <= fresh->end) return next;
    fresh->sibling = next;
    fresh->parent = root;
    *at = fresh;
    return NULL;
}

struct resource *request_resource_conflict(struct resource *root, struct resource *fresh)
{
    struct resource *conflict;

    write_lock(&lock);
    conflict = claim(root, fresh);
    write_unlock(&lock);
    return conflict;
}

int request_resource(struct resource *root, struct resource *fresh)
{
    return request_resource_conflict(root, fresh) ? -EBUSY : 0;
}

static int take_out(struct resource *old)
{
    struct resource **at;

    if (!old->parent) return -EINVAL;
    for (at = &old->parent->child; *at; at = &(*at)->sibling) {
        if (*at != old) continue;
        *at = old->sibling;
        old->parent = NULL;
        return 0;
    }
    return -EINVAL;
}

int release_resource(struct resource *old)
{
    int error;

    write_lock(&lock);
    error = take_out(old);
    write_unlock(&lock);
    return error;
}

int insert_resource(struct resource *parent, struct resource *fresh)
{
    struct resource *conflict, **at, *inside;
    int error = 0;

    write_lock(&lock);
    while ((conflict = claim(parent, fresh))) {
        bool fits = conflict != parent && conflict->start <= fresh->start && conflict->end >= fresh->end;

        if (fits && !(conflict->start == fresh->start && conflict->end == fresh->end)) {
            parent = conflict;
            continue;
        }
        /* What the new one covers has to be covered wholly. */
        for (inside = conflict; conflict != parent && inside && inside->start <= fresh->end; inside = inside->sibling)
            if (inside->start < fresh->start || inside->end > fresh->end) error = -EBUSY;
        if (conflict == parent) error = -EBUSY;
        if (error) break;
        for (at = &parent->child; *at != conflict; at = &(*at)->sibling) continue;
        *at = fresh;
        fresh->parent = parent;
        fresh->child = conflict;
        for (inside = conflict;; inside = inside->sibling) {
            inside->parent = fresh;
            if (!inside->sibling || inside->sibling->start > fresh->end) break;
        }
        fresh->sibling = inside->sibling;
        inside->sibling = NULL;
        break;
    }
    write_unlock(&lock);
    return error;
}

struct resource *__request_region(struct resource *parent, resource_size_t start, resource_size_t size,
                                  const char *name, int flags)
{
    struct resource *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL), *conflict;

    if (!fresh) return NULL;
    *fresh = (struct resource){.start = start,
                               .end = start + size - 1,
                               .name = name,
                               .flags = (parent->flags & 0x1f00) | IORESOURCE_BUSY | (unsigned)flags};
    write_lock(&lock);
    /* What is claimed but not in use is a folder of ranges. */
    while ((conflict = claim(parent, fresh)) && conflict != parent && !(conflict->flags & IORESOURCE_BUSY))
        parent = conflict;
    write_unlock(&lock);
    if (!conflict) return fresh;
    kfree(fresh);
    return NULL;
}

void __release_region(struct resource *parent, resource_size_t start, resource_size_t size)
{
    resource_size_t end = start + size - 1;
    struct resource *found;

    write_lock(&lock);
    found = parent->child;
    while (found) {
        if (found->start > start || found->end < end)
            found = found->sibling;
        else if (found->flags & IORESOURCE_BUSY)
            break;
        else
            found = found->child;
    }
    if (found && (found->start != start || found->end != end)) found = NULL;
    if (found) take_out(found);
    write_unlock(&lock);
    if (!found)
        pr_warn("Trying to free nonexistent resource <%016llx-%016llx>\n", (unsigned long long)start,
                (unsigned long long)end);
    kfree(found);
}

struct resource *lookup_resource(struct resource *root, resource_size_t start)
{
    struct resource *found;

    read_lock(&lock);
    for (found = root->child; found && found->start != start; found = found->sibling) continue;
    read_unlock(&lock);
    return found;
}
