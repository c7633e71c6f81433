// Fault injection: failslab and fail_page_alloc. A setting is
// "interval:probability:times": every interval-th call that passes the other
// filters fails with `probability` percent, at most `times` times (-1: always).
// A caller can be left out or singled out by address range of code. Settings
// may change under the hands of others: all fields are accessed atomically.
#pragma once

#include "core/types.h"

namespace ashlar::kmem {

struct Injection {
    const char* setting;
    u32 interval = 0;  // 0: off
    u32 probability = 100;
    u32 times = UINT32_MAX;
    uptr caller_from = 0;
    uptr caller_to = UINTPTR_MAX;
    u32 calls = 0;
    u32 failed = 0;

    bool on() const { return __atomic_load_n(&interval, __ATOMIC_RELAXED) != 0; }
};

extern Injection failslab __attribute__((visibility("hidden")));
extern Injection fail_page_alloc;

void start_injection();
// Whether the call that comes from `caller` shall fail. Never for NOFAIL.
bool inject(Injection& injection, u32 gfp, const void* caller);

}  // namespace ashlar::kmem
