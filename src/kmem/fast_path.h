// The fast paths of objects: a pointer popped from or pushed on the CPU's main
// sheaf.
//
//   take -> pop                         put -> checks -> push
//     |- take_carefully                   |- put_carefully
//     `- take_late                        `- interrupts that came meanwhile
//
// They are for the ordinary cache in the ordinary context: nothing special
// about the cache, no section entered and no RCU reader, something in the sheaf
// or room in it. Whatever is different goes to the careful form, which does
// everything again and may be asked anything. All calls stand at the end of a
// path, so that the fast ones save no registers.
#pragma once

#include "kmem/cache.h"

namespace ashlar::kmem {

// `asked`: how many bytes of the object its owner will use; 0: all.
void* take_carefully(Cache& cache, gfp_t flags, const void* caller, usize asked);
void put_carefully(Cache& cache, void* object, const void* caller);
void* zero_new(const Cache& cache, void* object);
// Interrupts wait for the section's end: they run, then what is left of `take` is done.
void* take_late(kernel::Context& context, const Cache& cache, void* object, gfp_t flags);

[[gnu::always_inline]] inline void* take(Cache& cache, gfp_t flags, const void* caller,
                                         usize asked = 0) {
    kernel::Context* context = kernel::known_self();
    const ashlar_cpu* here;
    if (!kernel::is_known(context) ||
        (kernel::peek(cache.special) | kernel::nesting(*context)) != 0 ||
        (here = kernel::irqs_off_outermost(*context)) == nullptr) [[unlikely]] {
        return take_carefully(cache, flags, caller, asked);
    }
    CpuCache& cpu = cache.cpus[here->number];
    const u32 count = cpu.count;
    if (count == 0) [[unlikely]] {
        kernel::irqs_on_abandoned(*context);
        return take_carefully(cache, flags, caller, asked);
    }
    cpu.count = count - 1;
    void* object = cpu.main->objects[count - 1];
    // No mark of a free object.
    *static_cast<u64*>(object) = 0;
    if (kernel::irqs_on_outermost(*context)) [[unlikely]]
        return take_late(*context, cache, object, flags);
    if ((flags & __GFP_ZERO) != 0) [[unlikely]]
        return zero_new(cache, object);
    return object;
}

[[gnu::always_inline]] inline void put(Cache& cache, void* object) {
    kernel::Context* context = kernel::known_self();
    const u64 mark = free_mark(object);
    const ashlar_cpu* here;
    if (!kernel::is_known(context) ||
        (kernel::peek(cache.special) | kernel::nesting(*context)) != 0 ||
        !starts_chunk(cache, ashlar::address(object)) || *static_cast<u64*>(object) == mark ||
        (here = kernel::irqs_off_outermost(*context)) == nullptr) [[unlikely]] {
        return put_carefully(cache, object, __builtin_return_address(0));
    }
    CpuCache& cpu = cache.cpus[here->number];
    const u32 count = cpu.count;
    if (count >= cpu.room) [[unlikely]] {
        kernel::irqs_on_abandoned(*context);
        return put_carefully(cache, object, __builtin_return_address(0));
    }
    *static_cast<u64*>(object) = mark;
    cpu.count = count + 1;
    cpu.main->objects[count] = object;
    if (kernel::irqs_on_outermost(*context)) [[unlikely]]
        ashlar_port_interrupts_on(context);
}

}  // namespace ashlar::kmem
