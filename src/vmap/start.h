#pragma once

#include <ashlar/machine.h>

#include "core/types.h"

namespace ashlar::vmap {

void start_areas();
usize purge();
usize live_areas(int print);
// Marks the frames of all areas that own theirs.
void describe_frames(ashlar_frame* frames, usize count);

}  // namespace ashlar::vmap
