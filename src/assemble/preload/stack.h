// The stack that the calling thread runs on.
#pragma once

#include "core/types.h"

namespace ashlar::preload {

struct StackBounds {
    uptr low = 0;  // how far it may grow
    uptr high = 0;

    bool contains(uptr p) const { return p - low < high - low; }
};

// Remembers the limit under which the kernel laid out the process.
void note_stack_limit();

// The calling thread's own stack, looked up once; all 0 if it cannot be known.
StackBounds thread_stack();

// The alternate stack, if the caller runs on it as a signal handler; else all 0.
StackBounds signal_stack();

}  // namespace ashlar::preload
