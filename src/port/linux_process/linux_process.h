// The port for ordinary Linux programs: anonymous private memory by mmap.
//
// Windows grow contiguously at a random place far from where the kernel puts
// other mappings, without reserving ahead: address space limits, mlockall and
// strict overcommit see only what is in use. Where such a place cannot be had
// (a sanitizer's layout, an odd kernel) a reservation of the kernel's choice is
// committed step by step instead. Functions keep errno.
#pragma once

#include "core/types.h"
#include "port/contract.h"

namespace ashlar::port {

struct LinuxProcess {
    static usize page_size() noexcept;
    static void* suggest(usize bytes) noexcept;
    static Claim claim(void* at, usize bytes) noexcept;
    static void* reserve(usize bytes, usize align) noexcept;
    static bool commit(void* at, usize bytes) noexcept;
    static void discard(void* at, usize bytes) noexcept;
    static void look_for_memory(void* at, usize bytes, unsigned char* there) noexcept;
    static bool move(void* from, void* to, usize bytes) noexcept;
    static void reset(void* at, usize bytes) noexcept;
    static void prefer_huge(void* at, usize bytes) noexcept;
    static u32 now_ms() noexcept;

    static void park(const void* word, u32 value) noexcept;
    static void unpark_one(const void* word) noexcept;
    static void relax() noexcept { __builtin_ia32_pause(); }

    static void at_thread_exit(void (*hook)()) noexcept;

    // Sleeps at most `ms`, or until unparked.
    static void park_for(const void* word, u32 value, u32 ms) noexcept;
    // Writes all bytes to a file descriptor as far as it takes them.
    static void write_all(int fd, const char* text, usize length) noexcept;
    [[noreturn]] static void die() noexcept;
};

static_assert(Port<LinuxProcess>);

}  // namespace ashlar::port
