// The part of a KASAN report that AddressSanitizer cannot give: it knows the
// address and the access, the allocator knows the object, its cache, and who
// allocated and freed it. Printed after the sanitizer's own report.

#include "kmem/kasan.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "kmem/cache.h"

extern "C" {
void __asan_set_error_report_callback(void (*callback)(const char* report)) __attribute__((weak));
void* __asan_get_report_pc(void) __attribute__((weak));
void* __asan_get_report_address(void) __attribute__((weak));
int __asan_get_report_access_type(void) __attribute__((weak));
size_t __asan_get_report_access_size(void) __attribute__((weak));
}

namespace ashlar::kmem {
namespace {

void print_place(const char* at, const char* start, usize size) {
    const bool left = at < start;
    const bool inside = !left && at < start + size;
    const usize distance = static_cast<usize>(left     ? start - at
                                              : inside ? at - start
                                                       : at - (start + size));
    pr_err("The buggy address is located %zu bytes %s\n %zu-byte region [%px, %px)\n", distance,
           left     ? "to the left of"
           : inside ? "inside of"
                    : "to the right of",
           size, start, start + size);
}

struct Found {
    const char* what;
    Cache* cache = nullptr;
    void* object = nullptr;
    const char* start = nullptr;
    usize size = 0;
};

bool find(const char* at, Found& found) {
    if (is_vmalloc_addr(at)) {
        found.what = "vmalloc-out-of-bounds";
        if (const vm_struct* area = find_vm_area(at)) {
            found.start = static_cast<const char*>(area->addr);
            found.size = usize{area->nr_pages} << PAGE_SHIFT;
        }
        return true;
    }
    Page* page = frame_at(at);
    if (page == nullptr) return false;
    Page& head = head_of(*page);
    found.what = "use-after-free";
    if (kind_of(head) == Kind::Slab) {
        found.cache = cache_of(at);
        found.object = object_containing(*found.cache, at);
        if (found.object == nullptr) return false;
        found.start = static_cast<const char*>(found.object);
        found.size = found.cache->object_size;
        if (debug_is_live(*found.cache, found.object)) found.what = "slab-out-of-bounds";
    } else if (kind_of(head) == Kind::Large) {
        found.what = "slab-out-of-bounds";
        found.start = memory_of(head);
        found.size = PAGE_SIZE << head.ashlar_order;
    }
    return true;
}

void on_report(const char*) {
    const char* at = static_cast<const char*>(__asan_get_report_address());
    Found found;
    if (!find(at, found)) return;
    pr_err("==================================================================\n");
    pr_err("BUG: KASAN: %s in %pB\n", found.what, __asan_get_report_pc());
    pr_err("%s of size %zu at addr %px by task %s/%d\n",
           __asan_get_report_access_type() != 0 ? "Write" : "Read", __asan_get_report_access_size(),
           at, current->comm, kernel::self().id);
    if (found.cache != nullptr) {
        debug_print_owner(*found.cache, found.object);
        pr_err(
            "The buggy address belongs to the object at %px\n which belongs to the cache %s of "
            "size %u\n",
            found.object, found.cache->name, found.cache->object_size);
    } else if (is_vmalloc_addr(at)) {
        pr_err("The buggy address belongs to vmalloc space:");
        if (found.start == nullptr || !vmalloc_dump_obj(const_cast<char*>(at)))
            pr_cont(" no area in use\n");
    } else {
        pr_err("The buggy address belongs to the page frame %zu\n", index_of(*frame_at(at)));
    }
    if (found.start != nullptr) print_place(at, found.start, found.size);
    pr_err("==================================================================\n");
}

}  // namespace

void start_kasan() {
    if (&__asan_set_error_report_callback != nullptr) __asan_set_error_report_callback(on_report);
}

}  // namespace ashlar::kmem
