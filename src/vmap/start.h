#pragma once

#include "core/types.h"

namespace ashlar::vmap {

void start_areas();
usize purge();
usize live_areas(int print);

}  // namespace ashlar::vmap
