// What happens when the program breaks the rules of malloc.
//
// One line on standard error with the pointer, then abort; with the option
// misuse=continue the line only, and the call has no effect. The reporter is
// installed by the floor that knows the options.
#pragma once

#include "core/types.h"

namespace ashlar::heap {

enum class Misuse : u8 {
    DoubleFree,   // the block was freed before
    InvalidFree,  // not the start of a block: inside one, misaligned, or of nobody's
    ForeignFree,  // in no window of this heap
    WrongHeap,    // a live block, but not of the private heap it was given to
    DeadHeap,     // no private heap, or one that was destroyed
};

// Not set before the library's constructor has run.
using MisuseReporter = void (*)(Misuse, const void*);
inline constinit MisuseReporter report_misuse = nullptr;

[[gnu::cold, gnu::noinline]] inline void misuse(Misuse kind, const void* p) {
    if (report_misuse != nullptr) {
        report_misuse(kind, p);
    } else {
        __builtin_trap();
    }
}

}  // namespace ashlar::heap
