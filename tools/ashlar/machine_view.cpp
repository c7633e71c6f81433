#include "machine_view.h"

#include <ashlar/machine.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "machine_demo.h"

namespace ashlar::tool {
namespace {

constexpr std::size_t kFrameBytes = 4096;

bool is_free(const Frame& frame) {
    return frame.use == ASHLAR_FRAME_FREE || frame.use == ASHLAR_FRAME_LISTED;
}

std::vector<Frame> read_frames() {
    std::vector<ashlar_frame> raw(ashlar_frames(nullptr, 0));
    ashlar_frames(raw.data(), raw.size());
    std::vector<Frame> frames;
    frames.reserve(raw.size());
    for (const ashlar_frame& frame : raw)
        frames.push_back({frame.use, frame.first, frame.cache != nullptr ? frame.cache : ""});
    return frames;
}

// The first number behind a label of zoneinfo.
std::size_t number_after(const std::string& text, const char* label) {
    const std::size_t at = text.find(label);
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + std::string(label).size()));
}

std::vector<ZoneView> read_zones() {
    const std::string text = machine_text(ashlar_zoneinfo);
    const std::string head = "Node 0, zone ";
    std::vector<ZoneView> zones;
    for (std::size_t at = text.find(head); at != std::string::npos;) {
        const std::size_t next = text.find(head, at + 1);
        const std::string part = text.substr(at + head.size(), next - at - head.size());
        std::string name;
        std::istringstream(part) >> name;
        const std::size_t first = number_after(part, "start_pfn:");
        const std::size_t spanned = number_after(part, "spanned");
        if (spanned != 0) zones.push_back({name, first, first + spanned});
        at = next;
    }
    return zones;
}

std::vector<Mapping> read_areas() {
    std::istringstream lines(machine_text(ashlar_vmallocinfo));
    std::vector<Mapping> areas;
    for (std::string line; std::getline(lines, line);) {
        std::uintptr_t start = 0;
        std::uintptr_t end = 0;
        if (std::sscanf(line.c_str(), "0x%lx-0x%lx", &start, &end) != 2) continue;
        // Behind every area lies a guard gap of one page.
        areas.push_back(
            mapping_of(reinterpret_cast<void*>(start), end - start - kFrameBytes, line));
    }
    return areas;
}

}  // namespace

std::size_t Mapping::runs() const {
    std::size_t count = frames.empty() ? 0 : 1;
    for (std::size_t i = 1; i < frames.size(); i++) count += frames[i] != frames[i - 1] + 1 ? 1 : 0;
    return count;
}

std::size_t MachineView::free_frames() const {
    return static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), is_free));
}

std::size_t MachineView::longest_free_run() const {
    std::size_t longest = 0;
    std::size_t now = 0;
    for (const Frame& frame : frames) {
        now = is_free(frame) ? now + 1 : 0;
        longest = std::max(longest, now);
    }
    return longest;
}

std::string machine_text(std::size_t (*text)(char*, std::size_t)) {
    std::string result(text(nullptr, 0) + 1024, '\0');
    // What the call itself allocates may make it longer than it was announced.
    result.resize(std::min(text(result.data(), result.size()), result.size() - 1));
    return result;
}

MachineView look_at_machine() {
    return {read_frames(), read_zones(), read_areas()};
}

Mapping mapping_of(const void* address, std::size_t bytes, std::string what) {
    Mapping mapping{reinterpret_cast<std::uintptr_t>(address), bytes, std::move(what), {}};
    for (std::size_t at = 0; address != nullptr && at < bytes; at += kFrameBytes)
        mapping.frames.push_back(ashlar_demo_frame(static_cast<const char*>(address) + at));
    return mapping;
}

}  // namespace ashlar::tool
