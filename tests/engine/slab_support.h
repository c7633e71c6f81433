// What the tests of src/slab share: pages, a policy, an owner and its front end.
#pragma once

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "port/sim/sim.h"
#include "slab/engine.h"

namespace ashlar::slab::testing_support {

inline constexpr usize kSlabBytes = 64 * kKiB;
inline constexpr usize kCells = 512;

// Where slabs come from and go to: a fixed number of pages with descriptors.
// A page that comes back is overwritten at once, so whoever still uses an
// object of it is found out.
class Pages {
  public:
    Pages() : cells_(new Cell[kCells]), memory_(new (std::align_val_t{kSlabBytes}) Page[kCells]) {
        for (usize i = 0; i < kCells; i++) {
            cells_[i].clear();
            free_.push_back(&cells_[i]);
        }
    }

    char* address_of(Cell& cell) { return memory_[&cell - cells_.get()].bytes; }
    Cell& cell_of(const void* p) {
        return cells_[(address(p) - address(memory_.get())) / kSlabBytes];
    }

    Cell& take(bool zeroed) {
        const std::lock_guard guard(mutex_);
        Cell* cell = free_.back();
        free_.pop_back();
        if (zeroed) std::memset(address_of(*cell), 0, kSlabBytes);
        return *cell;
    }

    void give(Slab* slab) {
        while (slab != nullptr) {
            Slab* next = slab->link.next;
            hollow_bytes -= hole_bytes_of(*slab);
            Cell& cell = Cell::of(*slab);
            for (usize page = 0; page < kSlabBytes; page += 4096) {
                std::memset(address_of(cell) + page, 0x5a, poison);
            }
            cell.clear();
            const std::lock_guard guard(mutex_);
            free_.push_back(&cell);
            slab = next;
        }
    }

    // Of memory in slabs that went back and is not wanted again yet.
    std::atomic<usize> hollow_bytes = 0;

    // How many bytes of each 4 KiB that come back are overwritten.
    usize poison = 4096;

    usize in_use() {
        const std::lock_guard guard(mutex_);
        return kCells - free_.size();
    }

  private:
    static usize hole_bytes_of(const Slab& slab);

    struct Page {
        char bytes[kSlabBytes];
    };
    struct Delete {
        void operator()(Page* pages) { ::operator delete[](pages, std::align_val_t{kSlabBytes}); }
    };
    std::unique_ptr<Cell[]> cells_;
    std::unique_ptr<Page[], Delete> memory_;
    std::vector<Cell*> free_;
    std::mutex mutex_;
};

inline Pages* pages = nullptr;

struct TestOwner : Owner<Lock<port::Sim>> {
    Word<Others> others;
};

struct TestPolicy {
    using LockType = Lock<port::Sim>;
    static Word<Others>& others(Owner<LockType>& owner) {
        return static_cast<TestOwner&>(owner).others;
    }
    static constexpr usize kIdleBytes = 8192;
    static constexpr bool kTide = false;
    static char* objects(Slab& slab) { return pages->address_of(Cell::of(slab)); }
    static usize carve_bytes(const Bin&, bool) { return 4096; }
    static void** link(const Bin&, void* object) { return static_cast<void**>(object); }
    static void note_carved(usize, usize) {}

    static constexpr usize kPartBytes = kSlabBytes / 8;
    static void give_part(char* at, usize bytes) {
        std::memset(at, 0, bytes);
        pages->hollow_bytes += bytes;
    }
    static void wants_parts(usize bytes) { pages->hollow_bytes -= bytes; }
    static void note_remote(u32 count, u32 capacity) { remote += count * kSlabBytes / capacity; }
    inline static std::atomic<usize> remote = 0;
};
using TestEngine = Engine<TestPolicy>;

inline usize Pages::hole_bytes_of(const Slab& slab) {
    return TestEngine::hole_bytes(slab);
}

inline constexpr u32 kSizes[] = {16, 48, 256, 1024, 2560, 4096, 30000, 65536};
inline constexpr usize kBins = std::size(kSizes);

// An owner with its bins and chains, and the front end's few lines over them.
struct Front : TestOwner {
    Front() {
        for (usize i = 0; i < kBins; i++) {
            bins[i].chain = &chains[i];
            bins[i].object_size = kSizes[i];
        }
    }

    // `fresh` is told whether the object reads as zero but for its first word.
    void* allocate(usize bin, bool zeroed_pages, bool& fresh) {
        if (chains[bin] == nullptr) {
            if (void* object = TestEngine::swap(bins[bin])) {
                fresh = bins[bin].fresh;
                return object;
            }
        }
        if (chains[bin] == nullptr) meet_others();
        if (chains[bin] == nullptr && TestEngine::refill(*this, bins[bin]) == Refill::NeedSpan) {
            TestEngine::donate(*this, bins[bin], pages->take(zeroed_pages), kSlabBytes,
                               zeroed_pages);
        }
        void* object = chains[bin];
        chains[bin] = *static_cast<void**>(object);
        fresh = bins[bin].fresh;
        return object;
    }
    void* allocate(usize bin) {
        bool fresh = false;
        return allocate(bin, false, fresh);
    }

    void free(void* object) {
        auto& slab = pages->cell_of(object).as<Slab>();
        if (slab.head.owner.get() == this) {
            if (slab.push_local(object, static_cast<void**>(object))) {
                countdowns++;
                meet_others();
                pages->give(TestEngine::on_countdown(*this, slab));
            }
        } else {
            pages->give(TestEngine::free_remote(slab, object, object, 1));
        }
    }

    void abandon() {
        for (Bin& bin : bins) pages->give(TestEngine::abandon(*this, bin));
    }

    bool check() {
        bool good = true;
        for (Bin& bin : bins) good &= TestEngine::check_invariants(*this, bin);
        return good;
    }

    void* chains[kBins] = {};
    Bin bins[kBins] = {};
    usize countdowns = 0;  // that came to zero

  private:
    void meet_others() {
        if (!TestEngine::meets_others(*this)) return;
        for (Bin& bin : bins) pages->give(TestEngine::recount(*this, bin));
    }
};

class SlabTest : public testing::Test {
  protected:
    SlabTest() { pages = &pages_; }
    ~SlabTest() override {
        if (pages_.in_use() == 0) EXPECT_EQ(pages_.hollow_bytes, 0U);
        pages = nullptr;
    }

  private:
    Pages pages_;
};

}  // namespace ashlar::slab::testing_support
