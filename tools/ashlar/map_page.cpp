#include <ashlar/machine.h>

#include <map>
#include <nlohmann/json.hpp>

#include "machine_view.h"
#include "map_template.h"

namespace ashlar::tool {
namespace {

using Json = nlohmann::json;

Json to_json(const Mapping& mapping) {
    char address[32];
    std::snprintf(address, sizeof address, "0x%zx", mapping.address);
    return {{"what", mapping.what},
            {"address", address},
            {"bytes", mapping.bytes},
            {"frames", mapping.frames},
            {"runs", mapping.runs()}};
}

// Neighbours of one block and use as [first, count, use, cache].
Json blocks_of(const MachineView& machine, std::map<std::string, std::size_t>& caches) {
    Json blocks = Json::array();
    const auto& frames = machine.frames;
    for (std::size_t i = 0; i < frames.size();) {
        std::size_t end = i + 1;
        while (end < frames.size() && frames[end].first == frames[i].first &&
               frames[end].use == frames[i].use)
            end++;
        const auto cache = caches.emplace(frames[i].cache, caches.size()).first->second;
        blocks.push_back({i, end - i, frames[i].use, cache});
        i = end;
    }
    return blocks;
}

}  // namespace

std::string map_page(const MachineView& machine, const Mapping& block, bool block_again,
                     const Mapping& area) {
    std::map<std::string, std::size_t> caches{{"", 0}};
    Json data = {{"frames", machine.frames.size()},
                 {"free", machine.free_frames()},
                 {"longest", machine.longest_free_run()},
                 {"again", block_again},
                 {"block", to_json(block)},
                 {"area", to_json(area)}};
    data["blocks"] = blocks_of(machine, caches);
    for (const ZoneView& zone : machine.zones)
        data["zones"].push_back({{"name", zone.name}, {"first", zone.first}, {"end", zone.end}});
    data["areas"] = Json::array();
    for (const Mapping& other : machine.areas) data["areas"].push_back(to_json(other));
    data["caches"] = std::vector<std::string>(caches.size());
    for (const auto& [name, index] : caches) data["caches"][index] = name;

    std::string text = data.dump();
    // Inside a script nothing may look like its end.
    for (std::size_t at = 0; (at = text.find("</", at)) != std::string::npos; at += 3)
        text.replace(at, 2, "<\\/");
    std::string page = kMapTemplate;
    const std::string place = "@DATA@";
    return page.replace(page.find(place), place.size(), text);
}

}  // namespace ashlar::tool
