// containers KEYS ROUNDS: the C++ library as programs use it: a hash map and an ordered map of
// strings to vectors of strings, filled, looked up, erased in part and refilled.
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "workload.hpp"

namespace {

std::string name(bench::Rng& rng, size_t keys) {
    size_t id = rng.below(keys);
    std::string text = "key-" + std::to_string(id * 2654435761U % 1000003);
    text.append(id % 40, 'x');
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    const size_t keys = bench::argument(argc, argv, 1, "KEYS");
    const size_t rounds = bench::argument(argc, argv, 2, "ROUNDS");
    bench::Rng rng(7);
    bench::Section section;
    std::unordered_map<std::string, std::vector<std::string>> hashed;
    std::map<std::string, std::string> ordered;
    size_t found = 0;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < keys; i++) {
            std::string key = name(rng, keys);
            auto& values = hashed[key];
            values.push_back(key + "/" + std::to_string(i));
            if (values.size() > 8) values.erase(values.begin(), values.begin() + 4);
            ordered[key] = values.back();
        }
        for (size_t i = 0; i < keys / 2; i++) {
            std::string key = name(rng, keys);
            found += hashed.erase(key);
            ordered.erase(key);
        }
    }
    bench::keep(found);
}
