// Short names for the machine's integers and the few constants of the machine
// that every floor relies on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ashlar {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using usize = std::size_t;
using uptr = std::uintptr_t;

// Two cores never write the same line of this size by accident.
inline constexpr usize kCacheLine = 64;

// What the C standard, the x86-64 and the AArch64 ABI ask of malloc.
inline constexpr usize kMinAlign = 16;

inline constexpr usize kKiB = 1024;
inline constexpr usize kMiB = 1024 * kKiB;
inline constexpr usize kGiB = 1024 * kMiB;

// Sizes above PTRDIFF_MAX cannot be subtracted as pointers; C libraries refuse them.
inline constexpr usize kMaxRequest = PTRDIFF_MAX;

inline uptr address(const void* p) {
    return reinterpret_cast<uptr>(p);
}

}  // namespace ashlar
