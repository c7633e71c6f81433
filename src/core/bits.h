// Arithmetic on powers of two. All functions are total for the ranges stated.
#pragma once

#include <bit>

#include "core/types.h"

namespace ashlar {

constexpr bool is_power_of_two(usize x) {
    return x != 0 && (x & (x - 1)) == 0;
}

// `align` is a power of two. Wraps when the result does not fit.
constexpr usize align_up(usize x, usize align) {
    return (x + align - 1) & ~(align - 1);
}
constexpr usize align_down(usize x, usize align) {
    return x & ~(align - 1);
}
constexpr bool is_aligned(usize x, usize align) {
    return (x & (align - 1)) == 0;
}

constexpr usize ceil_div(usize x, usize y) {
    return x / y + (x % y != 0 ? 1 : 0);
}

// x > 0.
constexpr unsigned log2_floor(usize x) {
    return static_cast<unsigned>(std::bit_width(x)) - 1;
}
constexpr unsigned log2_ceil(usize x) {
    return x <= 1 ? 0 : static_cast<unsigned>(std::bit_width(x - 1));
}

// A mask of `count` ones from bit `from`; from + count <= 64.
constexpr u64 bit_run(unsigned from, unsigned count) {
    return (count >= 64 ? ~u64{0} : (u64{1} << count) - 1) << from;
}

}  // namespace ashlar
