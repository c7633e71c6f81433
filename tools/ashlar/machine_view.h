#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// The machine as it is now, read through the library's public names.
namespace ashlar::tool {

struct Frame {
    int use;  // ashlar_frame_use
    std::size_t first;
    std::string cache;
};

struct ZoneView {
    std::string name;
    std::size_t first;
    std::size_t end;
};

// A block or area of addresses, and the frames behind it in the order of the addresses.
struct Mapping {
    std::uintptr_t address;
    std::size_t bytes;
    std::string what;
    std::vector<std::size_t> frames;

    std::size_t runs() const;
};

struct MachineView {
    std::vector<Frame> frames;
    std::vector<ZoneView> zones;
    std::vector<Mapping> areas;

    std::size_t free_frames() const;
    std::size_t longest_free_run() const;
};

// One of the machine's texts, whole.
std::string machine_text(std::size_t (*text)(char*, std::size_t));

MachineView look_at_machine();
Mapping mapping_of(const void* address, std::size_t bytes, std::string what);

// The picture: one HTML file that needs nothing else.
std::string map_page(const MachineView& machine, const Mapping& block, bool block_again,
                     const Mapping& area);

}  // namespace ashlar::tool
