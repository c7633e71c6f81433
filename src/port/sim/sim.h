// The simulated port: a machine that a test builds, inspects and breaks.
//
// A SimMachine is one reservation of the host's address space that plays the
// part of all address space there is. Its clock moves when the test says so, it
// refuses memory when the test says so, and it knows of every page whether it
// is free, somebody else's, reserved or ours. A call that breaks the contract
// (a range that is not whole pages, or not ours) ends the program with one line:
// the engine above must never make one.
//
// `Sim` is the port itself; it speaks to the machine that lives at the moment.
// Machines nest: the younger one is used until it goes.
#pragma once

#include <atomic>

#include "core/lock.h"
#include "core/types.h"
#include "port/contract.h"

namespace ashlar::port {

struct Sim {
    static usize page_size() noexcept;
    static void* suggest(usize bytes) noexcept;
    static Claim claim(void* at, usize bytes) noexcept;
    static void* reserve(usize bytes, usize align) noexcept;
    static bool commit(void* at, usize bytes) noexcept;
    static void discard(void* at, usize bytes) noexcept;
    static void look_for_memory(void* at, usize bytes, unsigned char* seen) noexcept;
    static bool move(void* from, void* to, usize bytes) noexcept;
    static void reset(void* at, usize bytes) noexcept;
    static void prefer_huge(void* at, usize bytes) noexcept;
    static u32 now_ms() noexcept;

    static void park(const void* word, u32 value) noexcept;
    static void unpark_one(const void* word) noexcept;
    static void relax() noexcept { __builtin_ia32_pause(); }

    static void at_thread_exit(void (*hook)()) noexcept;
};

static_assert(Port<Sim>);

struct SimConfig {
    usize page_size = 4 * kKiB;          // a multiple of the host's
    usize address_space = 64 * kGiB;     // all there is
    bool suggests = true;                // false: windows come from reserve
    bool moves = true;                   // false: move always fails
    bool swapped = false;                // true: look_for_memory sees none
    usize budget = usize{1} << 62;       // bytes that claim and commit give at most
    Claim refusal = Claim::OutOfMemory;  // what a refused claim answers
};

class SimMachine {
  public:
    explicit SimMachine(const SimConfig& config = {});
    ~SimMachine();
    SimMachine(const SimMachine&) = delete;
    SimMachine& operator=(const SimMachine&) = delete;

    // The machine that Sim speaks to; there must be one.
    static SimMachine& current();

    // --- what the test decides ---

    void advance(u32 ms) { clock_.fetch_add(ms, std::memory_order_relaxed); }
    void set_budget(usize bytes) { config_.budget = bytes; }
    void set_moves(bool moves) { config_.moves = moves; }
    // True: all memory looks as if it had been swapped out.
    void set_swapped(bool swapped) { config_.swapped = swapped; }
    void set_refusal(Claim refusal) { config_.refusal = refusal; }
    // Claims, commits and reservations count as requests. Each of these
    // replaces the plan before; what is refused is refused without effect.
    void refuse_nothing() { plan_ = {}; }
    void refuse_after(u64 requests) { plan_ = {requests_ + requests, ~u64{0}, 0, 0}; }
    void refuse_only(u64 request) { plan_ = {requests_ + request, requests_ + request + 1, 0, 0}; }
    void refuse_randomly(u64 seed, u32 one_in) { plan_ = {0, 0, one_in, seed | 1}; }
    // From now on the range is somebody else's.
    void occupy(void* at, usize bytes);

    // --- what the test may know ---

    u64 requests() const { return requests_; }
    usize owned_bytes() const { return owned_; }
    usize reserved_bytes() const;
    // Bytes of `move` targets that have not been reset since.
    usize moved_bytes() const { return moved_; }
    // Moves that were asked for of several pieces at once, which no system grants.
    u64 torn_moves() const { return torn_moves_; }
    u64 discards() const { return discards_; }
    // Bytes that prefer_huge was called for.
    usize huge_bytes() const { return huge_; }
    bool owns(const void* at, usize bytes) const;
    // Bytes with memory behind them, as the host sees it, in whole pages.
    usize resident_bytes() const { return resident_bytes(base_, config_.address_space); }
    usize resident_bytes(const void* at, usize bytes) const;

  private:
    friend struct Sim;

    // Moved and what is above: the number of the move, by turns.
    enum class Page : u8 { NotOurs = 0, Ours, Moved };
    struct Range {
        usize first;  // pages
        usize end;
    };
    struct Plan {
        u64 from;  // refuse requests numbered [from, to)
        u64 to;
        u32 one_in;  // and one in so many by chance; 0: none
        u64 random;
    };
    static constexpr usize kMostRanges = 256;
    // Suggestions lie so far apart, like the windows of a process.
    static constexpr usize kSuggestionStep = 16 * kGiB;

    void* suggest(usize bytes);
    Claim claim(void* at, usize bytes);
    void* reserve(usize bytes, usize align);
    bool commit(void* at, usize bytes);
    void discard(void* at, usize bytes);
    void look_for_memory(const char* at, usize bytes, unsigned char* seen) const;
    bool move(void* from, void* to, usize bytes);
    void reset(void* at, usize bytes);
    void prefer_huge(void* at, usize bytes);

    bool refuses();
    bool lies_inside(const void* at, usize bytes) const;
    Range pages_of(const char* call, const void* at, usize bytes) const;
    void require_ours(const char* call, const void* at, usize bytes, Range pages) const;
    void become_ours(Range pages);
    bool is_reserved(Range pages) const;
    bool is_occupied(Range pages) const;

    SimConfig config_;
    SimMachine* previous_;
    char* base_ = nullptr;
    usize mapped_ = 0;
    Page* pages_ = nullptr;  // a byte a page, mapped
    usize count_ = 0;
    Range reserved_[kMostRanges];
    usize reservations_ = 0;
    Range occupied_[kMostRanges];
    usize occupations_ = 0;
    usize suggestion_ = 0;
    usize ceiling_ = 0;  // reservations are made below, top down
    usize lowest_ = 0;   // all pages that were ever ours lie in [lowest_, highest_)
    usize highest_ = 0;
    usize owned_ = 0;
    usize moved_ = 0;
    u64 moves_ = 0;
    u64 torn_moves_ = 0;
    u64 requests_ = 0;
    u64 discards_ = 0;
    usize huge_ = 0;
    Plan plan_{};
    std::atomic<u32> clock_{0};
    mutable Lock<Sim> lock_;
};

}  // namespace ashlar::port
