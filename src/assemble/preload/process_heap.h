// The heap of an ordinary Linux program: the front end bound to its port.
#pragma once

#include "heap/census.h"
#include "heap/heap.h"
#include "port/linux_process/linux_process.h"

namespace ashlar::preload {

using ProcessPort = port::LinuxProcess;
using ProcessHeap = heap::Heap<ProcessPort>;

inline heap::Census take_census() {
    return heap::CensusTaker<ProcessPort>::take();
}

}  // namespace ashlar::preload

// What the library shows to the world; all else is hidden.
#define ASHLAR_EXPORT extern "C" [[gnu::visibility("default")]]
