#include "assemble/preload/stack.h"

#include <csignal>
#include <cstring>

#include <ashlar/ashlar.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/bits.h"
#include "port/linux_process/linux_process.h"

namespace ashlar::preload {

namespace {

thread_local StackBounds known [[gnu::tls_model("initial-exec")]];

// With no limit at all the kernel keeps at least 128 MiB below the stack free
// of mappings; half of that leaves room for its guard gap and randomisation.
constexpr usize kUnlimited = 64 * kMiB;

usize limit_at_start = 0;

usize current_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnlimited;
    return limit.rlim_cur;
}

bool is_main_thread() {
    return syscall(SYS_gettid) == getpid();
}

// The main thread's stack is not bounded by anything but the limit: that of
// now, and that of the program's start, which decided where mappings begin.
// The C library would ask /proc, which may not be there. At the very top the
// kernel puts the program's file name.
StackBounds main_stack() {
    const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    if (name == nullptr) return {};
    const uptr high =
        align_up(address(name + std::strlen(name) + 1), port::LinuxProcess::page_size());
    const usize now = current_limit();
    const usize limit = limit_at_start != 0 && limit_at_start < now ? limit_at_start : now;
    return {high - limit, high};
}

StackBounds other_stack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
    void* low = nullptr;
    usize size = 0;
    usize guard = 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    // Whether the guard is a part of the stack differs between versions.
    return {address(low) + guard, address(low) + size};
}

}  // namespace

void note_stack_limit() {
    limit_at_start = current_limit();
}

StackBounds thread_stack() {
    if (known.high == 0) known = is_main_thread() ? main_stack() : other_stack();
    return known;
}

StackBounds signal_stack() {
    stack_t alternate{};
    if (sigaltstack(nullptr, &alternate) != 0 || (alternate.ss_flags & SS_ONSTACK) == 0) return {};
    const uptr low = address(alternate.ss_sp);
    return {low, low + alternate.ss_size};
}

}  // namespace ashlar::preload

ashlar::usize ashlar_stack_left() noexcept {
    using namespace ashlar::preload;
    const auto here = reinterpret_cast<ashlar::uptr>(__builtin_frame_address(0));
    StackBounds stack = thread_stack();
    if (!stack.contains(here)) stack = signal_stack();
    return stack.contains(here) ? here - stack.low : 0;
}
