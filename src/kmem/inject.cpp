#include "kmem/inject.h"

#include "kmem/cache.h"

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>

#include <linux/gfp_types.h>
#include <linux/kernel.h>
#include <linux/random.h>

namespace ashlar::kmem {

constinit Injection failslab{"failslab"};
constinit Injection fail_page_alloc{"fail_page_alloc"};

namespace {

void read(Injection& injection) {
    char text[64];
    if (ashlar_port_setting(injection.setting, text, sizeof(text)) == 0) return;
    char* at = text;
    u32 values[3] = {1, 100, UINT32_MAX};
    for (int i = 0; i < 3 && *at != 0; i++) {
        char* end = nullptr;
        values[i] = static_cast<u32>(simple_strtol(at, &end, 10));
        if (end == at || (*end != ':' && *end != 0)) {
            panic("ASHLAR_MACHINE: %s=%s is not interval:probability:times", injection.setting,
                  text);
        }
        at = *end == ':' ? end + 1 : end;
    }
    __atomic_store_n(&injection.probability, values[1], __ATOMIC_RELAXED);
    __atomic_store_n(&injection.times, values[2], __ATOMIC_RELAXED);
    __atomic_store_n(&injection.interval, values[0], __ATOMIC_RELEASE);
}

}  // namespace

void start_injection() {
    read(failslab);
    read(fail_page_alloc);
    note_injection();
    note_frame_hooks();
}

bool inject(Injection& injection, u32 gfp, const void* caller) {
    // Others may change the settings meanwhile: each is read once, and a call
    // that comes during a change may see some of both.
    const u32 interval = __atomic_load_n(&injection.interval, __ATOMIC_ACQUIRE);
    if (interval == 0 || (gfp & __GFP_NOFAIL) != 0) return false;
    if (address(caller) < __atomic_load_n(&injection.caller_from, __ATOMIC_RELAXED) ||
        address(caller) >= __atomic_load_n(&injection.caller_to, __ATOMIC_RELAXED)) {
        return false;
    }
    if (__atomic_add_fetch(&injection.calls, 1u, __ATOMIC_RELAXED) % interval != 0) return false;
    const u32 probability = __atomic_load_n(&injection.probability, __ATOMIC_RELAXED);
    if (probability < 100 && get_random_u32_below(100) >= probability) return false;
    const u32 times = __atomic_load_n(&injection.times, __ATOMIC_RELAXED);
    u32 failed = __atomic_load_n(&injection.failed, __ATOMIC_RELAXED);
    do {
        if (failed >= times) return false;
    } while (!__atomic_compare_exchange_n(&injection.failed, &failed, failed + 1, false,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return true;
}

}  // namespace ashlar::kmem

extern "C" int ashlar_inject(const char* which, unsigned interval, unsigned probability, int times,
                             const void* caller_from, const void* caller_to) {
    using namespace ashlar::kmem;
    Injection& injection = strcmp(which, "failslab") == 0 ? failslab : fail_page_alloc;
    if (&injection == &fail_page_alloc && strcmp(which, "fail_page_alloc") != 0) return -EINVAL;
    const ashlar::u32 most = times < 0 ? UINT32_MAX : static_cast<ashlar::u32>(times);
    const ashlar::uptr to = caller_to == nullptr ? UINTPTR_MAX : ashlar::address(caller_to);
    __atomic_store_n(&injection.interval, 0u, __ATOMIC_RELEASE);
    __atomic_store_n(&injection.probability, probability, __ATOMIC_RELAXED);
    __atomic_store_n(&injection.times, most, __ATOMIC_RELAXED);
    __atomic_store_n(&injection.caller_from, ashlar::address(caller_from), __ATOMIC_RELAXED);
    __atomic_store_n(&injection.caller_to, to, __ATOMIC_RELAXED);
    __atomic_store_n(&injection.calls, 0u, __ATOMIC_RELAXED);
    __atomic_store_n(&injection.failed, 0u, __ATOMIC_RELAXED);
    __atomic_store_n(&injection.interval, interval, __ATOMIC_RELEASE);
    note_injection();
    note_frame_hooks();
    return 0;
}
