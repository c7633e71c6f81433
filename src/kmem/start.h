// What the assembly calls, in this order.
#pragma once

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>

#include "core/types.h"

namespace ashlar::kmem {

void start_zones(const ashlar_window& window);
void start_page_alloc();
void start_injection();
void read_debug_setting();
void start_kmalloc();

usize live_slab_objects(int print);
usize live_kmalloc_blocks(int print);
void describe_frames(ashlar_frame* frames, usize count);
bool check_kmem();
void drain_caches();

}  // namespace ashlar::kmem
