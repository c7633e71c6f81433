// vmallocinfo, and the areas that are in use.

#include <ashlar/machine.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "vmap/areas.h"

using namespace ashlar;
using namespace ashlar::vmap;

size_t ashlar_vmallocinfo(char* to, size_t size) {
    size_t length = 0;
    for_each_area([&](Area& area) {
        char line[256];
        char flags[48] = "";
        if ((area.vm.flags & VM_ALLOC) != 0) strlcat(flags, " vmalloc", sizeof(flags));
        if ((area.vm.flags & VM_MAP) != 0) strlcat(flags, area.ram ? " vm_map_ram" : " vmap", sizeof(flags));
        if ((area.vm.flags & VM_USERMAP) != 0) strlcat(flags, " user", sizeof(flags));
        const int written = scnprintf(line, sizeof(line), "0x%px-0x%px %7lu %pS pages=%u%s\n", area.vm.addr,
                                      reinterpret_cast<void*>(area.end), area.vm.size, area.vm.caller,
                                      area.vm.nr_pages, flags);
        const usize count = static_cast<usize>(written);
        if (length + count < size) memcpy(to + length, line, count + 1);
        length += count;
    });
    if (length == 0 && size != 0) to[0] = 0;
    return length;
}

namespace ashlar::vmap {

usize live_areas(int print) {
    usize live = 0;
    for_each_area([&](Area& area) {
        live++;
        if (print != 0) {
            pr_err("vmalloc area %px of %lu bytes from %pS is still there\n", area.vm.addr,
                   area.vm.size - PAGE_SIZE, area.vm.caller);
        }
    });
    return live;
}

}  // namespace ashlar::vmap
