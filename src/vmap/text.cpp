// vmallocinfo, and the areas that are in use.

#include <ashlar/machine.h>

#include <linux/kernel.h>
#include <linux/slab.h>

#include "vmap/areas.h"
#include "vmap/start.h"

using namespace ashlar;
using namespace ashlar::vmap;

namespace {

struct Line {
    char text[256];
    usize length = 0;

    __attribute__((format(printf, 2, 3))) void add(const char* format, ...) {
        va_list arguments;
        va_start(arguments, format);
        length += static_cast<usize>(
            ashlar_vscnprintf(text + length, sizeof(text) - length, format, arguments));
        va_end(arguments);
    }
};

}  // namespace

size_t ashlar_vmallocinfo(char* to, size_t size) {
    size_t length = 0;
    for_each_area([&](Area& area) {
        const vm_struct& vm = area.vm;
        Line line;
        line.add("0x%px-0x%px %7lu", vm.addr, reinterpret_cast<void*>(area.end), vm.size);
        if (area.ram) {
            line.add(" vm_map_ram");
        } else {
            if (vm.caller != nullptr) line.add(" %pS", vm.caller);
            if (vm.nr_pages != 0) line.add(" pages=%u", vm.nr_pages);
            if ((vm.flags & VM_ALLOC) != 0) line.add(" vmalloc");
            if ((vm.flags & VM_MAP) != 0) line.add(" vmap");
            if ((vm.flags & VM_USERMAP) != 0) line.add(" user");
            if (is_vmalloc_addr(vm.pages)) line.add(" vpages");
            if (vm.nr_pages != 0) line.add(" N0=%u", vm.nr_pages);
        }
        line.add("\n");
        if (length + line.length < size) memcpy(to + length, line.text, line.length + 1);
        length += line.length;
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

void describe_frames(ashlar_frame* frames, usize count) {
    for_each_area([&](Area& area) {
        if ((area.vm.flags & VM_ALLOC) == 0) return;
        for (unsigned i = 0; i < area.vm.nr_pages; i++) {
            const usize frame = page_to_pfn(area.vm.pages[i]);
            if (frame < count) frames[frame].use = ASHLAR_FRAME_VMALLOC;
        }
    });
}

}  // namespace ashlar::vmap
