// The run-time options: one environment variable, ASHLAR_OPTIONS, holding
// name=value pairs separated by commas. A bad pair is reported in one line and
// ignored; a program never fails to start because of it.
#pragma once

#include "core/types.h"

namespace ashlar::preload {

struct Options {
    // What misuse of the allocator does after its one-line report.
    bool misuse_continues = false;
    // Where statistics go at exit: null for nowhere, "stderr", or a file.
    const char* stats = nullptr;
    usize stats_length = 0;
};

extern Options options;

void read_options(const char* text);

}  // namespace ashlar::preload
