#include "observe/report.h"

namespace ashlar::observe {

namespace {

const char* name_of(ashlar_place_kind kind) {
    switch (kind) {
        case ASHLAR_PLACE_STATIC:
            return "static data";
        case ASHLAR_PLACE_CODE:
            return "code";
        case ASHLAR_PLACE_THREAD_LOCAL:
            return "thread-local data";
        case ASHLAR_PLACE_STACK:
            return "the stack of this thread";
        case ASHLAR_PLACE_SMALL:
            return "small block";
        case ASHLAR_PLACE_MEDIUM:
            return "medium block";
        case ASHLAR_PLACE_LARGE:
            return "large block";
        case ASHLAR_PLACE_HEAP_UNUSED:
            return "unused memory of the heap";
        case ASHLAR_PLACE_HEAP_OWN:
            return "the heap's own structures";
        case ASHLAR_PLACE_UNKNOWN:
            break;
    }
    return "unknown";
}

const char* name_of(ashlar_block_state state) {
    switch (state) {
        case ASHLAR_BLOCK_LIVE:
            return "a live ";
        case ASHLAR_BLOCK_FREE:
            return "a free ";
        case ASHLAR_BLOCK_UNSURE:
            return "a live or free ";
        case ASHLAR_NO_BLOCK:
            break;
    }
    return "";
}

}  // namespace

void write_place(Writer& out, const void* p, const ashlar_place& place) {
    out << p << " is ";
    if (place.kind == ASHLAR_PLACE_UNKNOWN) {
        out << "unknown memory";
        return;
    }
    const u64 offset = address(p) - address(place.start);
    if (place.state == ASHLAR_NO_BLOCK) {
        out << "in " << name_of(place.kind);
        if (place.object != nullptr) out << " of " << place.object;
        return;
    }
    if (offset != 0) out << offset << " bytes into ";
    out << name_of(place.state) << name_of(place.kind) << " of " << u64{place.length}
        << " bytes at " << place.start;
    if (place.heap != nullptr) {
        out << " in the heap " << static_cast<const void*>(place.heap);
    }
}

}  // namespace ashlar::observe
