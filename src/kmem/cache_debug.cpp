// Debugged caches: red zones, poison, owners, and AddressSanitizer's shadow.
//
// A chunk:   red | object | red | link | size asked for | owner of allocation | owner of free
//
// The red zones tell live from free: 0xcc around a live object, 0xbb around a
// free one; of a live object everything behind the size that was asked for is
// red zone. Poison fills a free object (0x6b, at its end 0xa5) and must be whole
// when the object is handed out again; fresh memory is 0x5a.
//
// When the program was built with AddressSanitizer, free objects and the room
// around live ones are poisoned in its shadow, so that a bad access by
// instrumented code is reported where it happens, and freed objects wait in a
// quarantine, so that it happens to them and not to their successor.

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/sched.h>

#include "core/shadow.h"
#include "kmem/cache.h"
#include "kmem/kasan.h"

namespace ashlar::kmem {

bool any_debugged = false;

namespace {

constexpr unsigned kFrames = 12;

struct Owner {
    u64 when;
    int pid;
    unsigned cpu;
    unsigned count;
    void* frames[kFrames];
};

constexpr slab_flags_t kDebugFlags =
    SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS;
constexpr slab_flags_t kAsan = 0x40000000u;
// How many bytes of chunks wait in a cache's quarantine.
constexpr usize kQuarantineBytes = 64 * kKiB;

// From slub_debug=LETTERS[;cache+cache]: without caches, all are meant.
slab_flags_t wanted_flags = 0;
char wanted_caches[128];

u8* left_red(const Cache& cache, void* object) {
    return static_cast<u8*>(object) - cache.head_room;
}
void*& link_word(const Cache& cache, void* object) {
    return *reinterpret_cast<void**>(static_cast<char*>(object) + cache.link_offset);
}
usize& asked(const Cache& cache, void* object) {
    return *reinterpret_cast<usize*>(static_cast<char*>(object) + cache.link_offset +
                                     sizeof(void*));
}
Owner* owners(const Cache& cache, void* object) {
    return reinterpret_cast<Owner*>(static_cast<char*>(object) + cache.link_offset +
                                    2 * sizeof(void*));
}

void cover(const Cache& cache, void* object, usize live_bytes) {
    if ((cache.flags & kAsan) == 0) return;
    shadow::poison(left_red(cache, object), cache.chunk);
    shadow::unpoison(object, live_bytes);
}
void uncover(const Cache& cache, void* object) {
    if ((cache.flags & kAsan) != 0) shadow::unpoison(left_red(cache, object), cache.chunk);
}

// Volatile: the compiler must not make it a call of memset, which a sanitizer replaces.
void fill(volatile u8* at, u8 value, usize count) {
    for (usize i = 0; i < count; i++) at[i] = value;
}
const u8* differs(const u8* at, u8 value, usize count) {
    for (usize i = 0; i < count; i++) {
        if (at[i] != value) return at + i;
    }
    return nullptr;
}

// `size`: of the object, as far as it may be used.
void set_red(const Cache& cache, void* object, u8 value, usize size) {
    fill(left_red(cache, object), value, cache.head_room);
    fill(static_cast<u8*>(object) + size, value, cache.link_offset - size);
}
void set_poison(const Cache& cache, void* object) {
    if ((cache.flags & SLAB_POISON) == 0 || cache.keeps_contents) return;
    fill(static_cast<u8*>(object), POISON_FREE, cache.object_size - 1);
    static_cast<u8*>(object)[cache.object_size - 1] = POISON_END;
}

// The stack from the allocator's caller on: how many frames of its own lie above depends on what
// the compiler inlined.
unsigned stack_from(const void* caller, void** frames) {
    constexpr unsigned kOwnFrames = 6;
    void* all[kFrames + kOwnFrames];
    const unsigned count = ashlar_port_backtrace(all, kFrames + kOwnFrames, 1);
    unsigned first = 0;
    for (unsigned i = 0; i < min(count, kOwnFrames); i++) {
        if (all[i] == caller) first = i;
    }
    const unsigned kept = min(count - first, kFrames);
    for (unsigned i = 0; i < kept; i++) frames[i] = all[first + i];
    return kept;
}

void remember(const Cache& cache, void* object, unsigned which, const void* caller) {
    if ((cache.flags & SLAB_STORE_USER) == 0) return;
    Owner& owner = owners(cache, object)[which];
    owner.when = ashlar_port_monotonic_ns();
    owner.pid = kernel::self().id;
    owner.cpu = kernel::self().cpu->number;
    owner.count = stack_from(caller, owner.frames);
}

void report(Cache& cache, void* object, const char* call, const char* what, const u8* at) {
    if (at != nullptr) {
        ashlar_warn_text(__FILE__, __LINE__, call,
                         "BUG %s: %s: object %px, first wrong byte at %px (offset %ld) is 0x%02x",
                         cache.name, what, object, at,
                         static_cast<long>(at - static_cast<u8*>(object)), *at);
    } else {
        ashlar_warn_text(__FILE__, __LINE__, call, "BUG %s: %s: object %px", cache.name, what,
                         object);
    }
    debug_print_owner(cache, object);
}

// A write that ran through the whole right red zone has reached the link, the size and the owners
// behind it, too: then nothing of them is believed.
bool books_hold(const Cache& cache, void* object, u8 value) {
    return asked(cache, object) <= cache.object_size &&
           static_cast<u8*>(object)[cache.link_offset - 1] == value;
}

void forget_owners(const Cache& cache, void* object) {
    if ((cache.flags & SLAB_STORE_USER) == 0) return;
    fill(reinterpret_cast<u8*>(owners(cache, object)), 0, 2 * sizeof(Owner));
}

// Around a live or free object; false after a report. Repairs what it reported.
bool check_red(Cache& cache, void* object, const char* call, u8 value) {
    if ((cache.flags & SLAB_RED_ZONE) == 0) return true;
    if (!books_hold(cache, object, value)) {
        asked(cache, object) = cache.object_size;
        forget_owners(cache, object);
    }
    const usize size = value == SLUB_RED_ACTIVE ? asked(cache, object) : cache.object_size;
    const u8* at = differs(left_red(cache, object), value, cache.head_room);
    const char* what = "Left Redzone overwritten";
    if (at == nullptr) {
        at = differs(static_cast<u8*>(object) + size, value, cache.link_offset - size);
        what = "Right Redzone overwritten";
    }
    if (at == nullptr) return true;
    report(cache, object, call, what, at);
    set_red(cache, object, value, size);
    return false;
}

bool check_poison(Cache& cache, void* object, const char* call) {
    if ((cache.flags & SLAB_POISON) == 0 || cache.keeps_contents) return true;
    const u8* bytes = static_cast<u8*>(object);
    const u8* at = differs(bytes, POISON_FREE, cache.object_size - 1);
    if (at == nullptr && bytes[cache.object_size - 1] != POISON_END)
        at = bytes + cache.object_size - 1;
    if (at == nullptr) return true;
    report(cache, object, call, "Poison overwritten", at);
    set_poison(cache, object);
    return false;
}

// ---- quarantine -----------------------------------------------------------------

bool in_quarantine(Cache& cache, const void* object) {
    const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
    for (void* o = cache.node.quarantine; o != nullptr; o = link_word(cache, o)) {
        if (o == object) return true;
    }
    return false;
}

// Puts the object in; answers the one that has waited longest when there are enough.
void* exchange_quarantined(Cache& cache, void* object) {
    Node& node = cache.node;
    const Guard<kernel::IrqSpinLock> guard(node.lock);
    link_word(cache, object) = nullptr;
    (node.quarantine == nullptr ? node.quarantine : link_word(cache, node.quarantine_last)) =
        object;
    node.quarantine_last = object;
    if (++node.quarantined * cache.chunk <= kQuarantineBytes) return nullptr;
    void* oldest = node.quarantine;
    node.quarantine = link_word(cache, oldest);
    node.quarantined--;
    return oldest;
}

}  // namespace

void debug_empty_quarantine(Cache& cache) {
    void* list = nullptr;
    {
        const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
        list = cache.node.quarantine;
        cache.node.quarantine = nullptr;
        cache.node.quarantined = 0;
    }
    while (list != nullptr) {
        void* next = link_word(cache, list);
        give_to_node(cache, &list, 1);
        list = next;
    }
}

void read_debug_setting() {
    char text[160];
    const bool unwanted = ashlar_port_setting("kasan", text, sizeof(text)) != 0 && text[0] == '0';
    shadow::on = shadow::present() && !unwanted;
    if (shadow::on) {
        start_kasan();
        note_frame_hooks();
    }
    if (ashlar_port_setting("slub_debug", text, sizeof(text)) == 0) return;
    char* at = text;
    for (; *at != 0 && *at != ';'; at++) {
        switch (*at) {
            case 'F':
                wanted_flags |= SLAB_CONSISTENCY_CHECKS;
                break;
            case 'Z':
                wanted_flags |= SLAB_RED_ZONE;
                break;
            case 'P':
                wanted_flags |= SLAB_POISON;
                break;
            case 'U':
                wanted_flags |= SLAB_STORE_USER;
                break;
            case '-':
                wanted_flags = 0;
                break;
            default:
                panic("ASHLAR_MACHINE: slub_debug=%s: '%c' is none of F Z P U -", text, *at);
        }
    }
    if (*at == ';') strscpy(wanted_caches, at + 1, sizeof(wanted_caches));
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
    any_debugged |= (flags & kDebugFlags) != 0 || shadow::on;
    if (shadow::on) flags |= kAsan | SLAB_STORE_USER | SLAB_RED_ZONE;
    // The red zones are what tells live from free.
    if ((flags & (SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS | kAsan)) != 0) {
        flags |= SLAB_CONSISTENCY_CHECKS;
    }
    return flags;
}

// Behind the object: the right red zone's own word, the link, the size, the owners.
unsigned debug_room(const Cache& cache) {
    const unsigned tracks = (cache.flags & SLAB_STORE_USER) != 0 ? 2 * sizeof(Owner) : 0;
    return 3 * sizeof(void*) + tracks;
}

void debug_prepare(Cache& cache, char* chunk) {
    void* object = chunk + cache.head_room;
    uncover(cache, object);
    set_red(cache, object, SLUB_RED_INACTIVE, cache.object_size);
    set_poison(cache, object);
    asked(cache, object) = cache.object_size;
    forget_owners(cache, object);
}

void debug_seal(Cache& cache, char* chunk) {
    cover(cache, chunk + cache.head_room, 0);
}

void* debug_allocate(Cache& cache, usize size, gfp_t flags, const void* caller) {
    void* object = nullptr;
    if (take_from_node(cache, &object, 1, flags) != 1) return nullptr;
    uncover(cache, object);
    check_red(cache, object, "kmalloc", SLUB_RED_INACTIVE);
    check_poison(cache, object, "kmalloc");
    if (cache.keeps_contents) size = cache.object_size;
    const bool zero = (flags & __GFP_ZERO) != 0 || (init_on_alloc(flags) && !cache.keeps_contents);
    {
        const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
        asked(cache, object) = size;
        if (zero && cache.ctor == nullptr) {
            memset(object, 0, cache.object_size);
        } else if ((cache.flags & SLAB_POISON) != 0 && !cache.keeps_contents) {
            memset(object, POISON_INUSE, cache.object_size);
        }
        set_red(cache, object, SLUB_RED_ACTIVE, size);
    }
    remember(cache, object, 0, caller);
    cover(cache, object, size);
    return object;
}

void debug_free(Cache& cache, void* object, const void* caller) {
    uncover(cache, object);
    const u8 state = *left_red(cache, object);
    if (state == SLUB_RED_INACTIVE &&
        (in_quarantine(cache, object) || is_double_free(cache, object))) {
        // As Linux does under slub_debug: told, and not done.
        report(cache, object, "kfree", "Object already free", nullptr);
        cover(cache, object, 0);
        return;
    }
    check_red(cache, object, "kfree", SLUB_RED_ACTIVE);
    {
        const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
        set_red(cache, object, SLUB_RED_INACTIVE, cache.object_size);
        asked(cache, object) = cache.object_size;
        if (init_on_free() && !cache.keeps_contents) memset(object, 0, cache.object_size);
        set_poison(cache, object);
    }
    remember(cache, object, 1, caller);
    // Readers under RCU may still look at an object of such a cache.
    const bool readable = (cache.flags & SLAB_TYPESAFE_BY_RCU) != 0;
    cover(cache, object, readable ? cache.object_size : 0);
    if ((cache.flags & kAsan) != 0) object = exchange_quarantined(cache, object);
    if (object != nullptr) give_to_node(cache, &object, 1);
}

void debug_resize(Cache& cache, void* object, usize size) {
    if (!debug_is_live(cache, object) || cache.keeps_contents) return;
    uncover(cache, object);
    {
        const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
        asked(cache, object) = size;
        set_red(cache, object, SLUB_RED_ACTIVE, size);
    }
    cover(cache, object, size);
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
        pr_err("%s in %s, object %px, cpu %u, pid %d, %llu ms ago:\n", kWhat[which], cache.name,
               object, owner.cpu, owner.pid,
               static_cast<unsigned long long>((ashlar_port_monotonic_ns() - owner.when) /
                                               NSEC_PER_MSEC));
        for (unsigned i = 0; i < owner.count; i++) pr_err("\t%pB\n", owner.frames[i]);
    }
}

// Who allocates or frees an object changes what it looks like under the node's lock, so this is
// right at any time.
bool debug_check_all(Cache& cache) {
    if (!cache.debugged) return true;
    bool good = true;
    const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
    for_each_slab(cache, [&](slab::Slab& slab) {
        char* first = memory_of(page_of(Cell::of(slab))) + cache.head_room;
        for (u32 i = 0; i < slab.carved; i++) {
            char* object = first + i * cache.chunk;
            const bool live = debug_is_live(cache, object);
            good &= check_red(cache, object, "check", live ? SLUB_RED_ACTIVE : SLUB_RED_INACTIVE);
            if (!live) good &= check_poison(cache, object, "check");
        }
    });
    return good;
}

}  // namespace ashlar::kmem
