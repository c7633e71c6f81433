// The report of statistics at exit.
#pragma once

namespace ashlar::preload {

// What the option `stats` asks for, when it was given.
void prepare_statistics();
void write_statistics_at_exit();

}  // namespace ashlar::preload
