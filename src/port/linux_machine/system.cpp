// What the machine has beside memory and CPUs: waiting, threads, time, a log,
// a way to stop, and the stack.

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

#include "port/kernel_context.h"
#include "port/linux_machine/machine.h"

using namespace ashlar;

namespace {

u64 clock_ns(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<u64>(now.tv_sec) * 1'000'000'000u + static_cast<u64>(now.tv_nsec);
}

struct Walk {
    void** frames;
    unsigned most;
    unsigned skip;
    unsigned count;
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) {
    Walk& walk = *static_cast<Walk*>(argument);
    const auto address = _Unwind_GetIP(context);
    if (address == 0 || walk.count == walk.most) return _URC_END_OF_STACK;
    if (walk.skip > 0) {
        walk.skip--;
    } else {
        walk.frames[walk.count++] = reinterpret_cast<void*>(address);
    }
    return _URC_NO_REASON;
}

struct Spawn {
    void (*run)(void*);
    void* argument;
    char name[16];
    u32 taken;
};

void* thread_main(void* raw) {
    Spawn* order = static_cast<Spawn*>(raw);
    void (*run)(void*) = order->run;
    void* argument = order->argument;
    pthread_setname_np(pthread_self(), order->name);
    // The order lives on the starter's stack until now.
    __atomic_store_n(&order->taken, 1u, __ATOMIC_RELEASE);
    ashlar_port_wake(&order->taken, 1);
    run(argument);
    return nullptr;
}

}  // namespace

void ashlar_port_wait(uint32_t* word, uint32_t expected, uint64_t timeout_ns) {
    timespec left{};
    timespec* limit = nullptr;
    if (timeout_ns != UINT64_MAX) {
        left.tv_sec = static_cast<time_t>(timeout_ns / 1'000'000'000u);
        left.tv_nsec = static_cast<long>(timeout_ns % 1'000'000'000u);
        limit = &left;
    }
    if (ashlar_self != nullptr) ashlar_port_yield_cpu(ashlar_self);
    const int kept = errno;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, limit, nullptr, 0);
    errno = kept;
}

void ashlar_port_wake(uint32_t* word, int count) {
    const int kept = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
    errno = kept;
}

int ashlar_port_spawn(void (*run)(void*), void* argument, const char* name) {
    Spawn order{run, argument, {}, 0};
    strncpy(order.name, name, sizeof(order.name) - 1);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, thread_main, &order);
    pthread_attr_destroy(&attributes);
    if (error != 0) return -error;
    while (__atomic_load_n(&order.taken, __ATOMIC_ACQUIRE) == 0) {
        ashlar_port_wait(&order.taken, 0, UINT64_MAX);
    }
    return 0;
}

uint64_t ashlar_port_monotonic_ns() {
    return clock_ns(CLOCK_MONOTONIC);
}
uint64_t ashlar_port_realtime_ns() {
    return clock_ns(CLOCK_REALTIME);
}

void ashlar_port_random(void* to, size_t bytes) {
    char* at = static_cast<char*>(to);
    while (bytes > 0) {
        const ssize_t got = getrandom(at, bytes, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) machine::refuse("no random numbers from the system (errno %d)", errno);
        at += got;
        bytes -= static_cast<size_t>(got);
    }
}

void ashlar_port_log(const char* text, size_t length) {
    const int kept = errno;
    while (length > 0) {
        const ssize_t written = write(STDERR_FILENO, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        text += written;
        length -= static_cast<size_t>(written);
    }
    errno = kept;
}

void ashlar_port_die(int status) {
    if (status < 0) abort();
    _exit(status);
}

unsigned ashlar_port_backtrace(void** frames, unsigned most, unsigned skip) {
    Walk walk{frames, most, skip + 1, 0};
    _Unwind_Backtrace(visit, &walk);
    return walk.count;
}
