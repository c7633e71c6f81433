// A compiler knows what malloc, free and operator new promise, and removes pairs of calls, folds
// their results and warns of sizes it can see. A test of an allocator needs each call to happen:
// what passes through hide() is unknown to the optimiser, and memory may have changed.
#pragma once

namespace ashlar::test {

template <typename Value>
[[gnu::always_inline]] inline Value hide(Value value) {
    asm volatile("" : "+r"(value) : : "memory");
    return value;
}

}  // namespace ashlar::test
