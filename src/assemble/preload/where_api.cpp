// What an address is: the heap answers for its own, the loader for programs
// and libraries, the thread for its stack.

#include <link.h>
#include <sys/auxv.h>

#include "assemble/preload/process_heap.h"
#include "assemble/preload/stack.h"
#include "heap/where.h"
#include "observe/report.h"

using ashlar::address;
using ashlar::uptr;
using ashlar::usize;
using ashlar::heap::Liveness;
using ashlar::heap::Where;

namespace {

using Locator = ashlar::heap::Locator<ashlar::preload::ProcessPort>;

ashlar_place describe(ashlar_place_kind kind, uptr start, usize length, const char* object) {
    ashlar_place place{};
    place.kind = kind;
    place.start = reinterpret_cast<const void*>(start);
    place.length = length;
    place.object = object;
    return place;
}

ashlar_place of_block(ashlar_place_kind kind, const Locator::PlaceType& found) {
    ashlar_place place = describe(kind, address(found.start), found.length, nullptr);
    place.heap = reinterpret_cast<ashlar_heap*>(found.heap);
    place.state = found.liveness == Liveness::Live   ? ASHLAR_BLOCK_LIVE
                  : found.liveness == Liveness::Free ? ASHLAR_BLOCK_FREE
                                                     : ASHLAR_BLOCK_UNSURE;
    return place;
}

ashlar_place in_heap(const void* p) {
    const Locator::PlaceType found = Locator::find(p);
    switch (found.where) {
        case Where::Nowhere:
            return {};
        case Where::Small:
            return of_block(ASHLAR_PLACE_SMALL, found);
        case Where::Medium:
            return of_block(ASHLAR_PLACE_MEDIUM, found);
        case Where::Large:
            return of_block(ASHLAR_PLACE_LARGE, found);
        case Where::Unused:
            return describe(ASHLAR_PLACE_HEAP_UNUSED, address(found.start), found.length, nullptr);
        case Where::Own:
            return describe(ASHLAR_PLACE_HEAP_OWN, address(found.start), found.length, nullptr);
    }
    return {};
}

struct Search {
    uptr p;
    ashlar_place place;
};

// Called by the loader for the program and each library.
int look_in_object(dl_phdr_info* info, usize, void* argument) {
    auto& search = *static_cast<Search*>(argument);
    const char* name = info->dlpi_name;
    if (name == nullptr || *name == '\0') {
        name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        uptr start = 0;
        ashlar_place_kind kind = ASHLAR_PLACE_UNKNOWN;
        if (segment.p_type == PT_LOAD) {
            start = info->dlpi_addr + segment.p_vaddr;
            kind = (segment.p_flags & PF_X) != 0 ? ASHLAR_PLACE_CODE : ASHLAR_PLACE_STATIC;
        } else if (segment.p_type == PT_TLS && info->dlpi_tls_data != nullptr) {
            start = address(info->dlpi_tls_data);
            kind = ASHLAR_PLACE_THREAD_LOCAL;
        } else {
            continue;
        }
        if (search.p - start >= segment.p_memsz) continue;
        search.place = describe(kind, start, segment.p_memsz, name);
        return 1;
    }
    return 0;
}

}  // namespace

ashlar_place ashlar_where(const void* p) noexcept {
    const ashlar_place in_ours = in_heap(p);
    if (in_ours.kind != ASHLAR_PLACE_UNKNOWN) return in_ours;
    Search search{address(p), {}};
    // Before the stack: a thread's own variables lie at its end.
    if (dl_iterate_phdr(look_in_object, &search) != 0) return search.place;
    for (const auto& stack : {ashlar::preload::thread_stack(), ashlar::preload::signal_stack()}) {
        if (!stack.contains(address(p))) continue;
        return describe(ASHLAR_PLACE_STACK, stack.low, stack.high - stack.low, nullptr);
    }
    return search.place;
}

usize ashlar_where_text(const void* p, char* text, usize size) noexcept {
    ashlar::Writer out(text, size);
    ashlar::observe::write_place(out, p, ashlar_where(p));
    return out.needed();
}
