#pragma once

#include <cstddef>
#include <string>
#include <vector>

// `ashlar machine`: starts the kernel library's machine, runs a workload on it and shows it.
namespace ashlar::tool {

struct MachineRequest {
    std::vector<std::string> show;  // which of the texts; empty: all, and what they mean
    std::string map;                // file for the picture
    std::size_t kmalloc_bytes = 256 * 1024;
    std::size_t vmalloc_bytes = 256 * 1024;
};

// The names that `show` may hold, in the order in which they are shown.
const std::vector<std::string>& machine_texts();

// Answers what went wrong, or nothing.
std::string show_machine(const MachineRequest& request);

}  // namespace ashlar::tool
