// What an address of the kernel's is, for reports of faults.

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>

#include "vmap/areas.h"

using namespace ashlar;
using namespace ashlar::vmap;

// A fault may come while the lock is held: then it says that it cannot look.
size_t ashlar_library_describe(const void* pointer, char* to, size_t size) {
    const ashlar_window& window = *ashlar_port_window();
    const uptr at = address(pointer);
    const bool module_range = at - window.modules < window.modules_bytes;
    if (!module_range && at - window.vmalloc >= window.vmalloc_bytes) {
        const usize frame = (at - window.linear) >> PAGE_SHIFT;
        if (at < window.linear || frame >= ashlar_the_layout.pages) return 0;
        return static_cast<size_t>(scnprintf(to, size, "in frame %zu of physical memory", frame));
    }
    const char* range = module_range ? "module" : "vmalloc";
    if (!areas_lock.try_lock())
        return static_cast<size_t>(scnprintf(to, size, "in the %s range", range));
    const Area* area = find_locked(pointer);
    int length = 0;
    if (area == nullptr) {
        length = scnprintf(to, size, "in the %s range, in no area", range);
    } else {
        const usize bytes = area->vm.size - PAGE_SIZE;
        const usize offset = at - area->start;
        if (offset < bytes) {
            length = scnprintf(to, size, "%zu bytes inside the", offset);
        } else {
            length = scnprintf(to, size, "in the guard gap, %zu bytes behind the end, of the",
                               offset - bytes);
        }
        length += scnprintf(to + length, size - static_cast<usize>(length),
                            " %s area %px of %zu bytes owned by %pS", range, area->vm.addr, bytes,
                            area->vm.caller);
    }
    areas_lock.unlock();
    return static_cast<size_t>(length);
}
