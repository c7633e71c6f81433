// Contents that tell whose they are: every word depends on the seed and on its own position, so a
// block that was handed out twice, moved by the wrong distance or cut short shows at the first
// wrong byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ashlar::test {

inline std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 31)) * 0x9fb21c651e98df25u;
    return x ^ (x >> 28);
}

inline std::uint64_t pattern_word(std::uint64_t seed, std::size_t index) {
    return mix(seed * 0x9e3779b97f4a7c15u + index + 1);
}

inline void fill(void* block, std::size_t size, std::uint64_t seed) {
    auto* bytes = static_cast<unsigned char*>(block);
    std::size_t offset = 0;
    for (; offset + 8 <= size; offset += 8) {
        const std::uint64_t word = pattern_word(seed, offset / 8);
        std::memcpy(bytes + offset, &word, 8);
    }
    const std::uint64_t word = pattern_word(seed, offset / 8);
    std::memcpy(bytes + offset, &word, size - offset);
}

/// The offset of the first word that is not what fill() wrote, or `size` when all is well.
inline std::size_t first_wrong(const void* block, std::size_t size, std::uint64_t seed) {
    const auto* bytes = static_cast<const unsigned char*>(block);
    std::size_t offset = 0;
    for (; offset + 8 <= size; offset += 8) {
        const std::uint64_t word = pattern_word(seed, offset / 8);
        if (std::memcmp(bytes + offset, &word, 8) != 0) return offset;
    }
    const std::uint64_t word = pattern_word(seed, offset / 8);
    return std::memcmp(bytes + offset, &word, size - offset) == 0 ? size : offset;
}

inline bool intact(const void* block, std::size_t size, std::uint64_t seed) {
    return first_wrong(block, size, seed) == size;
}

inline bool all_zero(const void* block, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(block);
    return size == 0 || (bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0);
}

/// A small generator with a visible seed: a failing run can be repeated exactly.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(mix(seed + 0x2545f4914f6cdd1du) | 1) {}

    std::uint64_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ * 0x2545f4914f6cdd1du;
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() >> 11) % bound; }

    /// Sizes as programs ask for them: mostly small, each doubling as likely as the one below it.
    std::size_t size_up_to(std::size_t largest) {
        const std::size_t bits = 64 - static_cast<std::size_t>(__builtin_clzll(largest | 1));
        const std::size_t size = below(std::size_t{1} << (1 + below(bits)));
        return size <= largest ? size : largest;
    }

  private:
    std::uint64_t state_;
};

}  // namespace ashlar::test
