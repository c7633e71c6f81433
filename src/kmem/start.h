// What the assembly calls, in this order.
#pragma once

#include <ashlar/kernel_port.h>

#include "core/types.h"

namespace ashlar::kmem {

void start_zones(const ashlar_window& window);
void start_page_alloc();
void start_injection();
void read_debug_setting();
void start_kmalloc();

usize live_slab_objects(int print);
bool check_kmem();
void drain_caches();

}  // namespace ashlar::kmem
