// Size classes of small objects: which sizes a slab is cut into.
//
// Steps of 16 bytes up to 256 (every size the ABI lets a program notice), then
// eight steps a doubling and one more right above each power of two, by a 32nd
// of it: programs love a power of two and a header before it, and would waste
// a ninth of just these. The worst internal waste above 128 bytes is one part
// in nine and the mean about 3%, where the usual four steps a doubling waste
// 20% and 6%; what finer steps cost, a partly used slab more, is small because
// slabs are carved page by page (docs/decisions/0013-a-power-of-two-and-a-header.md).
//
// The table maps a size in units of 16 bytes to its class: a byte each, and a
// program touches the few cache lines of the sizes it uses.
//
// Up to 16 KiB: a slab of 64 KiB then holds at least four objects, and what does
// not fit at its end is never touched.
#pragma once

#include <array>

#include "core/bits.h"
#include "core/types.h"

namespace ashlar::classes {

using ClassIndex = u8;

inline constexpr usize kQuantum = kMinAlign;
inline constexpr usize kSmallMax = 16 * kKiB;
inline constexpr unsigned kStepsPerDoubling = 8;
// What is added to a power of two for a header.
inline constexpr unsigned kHeaderShare = 32;

namespace detail {

constexpr usize at_least_a_quantum(usize size) {
    return size < kQuantum ? kQuantum : size;
}

// The class above the class `size`.
constexpr usize next_class(usize size) {
    const usize power = usize{1} << log2_floor(size);
    const usize step = at_least_a_quantum(power / kStepsPerDoubling);
    if (size == power) return size + at_least_a_quantum(power / kHeaderShare);
    return power + align_up(size - power + 1, step);
}

constexpr usize count_classes() {
    usize count = 0;
    for (usize size = kQuantum; size <= kSmallMax; size = next_class(size)) count++;
    return count;
}

}  // namespace detail

inline constexpr usize kCount = detail::count_classes();

namespace detail {

constexpr std::array<u16, kCount> make_sizes() {
    std::array<u16, kCount> sizes{};
    usize size = kQuantum;
    for (usize i = 0; i < kCount; i++, size = next_class(size)) sizes[i] = static_cast<u16>(size);
    return sizes;
}

constexpr std::array<ClassIndex, kSmallMax / kQuantum + 1> make_lookup(
    const std::array<u16, kCount>& sizes) {
    std::array<ClassIndex, kSmallMax / kQuantum + 1> lookup{};
    usize index = 0;
    for (usize q = 0; q < lookup.size(); q++) {
        while (sizes[index] < q * kQuantum) index++;
        lookup[q] = static_cast<ClassIndex>(index);
    }
    return lookup;
}

}  // namespace detail

inline constexpr std::array<u16, kCount> kSizes = detail::make_sizes();
inline constexpr auto kLookup = detail::make_lookup(kSizes);

// Defined for size <= kSmallMax; size 0 is served as the smallest class.
constexpr ClassIndex class_of(usize size) {
    return kLookup[(size + kQuantum - 1) / kQuantum];
}
constexpr usize size_of(ClassIndex index) {
    return kSizes[index];
}

// What to ask for to get `size` bytes at a multiple of `align`, a power of two; both <= kSmallMax.
// The class of a multiple of `align` has such a size itself: where classes are less than `align`
// apart every multiple is one. Objects are laid out from a well aligned start.
constexpr usize aligned_size(usize size, usize align) {
    return align_up(size == 0 ? 1 : size, align);
}

namespace detail {

constexpr bool lookup_is_tight() {
    for (usize size = 0; size <= kSmallMax; size++) {
        const ClassIndex index = class_of(size);
        if (size_of(index) < size) return false;
        if (index > 0 && size_of(static_cast<ClassIndex>(index - 1)) >= size && size > 0)
            return false;
    }
    return true;
}

constexpr bool multiples_are_aligned() {
    for (usize align = kQuantum; align <= kSmallMax; align *= 2) {
        for (usize size = align; size <= kSmallMax; size += align) {
            if (!is_aligned(size_of(class_of(size)), align)) return false;
        }
    }
    return true;
}

constexpr bool waste_is_bounded() {
    for (usize i = 1; i < kCount; i++) {
        const usize worst = usize{kSizes[i]} - kSizes[i - 1] - 1;
        if (worst >= kQuantum && worst * 9 > kSizes[i]) return false;
    }
    return true;
}

}  // namespace detail

static_assert(kSizes.front() == kQuantum && kSizes.back() == kSmallMax);
static_assert(detail::lookup_is_tight(), "every size maps to the smallest class that holds it");
static_assert(detail::multiples_are_aligned(), "an aligned size needs no search for its class");
static_assert(detail::waste_is_bounded(), "internal waste stays below one part in nine");

}  // namespace ashlar::classes
