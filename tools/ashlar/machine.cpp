#include "machine.h"

#include <ashlar/machine.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "machine_demo.h"
#include "machine_view.h"

namespace ashlar::tool {
namespace {

struct Text {
    const char* name;
    std::size_t (*write)(char*, std::size_t);
};
constexpr Text kTexts[] = {
    {"meminfo", ashlar_meminfo},         {"buddyinfo", ashlar_buddyinfo},
    {"zoneinfo", ashlar_zoneinfo},       {"slabinfo", ashlar_slabinfo},
    {"vmallocinfo", ashlar_vmallocinfo},
};

// Small enough to see every frame; ASHLAR_MACHINE says otherwise.
constexpr const char* kDefaultMachine = "size=64M,cpus=2";
// A picture of more would have more than one frame a pixel.
constexpr std::size_t kMostPictured = std::size_t{1} << 20;

std::string runs_of(const Mapping& mapping) {
    std::string text;
    const auto& frames = mapping.frames;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < frames.size();) {
        std::size_t end = i + 1;
        while (end < frames.size() && frames[end] == frames[end - 1] + 1) end++;
        if (++shown > 6) return text.append(", ...");
        text.append(i == 0 ? "" : ", ").append(std::to_string(frames[i]));
        if (end - i > 1) text.append("-").append(std::to_string(frames[end - 1]));
        i = end;
    }
    return text;
}

void tell(const Mapping& mapping) {
    std::printf("%s at 0x%zx: %zu frames in %zu %s: %s\n", mapping.what.c_str(), mapping.address,
                mapping.frames.size(), mapping.runs(), mapping.runs() == 1 ? "run" : "runs",
                runs_of(mapping).c_str());
}

std::string call(const char* name, std::size_t bytes) {
    return std::string(name).append("(").append(std::to_string(bytes / 1024)).append(" KiB)");
}

std::string write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    return file ? "" : "machine: cannot write " + path + ": " + std::strerror(errno);
}

}  // namespace

const std::vector<std::string>& machine_texts() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Text& text : kTexts) all.emplace_back(text.name);
        return all;
    }();
    return names;
}

std::string show_machine(const MachineRequest& request) {
    if (ashlar_machine_start(kDefaultMachine) != 0) return "machine: it runs already";
    if (!request.map.empty() && ashlar_frames(nullptr, 0) > kMostPictured)
        return "machine: --map draws at most " + std::to_string(kMostPictured * 4 / 1024) + " MiB";
    ashlar_demo demo{request.kmalloc_bytes, request.vmalloc_bytes, nullptr, nullptr, nullptr};
    if (ashlar_demo_run(&demo) != 0) return "machine: this machine is too small for the workload";

    const MachineView machine = look_at_machine();
    for (const Text& text : kTexts) {
        const bool wanted =
            std::find(request.show.begin(), request.show.end(), text.name) != request.show.end();
        if (!wanted && !request.show.empty()) continue;
        if (request.show.size() != 1) std::printf("==> %s <==\n", text.name);
        std::fputs(machine_text(text.write).c_str(), stdout);
        if (request.show.size() != 1) std::printf("\n");
    }

    const Mapping block =
        mapping_of(demo.kmalloc_block, demo.kmalloc_bytes, call("kmalloc", demo.kmalloc_bytes));
    const Mapping area =
        mapping_of(demo.vmalloc_area, demo.vmalloc_bytes, call("vmalloc", demo.vmalloc_bytes));
    if (request.show.empty()) {
        if (demo.kmalloc_block != nullptr) tell(block);
        if (demo.kmalloc_again == nullptr) {
            std::printf("%s%s: NULL: %zu frames are free, but at most %zu in a row\n",
                        block.what.c_str(), demo.kmalloc_block != nullptr ? " once more" : "",
                        machine.free_frames(), machine.longest_free_run());
        }
        if (demo.vmalloc_area != nullptr) tell(area);
    }
    if (request.map.empty()) return "";
    return write_file(request.map, map_page(machine, block, demo.kmalloc_again != nullptr, area));
}

}  // namespace ashlar::tool
