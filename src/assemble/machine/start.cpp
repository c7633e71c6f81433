// Binds the allocators to a platform: the order in which they start, the
// parts of Linux that a program may bring and that start with them, and the
// view of the whole.

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>

#include <asm/page.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kmem/start.h"
#include "vmap/start.h"

extern "C" {

// Linux's start_kernel() calls these; a program that links lib/maple_tree.c or
// lib/radix-tree.c has them.
void maple_tree_init(void) __attribute__((weak));
void radix_tree_init(void) __attribute__((weak));
void ashlar_radix_fallback_init(void) __attribute__((weak));

struct ashlar_layout ashlar_the_layout;

void ashlar_library_start() {
    using namespace ashlar;
    const ashlar_window& window = *ashlar_port_window();
    const unsigned long frames = window.bytes >> PAGE_SHIFT;
    auto* memmap = static_cast<struct page*>(ashlar_port_early(frames * sizeof(struct page)));
    if (memmap == nullptr) panic("no memory for the descriptors of %lu frames", frames);
    ashlar_the_layout.page_offset = window.linear;
    ashlar_the_layout.memmap = memmap;
    ashlar_the_layout.vmalloc_start = window.vmalloc;
    ashlar_the_layout.vmalloc_end = window.vmalloc + window.vmalloc_bytes;
    ashlar_the_layout.pages = frames;
    kmem::start_zones(window);
    kmem::start_page_alloc();
    kmem::read_debug_setting();
    kmem::start_kmalloc();
    vmap::start_areas();
    if (radix_tree_init != nullptr) {
        radix_tree_init();
    } else if (ashlar_radix_fallback_init != nullptr) {
        ashlar_radix_fallback_init();
    }
    if (maple_tree_init != nullptr) maple_tree_init();
    kmem::start_injection();
}

const struct ashlar_layout* ashlar_start_layout() {
    ashlar_port_context();
    return &ashlar_the_layout;
}

// Linux's own files use their caches without asking whether the machine has started.
__attribute__((constructor)) static void start_for_linux_files() {
    if (radix_tree_init != nullptr || maple_tree_init != nullptr) ashlar_port_context();
}

size_t ashlar_frames(ashlar_frame* to, size_t count) {
    const size_t all = ashlar_memory()->pages;
    if (count > all) count = all;
    ashlar::kmem::describe_frames(to, count);
    ashlar::vmap::describe_frames(to, count);
    return all;
}

uint64_t ashlar_library_frame() {
    void* page = reinterpret_cast<void*>(get_zeroed_page(GFP_KERNEL | __GFP_NOWARN));
    return page != nullptr ? virt_to_pfn(page) : 0;
}

void ashlar_library_frame_free(uint64_t frame) {
    __free_page(pfn_to_page(frame));
}

int ashlar_check_invariants() {
    return ashlar::kmem::check_kmem() ? 1 : 0;
}

void ashlar_drain() {
    rcu_barrier();
    vm_unmap_aliases();
    ashlar::kmem::drain_caches();
    rcu_barrier();
    ashlar::kmem::drain_caches();
}

size_t ashlar_live_objects(int print) {
    vm_unmap_aliases();
    return ashlar::kmem::live_slab_objects(print) + ashlar::kmem::live_kmalloc_blocks(print) +
           ashlar::vmap::live_areas(print);
}

__attribute__((destructor)) static void leak_report() {
    char text[4];
    if (ashlar_the_layout.pages == 0) return;
    if (ashlar_port_setting("leaks", text, sizeof(text)) == 0 || text[0] != '1') return;
    rcu_barrier();
    const size_t live = ashlar_live_objects(1);
    pr_info("leaks: %zu objects, blocks and areas are still allocated\n", live);
}

// A machine is started by its first use; this only sees to it that the settings come first.
int ashlar_machine_start(const char* settings) {
    if (ashlar_the_layout.pages != 0) return -EBUSY;
    if (settings != nullptr) {
        const int error = ashlar_port_set_settings(settings);
        if (error != 0) return error;
    }
    ashlar_port_context();
    return 0;
}

}  // extern "C"
