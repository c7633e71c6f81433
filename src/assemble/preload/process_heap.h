// The heap of an ordinary Linux program: the front end bound to its port.
#pragma once

#include <ashlar/ashlar.h>

#include "heap/census.h"
#include "heap/heap.h"
#include "port/linux_process/linux_process.h"

namespace ashlar::preload {

using ProcessPort = port::LinuxProcess;
using ProcessHeap = heap::Heap<ProcessPort>;
using CensusTaker = heap::CensusTaker<ProcessPort>;

inline heap::Census take_census() {
    return CensusTaker::take();
}

// The heap that a handle of the public interface means; null, with errno
// EINVAL, for one that is none (when misuse does not abort).
ProcessHeap::Private* living_heap(ashlar_heap* handle);

}  // namespace ashlar::preload

// What the library shows to the world; all else is hidden.
#define ASHLAR_EXPORT extern "C" [[gnu::visibility("default")]]
