// Statistics of the process's heap, as the C library's calls show them and as
// a report at exit.
#pragma once

namespace ashlar::preload {

// What the option `stats` asks for; nothing without it.
void prepare_statistics();
void write_statistics_at_exit();

}  // namespace ashlar::preload
