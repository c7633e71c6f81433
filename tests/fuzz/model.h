// The model of a heap that a fuzzer holds against the real one: every live
// block with its place, its size and what must be in it.
//
// A block's contents are a function of its tag: small ones are filled wholly,
// large ones at both ends and once a page. So a block that was handed out
// twice, moved wrongly or touched by the allocator is found when it is looked
// at: at realloc, at free, and whenever `verify` is called.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

#include "choices.h"
#include "core/bits.h"
#include "core/types.h"

namespace ashlar::fuzz {

// Where we are, for the message of a failure.
struct Place {
    u64 seed = 0;
    u64 step = 0;
};
inline thread_local Place place;

[[noreturn, gnu::format(printf, 1, 2)]] inline void fail(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::fprintf(stderr, "fuzz: seed %lu step %lu: ", place.seed, place.step);
    std::vfprintf(stderr, format, arguments);
    std::fprintf(stderr, "\n");
    va_end(arguments);
    std::abort();
}

struct Block {
    char* p;
    usize size;    // asked for
    usize usable;  // as the allocator said
    u64 tag;
    int heap;  // of one's own; -1: the process's
};

// Api: allocate(heap, size), zeroed(heap, size), aligned(heap, size, align),
// reallocate(p, size), free(p), usable(p), all as malloc's family.
template <class Api>
class Model {
  public:
    Model(Api& api, Choices& choices) : api_(api), choices_(choices) {}

    usize blocks() const { return blocks_.size(); }
    usize bytes() const { return bytes_; }
    const std::vector<Block>& all() const { return blocks_; }

    // A request failed although nothing hindered it: the caller decides.
    bool last_failed() const { return failed_; }

    void allocate(int heap) {
        const usize size = some_size();
        const u64 how = choices_.below(8);
        failed_ = false;
        if (how < 5) {
            add(api_.allocate(heap, size), size, heap, kMinAlign, false);
        } else if (how < 7) {
            add(api_.zeroed(heap, size), size, heap, kMinAlign, true);
        } else {
            const usize align = usize{1} << choices_.below(choices_.one_in(8) ? 22 : 13);
            add(api_.aligned(heap, size, align), size, heap, align, false);
        }
    }

    void reallocate() {
        failed_ = false;
        if (blocks_.empty()) return;
        Block block = pick();
        check_contents(block, block.size);
        // A new size far off, or nearby, where blocks stay in place.
        usize size = some_size();
        if (choices_.one_in(2)) {
            size = block.size + choices_.below(block.size / 4 + 64);
            if (choices_.one_in(2)) size = block.size - choices_.below(block.size / 4 + 1);
        }
        if (size == 0) size = 1;
        remove(block);
        char* p = static_cast<char*>(api_.reallocate(block.p, size));
        if (p == nullptr) {
            failed_ = true;
            insert(block);
            return;
        }
        const usize kept = size < block.size ? size : block.size;
        block.p = p;
        check_contents(block, kept);
        block.size = size;
        finish_block(block);
    }

    void free() {
        if (blocks_.empty()) return;
        const Block block = pick();
        check_contents(block, block.size);
        remove(block);
        api_.free(block.p);
    }

    // Takes a block out of the model, still live; somebody else will free it.
    bool give_away(Block& block) {
        if (blocks_.empty()) return false;
        block = pick();
        remove(block);
        return true;
    }
    void take_over(const Block& block) {
        check_contents(block, block.size);
        insert(block);
    }

    void verify() const {
        for (const Block& block : blocks_) check_contents(block, block.size);
    }

    // All blocks of a heap of one's own ended with it.
    void forget(int heap) {
        for (usize i = 0; i < blocks_.size();) {
            const Block block = blocks_[i];
            if (block.heap != heap) {
                i++;
                continue;
            }
            check_contents(block, block.size);
            std::swap(blocks_[i], blocks_.back());
            remove(block);
        }
    }

    void free_all() {
        while (!blocks_.empty()) free();
    }

  private:
    usize some_size() {
        static constexpr usize kBorders[] = {16,       256,       1024,      4096,      8192,
                                             64 << 10, 128 << 10, 512 << 10, 1024 << 10};
        switch (choices_.below(16)) {
            case 0:  // just around a border
                return kBorders[choices_.below(std::size(kBorders))] + choices_.below(33) - 16;
            case 1:
            case 2:
                return 4096 + choices_.below(124 * kKiB);
            case 3:
                return choices_.one_in(4) ? choices_.below(4 * kMiB) : choices_.below(640 * kKiB);
            case 4:
            case 5:
            case 6:
                return choices_.below(4097);
            default:
                return choices_.below(400);
        }
    }

    Block pick() {
        // Recent ones often, like programs do.
        const usize i = choices_.one_in(3) && blocks_.size() > 8
                            ? blocks_.size() - 1 - choices_.below(8)
                            : choices_.below(blocks_.size());
        std::swap(blocks_[i], blocks_.back());
        return blocks_.back();
    }

    void add(void* p, usize size, int heap, usize align, bool zeroed) {
        if (p == nullptr) {
            failed_ = true;
            return;
        }
        Block block{static_cast<char*>(p), size, 0, 0, heap};
        if (!is_aligned(address(p), align)) fail("%p is not aligned to %zu", p, align);
        if (zeroed) check_zero(block.p, size);
        finish_block(block);
    }

    void finish_block(Block& block) {
        block.usable = api_.usable(block.p);
        if (block.usable < block.size) {
            fail("%p has %zu usable of %zu bytes", block.p, block.usable, block.size);
        }
        if (!is_aligned(address(block.p), kMinAlign)) fail("%p is misaligned", block.p);
        block.tag = choices_.word();
        insert(block);
        // All that may be used is used: also what lies behind the size asked for.
        fill(block, block.usable);
    }

    // Keeps the picked block at the back of the list.
    void insert(const Block& block) {
        if (api_.kSingleThreaded) {
            auto after = by_place_.lower_bound(block.p);
            if (after != by_place_.end() && after->first < block.p + block.usable) {
                fail("%p overlaps %p", block.p, after->first);
            }
            if (after != by_place_.begin()) {
                const auto& before = *std::prev(after);
                if (before.first + before.second > block.p) {
                    fail("%p overlaps %p", block.p, before.first);
                }
            }
            by_place_[block.p] = block.usable;
        }
        blocks_.push_back(block);
        bytes_ += block.usable;
    }
    void remove(const Block& block) {
        if (blocks_.back().p != block.p) fail("the model lost %p", block.p);
        blocks_.pop_back();
        by_place_.erase(block.p);
        bytes_ -= block.usable;
    }

    // Visits the offsets whose words carry the tag: all of a small block, both
    // ends of a large one and a word every 4 KiB between.
    template <class Visit>
    static void for_marks(usize size, Visit visit) {
        constexpr usize kEdge = 1024 / 8;
        constexpr usize kStep = 4096 / 8;
        const usize words = size / 8;
        for (usize i = 0; i < words;) {
            visit(i * 8, i);
            const bool at_edge = i < kEdge || i + kEdge >= words;
            i = at_edge ? i + 1 : (i + kStep < words - kEdge ? i + kStep : words - kEdge);
        }
    }
    static void fill(const Block& block, usize size) {
        for_marks(size, [&](usize offset, usize i) {
            const u64 word = block.tag + i;
            std::memcpy(block.p + offset, &word, 8);
        });
    }
    // The first `size` bytes, as far as they were marked when the block was filled.
    static void check_contents(const Block& block, usize size) {
        for_marks(block.usable, [&](usize offset, usize i) {
            const u64 word = block.tag + i;
            if (offset + 8 <= size && std::memcmp(block.p + offset, &word, 8) != 0) {
                fail("%p lost its contents at byte %zu of %zu", block.p, offset, block.size);
            }
        });
    }
    static void check_zero(const char* p, usize size) {
        for (usize i = 0; i < size; i++) {
            if (p[i] != 0) fail("%p is not zeroed at byte %zu of %zu", p, i, size);
        }
    }

    Api& api_;
    Choices& choices_;
    std::vector<Block> blocks_;
    std::map<char*, usize> by_place_;
    usize bytes_ = 0;
    bool failed_ = false;
};

}  // namespace ashlar::fuzz
