// The plain struct of <ashlar/ashlar.h>, filled from a census.
#pragma once

#include <ashlar/ashlar.h>

#include "assemble/preload/process_heap.h"

namespace ashlar::preload {

ashlar_stats statistics_of(const heap::Census& census);

inline ashlar_stats current_statistics() {
    return statistics_of(take_census());
}

}  // namespace ashlar::preload
