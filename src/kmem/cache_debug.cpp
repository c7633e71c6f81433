// Debugged caches: red zones, poison, owners, and AddressSanitizer's shadow.
//
// A chunk:   red | object | red | link | owner of allocation | owner of free
//
// The red zones tell live from free: 0xcc around a live object, 0xbb around a
// free one. Poison fills a free object (0x6b, at its end 0xa5) and must be
// whole when the object is handed out again; fresh memory is 0x5a.
//
// When the program was built with AddressSanitizer, free objects and the room
// around live ones are poisoned in its shadow, so that a bad access by
// instrumented code is reported where it happens.

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/sched.h>

#include "kmem/cache.h"

extern "C" {
void __asan_poison_memory_region(const volatile void* at, size_t size) __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void* at, size_t size) __attribute__((weak));
}

namespace ashlar::kmem {
namespace {

constexpr unsigned kFrames = 12;

struct Owner {
    u64 when;
    int pid;
    unsigned cpu;
    unsigned count;
    void* frames[kFrames];
};

constexpr slab_flags_t kAsan = 0x40000000u;

// From slub_debug=LETTERS[;cache,cache]: without caches, all are meant.
slab_flags_t wanted_flags = 0;
char wanted_caches[128];

bool has_asan() {
    return &__asan_poison_memory_region != nullptr;
}

u8* left_red(const Cache& cache, void* object) {
    return static_cast<u8*>(object) - cache.head_room;
}
u8* right_red(const Cache& cache, void* object) {
    return static_cast<u8*>(object) + cache.object_size;
}
usize right_room(const Cache& cache) {
    return cache.link_offset - cache.object_size;
}
Owner* owners(const Cache& cache, void* object) {
    return reinterpret_cast<Owner*>(static_cast<char*>(object) + cache.link_offset + sizeof(void*));
}

void shadow(const Cache& cache, void* object, usize live_bytes) {
    if ((cache.flags & kAsan) == 0) return;
    __asan_poison_memory_region(left_red(cache, object), cache.chunk);
    if (live_bytes != 0) __asan_unpoison_memory_region(object, live_bytes);
}
void unshadow(const Cache& cache, void* object) {
    if ((cache.flags & kAsan) != 0) __asan_unpoison_memory_region(left_red(cache, object), cache.chunk);
}

void fill(u8* at, u8 value, usize count) {
    for (usize i = 0; i < count; i++) at[i] = value;
}
const u8* differs(const u8* at, u8 value, usize count) {
    for (usize i = 0; i < count; i++) {
        if (at[i] != value) return at + i;
    }
    return nullptr;
}

void set_red(const Cache& cache, void* object, u8 value) {
    fill(left_red(cache, object), value, cache.head_room);
    fill(right_red(cache, object), value, right_room(cache));
}
void set_poison(const Cache& cache, void* object) {
    if ((cache.flags & SLAB_POISON) == 0 || cache.keeps_contents) return;
    fill(static_cast<u8*>(object), POISON_FREE, cache.object_size - 1);
    static_cast<u8*>(object)[cache.object_size - 1] = POISON_END;
}

void remember(const Cache& cache, void* object, unsigned which) {
    if ((cache.flags & SLAB_STORE_USER) == 0) return;
    Owner& owner = owners(cache, object)[which];
    owner.when = ashlar_port_monotonic_ns();
    owner.pid = kernel::self().id;
    owner.cpu = kernel::self().cpu->number;
    owner.count = ashlar_port_backtrace(owner.frames, kFrames, 2);
}

void report(Cache& cache, void* object, const char* what, const u8* at) {
    if (at != nullptr) {
        WARN(1, "BUG %s: %s: object %px, first wrong byte at %px (offset %ld) is 0x%02x", cache.name, what,
             object, at, static_cast<long>(at - static_cast<u8*>(object)), *at);
    } else {
        WARN(1, "BUG %s: %s: object %px", cache.name, what, object);
    }
    debug_print_owner(cache, object);
}

// Around a live or free object; false after a report. Repairs what it reported.
bool check_red(Cache& cache, void* object, u8 value) {
    if ((cache.flags & SLAB_RED_ZONE) == 0) return true;
    const u8* at = differs(left_red(cache, object), value, cache.head_room);
    const char* what = "Left Redzone overwritten";
    if (at == nullptr) {
        at = differs(right_red(cache, object), value, right_room(cache));
        what = "Right Redzone overwritten";
    }
    if (at == nullptr) return true;
    report(cache, object, what, at);
    set_red(cache, object, value);
    return false;
}

bool check_poison(Cache& cache, void* object) {
    if ((cache.flags & SLAB_POISON) == 0 || cache.keeps_contents) return true;
    const u8* bytes = static_cast<u8*>(object);
    const u8* at = differs(bytes, POISON_FREE, cache.object_size - 1);
    if (at == nullptr && bytes[cache.object_size - 1] != POISON_END) at = bytes + cache.object_size - 1;
    if (at == nullptr) return true;
    report(cache, object, "Poison overwritten", at);
    set_poison(cache, object);
    return false;
}

}  // namespace

void read_debug_setting() {
    char text[160];
    if (ashlar_port_setting("slub_debug", text, sizeof(text)) != 0) {
        char* at = text;
        for (; *at != 0 && *at != ';'; at++) {
            switch (*at) {
                case 'F': wanted_flags |= SLAB_CONSISTENCY_CHECKS; break;
                case 'Z': wanted_flags |= SLAB_RED_ZONE; break;
                case 'P': wanted_flags |= SLAB_POISON; break;
                case 'U': wanted_flags |= SLAB_STORE_USER; break;
                case '-': wanted_flags = 0; break;
                default: panic("ASHLAR_MACHINE: slub_debug=%s: '%c' is none of F Z P U -", text, *at);
            }
        }
        if (*at == ';') strscpy(wanted_caches, at + 1, sizeof(wanted_caches));
    }
}

slab_flags_t debug_flags_for(const char* name, slab_flags_t flags) {
    bool meant = wanted_caches[0] == 0;
    // Names are separated by '+', because ',' separates options.
    for (const char* at = wanted_caches; !meant && *at != 0;) {
        const char* end = strchrnul(at, '+');
        const usize length = static_cast<usize>(end - at);
        meant = strlen(name) == length && strncmp(at, name, length) == 0;
        at = *end != 0 ? end + 1 : end;
    }
    if (meant) flags |= wanted_flags;
    if (has_asan()) flags |= kAsan;
    // The red zones are what tells live from free.
    if ((flags & (SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS | kAsan)) != 0) {
        flags |= SLAB_CONSISTENCY_CHECKS;
    }
    return flags;
}

// Behind the object: the right red zone's own word, the link, the owners.
unsigned debug_room(const Cache& cache) {
    const unsigned tracks = (cache.flags & SLAB_STORE_USER) != 0 ? 2 * sizeof(Owner) : 0;
    return 2 * sizeof(void*) + tracks;
}

void debug_prepare(Cache& cache, char* chunk) {
    void* object = chunk + cache.head_room;
    unshadow(cache, object);
    set_red(cache, object, SLUB_RED_INACTIVE);
    set_poison(cache, object);
    if ((cache.flags & SLAB_STORE_USER) != 0) memset(owners(cache, object), 0, 2 * sizeof(Owner));
    if (cache.ctor == nullptr) shadow(cache, object, 0);
}

void* debug_allocate(Cache& cache, gfp_t flags, const void*) {
    void* object = nullptr;
    if (take_from_node(cache, &object, 1, flags) != 1) return nullptr;
    unshadow(cache, object);
    check_red(cache, object, SLUB_RED_INACTIVE);
    check_poison(cache, object);
    set_red(cache, object, SLUB_RED_ACTIVE);
    remember(cache, object, 0);
    const bool zero = (flags & __GFP_ZERO) != 0 || (init_on_alloc(flags) && !cache.keeps_contents);
    if (zero && cache.ctor == nullptr) {
        memset(object, 0, cache.object_size);
    } else if ((cache.flags & SLAB_POISON) != 0 && !cache.keeps_contents) {
        memset(object, POISON_INUSE, cache.object_size);
    }
    shadow(cache, object, cache.object_size);
    return object;
}

void debug_free(Cache& cache, void* object, const void*) {
    unshadow(cache, object);
    const u8 state = *left_red(cache, object);
    if (state == SLUB_RED_INACTIVE && is_double_free(cache, object)) {
        debug_print_owner(cache, object);
        bug_report(object, "double free", &cache);
    }
    check_red(cache, object, SLUB_RED_ACTIVE);
    set_red(cache, object, SLUB_RED_INACTIVE);
    if (init_on_free() && !cache.keeps_contents) memset(object, 0, cache.object_size);
    set_poison(cache, object);
    remember(cache, object, 1);
    shadow(cache, object, 0);
    give_to_node(cache, &object, 1);
}

bool debug_is_live(Cache& cache, void* object) {
    return *left_red(cache, object) == SLUB_RED_ACTIVE;
}

void debug_print_owner(Cache& cache, void* object) {
    if ((cache.flags & SLAB_STORE_USER) == 0) return;
    static const char* const kWhat[] = {"Allocated", "Freed"};
    for (unsigned which = 0; which < 2; which++) {
        const Owner& owner = owners(cache, object)[which];
        if (owner.count == 0) continue;
        pr_err("%s in %s, object %px, cpu %u, pid %d, %llu ms ago:\n", kWhat[which], cache.name, object,
               owner.cpu, owner.pid,
               static_cast<unsigned long long>((ashlar_port_monotonic_ns() - owner.when) / NSEC_PER_MSEC));
        for (unsigned i = 0; i < owner.count; i++) pr_err("\t%pS\n", owner.frames[i]);
    }
}

bool debug_check_all(Cache& cache) {
    if (!cache.debugged) return true;
    bool good = true;
    const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
    for_each_slab(cache, [&](slab::Slab& slab) {
        char* first = memory_of(page_of(Cell::of(slab))) + cache.head_room;
        for (u32 i = 0; i < slab.carved; i++) {
            char* object = first + i * cache.chunk;
            const bool live = debug_is_live(cache, object);
            good &= check_red(cache, object, live ? SLUB_RED_ACTIVE : SLUB_RED_INACTIVE);
            if (!live) good &= check_poison(cache, object);
        }
    });
    return good;
}

}  // namespace ashlar::kmem
