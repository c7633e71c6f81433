// A shadow model of a heap: which blocks are live, where, how long, and what
// was written into them. Random operations are done on a heap and on the model,
// and every property that an allocator promises is checked on the way:
//
//   - a block lies at a multiple of what was asked for, and is long enough;
//   - live blocks do not overlap;
//   - contents stay as written for as long as the block lives, over realloc too;
//   - zeroed forms are zeroed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ashlar::test {

// A value that the compiler does not know: it may refuse what the library is to refuse.
inline std::size_t senseless(std::size_t value) {
    volatile std::size_t hidden = value;
    return hidden;
}

// A heap under test, as functions.
struct Subject {
    std::function<void*(std::size_t)> allocate;
    std::function<void*(std::size_t)> allocate_zeroed;
    std::function<void*(std::size_t align, std::size_t)> allocate_aligned;
    std::function<void*(void*, std::size_t)> reallocate;
    std::function<void(void*)> deallocate;
    std::function<std::size_t(const void*)> usable_size;
};

class Model {
  public:
    Model(Subject subject, std::uint64_t seed) : subject_(std::move(subject)), random_(seed) {}

    // One random operation with sizes up to about `largest`, at most
    // `most_blocks` live. A refusal of the heap is counted, never a failure.
    void step(std::size_t largest, std::size_t most_blocks) {
        const std::size_t choice = pick(10);
        const bool full = starts_.size() >= most_blocks;
        if (starts_.empty() || (choice < 5 && !full)) {
            allocate(choice % 3, random_size(largest));
        } else if (choice < 7) {
            reallocate(random_size(largest));
        } else {
            deallocate(pick(starts_.size()));
        }
    }

    void deallocate_all() {
        while (!starts_.empty()) deallocate(starts_.size() - 1);
    }

    // All live blocks end without being freed one by one.
    void forget_all() {
        check_all();
        starts_.clear();
        blocks_.clear();
    }

    void check_all() const {
        for (const auto& [start, block] : blocks_) check_contents(start, block);
    }

    std::size_t live_blocks() const { return blocks_.size(); }
    std::size_t live_bytes() const {
        std::size_t sum = 0;
        for (const auto& [start, block] : blocks_) sum += block.size;
        return sum;
    }
    std::size_t refusals() const { return refusals_; }

    std::size_t pick(std::size_t below) { return random_() % below; }

    // Sizes of all magnitudes alike.
    std::size_t random_size(std::size_t largest) {
        unsigned bits = 0;
        while (bits < 63 && (std::size_t{1} << bits) < largest) bits++;
        const std::size_t limit = std::size_t{1} << pick(bits + 1);
        return pick(limit < largest ? limit + 1 : largest + 1);
    }

  private:
    struct Block {
        std::size_t size;
        std::size_t align;
        std::uint64_t seed;
    };
    using Address = std::uintptr_t;

    static unsigned char byte_at(std::uint64_t seed, std::size_t i) {
        return static_cast<unsigned char>((seed + i * 0x9e3779b97f4a7c15ULL) >> 29);
    }

    static void fill(void* p, std::uint64_t seed, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; i++)
            static_cast<unsigned char*>(p)[i] = byte_at(seed, i);
    }

    static void check_contents(Address start, const Block& block) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(start);
        for (std::size_t i = 0; i < block.size; i++) {
            ASSERT_EQ(bytes[i], byte_at(block.seed, i))
                << "byte " << i << " of a block of " << block.size << " changed";
        }
    }

    void allocate(std::size_t form, std::size_t size) {
        const std::size_t align = form == 2 ? std::size_t{1} << pick(14) : 16;
        void* p = form == 0   ? subject_.allocate(size)
                  : form == 1 ? subject_.allocate_zeroed(size)
                              : subject_.allocate_aligned(align, size);
        if (p == nullptr) {
            refusals_++;
            return;
        }
        if (form == 1) {
            for (std::size_t i = 0; i < size; i++) {
                ASSERT_EQ(static_cast<unsigned char*>(p)[i], 0) << "byte " << i << " of " << size;
            }
        }
        enter(p, {size, align < 8 ? 8 : align, random_()});
    }

    void enter(void* p, Block block) {
        const Address start = reinterpret_cast<Address>(p);
        ASSERT_EQ(start % block.align, 0u);
        const std::size_t usable = subject_.usable_size(p);
        ASSERT_GE(usable, block.size);
        const auto after = blocks_.lower_bound(start);
        if (after != blocks_.end()) {
            ASSERT_LE(start + usable, after->first) << "runs into the next block";
        }
        if (after != blocks_.begin()) {
            const auto before = std::prev(after);
            ASSERT_LE(before->first + before->second.size, start) << "inside the block before";
        }
        fill(p, block.seed, 0, block.size);
        blocks_[start] = block;
        starts_.push_back(start);
    }

    void leave(std::size_t index) {
        blocks_.erase(starts_[index]);
        starts_[index] = starts_.back();
        starts_.pop_back();
    }

    void reallocate(std::size_t size) {
        const std::size_t index = pick(starts_.size());
        const Address start = starts_[index];
        Block block = blocks_[start];
        if (size == 0) size = 1;
        void* p = subject_.reallocate(reinterpret_cast<void*>(start), size);
        if (p == nullptr) {
            refusals_++;
            check_contents(start, block);
            return;
        }
        const Block kept{size < block.size ? size : block.size, 8, block.seed};
        check_contents(reinterpret_cast<Address>(p), kept);
        leave(index);
        enter(p, {size, 8, block.seed});
    }

    void deallocate(std::size_t index) {
        const Address start = starts_[index];
        check_contents(start, blocks_[start]);
        subject_.deallocate(reinterpret_cast<void*>(start));
        leave(index);
    }

    Subject subject_;
    std::mt19937_64 random_;
    std::map<Address, Block> blocks_;
    std::vector<Address> starts_;
    std::size_t refusals_ = 0;
};

}  // namespace ashlar::test
