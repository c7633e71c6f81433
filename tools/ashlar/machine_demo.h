#pragma once

// The workload of `ashlar machine`, and what it leaves to be looked at.
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ashlar_demo {
    size_t kmalloc_bytes;
    size_t vmalloc_bytes;
    void* kmalloc_block;  // NULL where it could not be had
    void* kmalloc_again;  // the same size once more, when no run is left
    void* vmalloc_area;
};

// 0, or -errno when the machine is too small even for the workload.
int ashlar_demo_run(struct ashlar_demo* demo);

// The page frame behind an address of either kind.
unsigned long ashlar_demo_frame(const void* address);

#ifdef __cplusplus
}
#endif
