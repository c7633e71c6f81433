// What a platform must give so that the floors above can run on it.
//
// A port is a type with static functions only: the choice of platform is made
// at compile time and costs nothing. Ranges are whole pages (`page_size()`);
// "zeroed" means that reads give zero bytes until the first write.
#pragma once

#include <concepts>

#include "core/types.h"

namespace ashlar::port {

enum class Claim {
    Done,        // the range is ours: readable, writable, zeroed
    Taken,       // somebody else has (a part of) it, or it is no valid place; nothing changed
    OutOfMemory  // the system refuses more; nothing changed
};

// What a platform with huge pages backs at once: 512 pages of 4 KiB.
inline constexpr usize kHugePage = usize{2} << 20;

template <class P>
concept MemoryPort = requires(void* p, const void* cp, unsigned char* bytes, usize n, bool b) {
    // The unit of commit and purge, a power of two, constant for the process.
    { P::page_size() }
    noexcept->std::same_as<usize>;
    // A place in the address space where a window may grow upwards for `n`
    // bytes without meeting anybody, or null when the platform knows none.
    { P::suggest(n) }
    noexcept->std::same_as<void*>;
    // Makes [p, p+n) ours and zeroed. Never replaces a mapping of others.
    { P::claim(p, n) }
    noexcept->std::same_as<Claim>;
    // Address space only, at a place of the platform's choice, aligned to
    // its argument's second; null on failure. Use needs `commit`.
    { P::reserve(n, n) }
    noexcept->std::same_as<void*>;
    // Makes a part of a reservation readable, writable and zeroed.
    { P::commit(p, n) }
    noexcept->std::same_as<bool>;
    // Gives the memory behind [p, p+n) back; the range stays ours and zeroed.
    { P::discard(p, n) }
    noexcept->std::same_as<void>;
    // For each page of [p, p+n) whether there is memory behind it: the lowest bit of a byte in
    // the third. Yes where it does not know, but no for what was swapped out.
    { P::look_for_memory(p, n, bytes) }
    noexcept->std::same_as<void>;
    // Moves the pages of [p, p+n) to the same length at the second address,
    // dropping what was there. The source stays ours and zeroed. False: nothing changed;
    // so it is when the source is not the target of one move, or part of it, nor of none.
    { P::move(p, p, n) }
    noexcept->std::same_as<bool>;
    // Undoes what `move` did to a target range: it is zeroed and as good as claimed anew.
    { P::reset(p, n) }
    noexcept->std::same_as<void>;
    // Advice: [p, p+n), aligned to kHugePage, will be filled densely; backing it
    // by pages of that size saves faults and translation misses.
    { P::prefer_huge(p, n) }
    noexcept->std::same_as<void>;
    // Milliseconds that never go back; wraps. A tick of 10 ms is fine enough.
    { P::now_ms() }
    noexcept->std::same_as<u32>;
};

// What core/lock.h needs of the platform.
template <class P>
concept ParkPort = requires(const void* word, u32 value) {
    // Sleeps while the word holds the value; may return early.
    { P::park(word, value) }
    noexcept->std::same_as<void>;
    { P::unpark_one(word) }
    noexcept->std::same_as<void>;
    // A hint to the core that it spins.
    { P::relax() }
    noexcept->std::same_as<void>;
};

// What src/heap needs to know of threads.
template <class P>
concept ThreadPort = requires(void (*hook)()) {
    // Runs `hook` in the calling thread when it ends, as late as the platform
    // can. Called once a thread; without effect in one that is ending.
    { P::at_thread_exit(hook) }
    noexcept->std::same_as<void>;
};

template <class P>
concept Port = MemoryPort<P> && ParkPort<P> && ThreadPort<P>;

}  // namespace ashlar::port
