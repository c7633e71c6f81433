#include "module.h"

#include <ashlar/module.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ashlar::tool {
namespace {

struct Request {
    std::string path, arguments;
    std::string name() const { return std::filesystem::path(path).stem().string(); }
};

bool is_parameter(const std::string& word) {
    return word.find('=') != std::string::npos;
}

// Loads the requests from `at` on, and unloads each after those behind it.
std::string load(const std::vector<Request>& requests, std::size_t at) {
    if (at == requests.size()) return "";
    const Request& request = requests[at];
    errno = 0;
    std::ifstream file(request.path, std::ios::binary);
    const std::string object(std::istreambuf_iterator<char>(file), {});
    if (!file) return "module: cannot read " + request.path + ": " + std::strerror(errno);
    mapped_module* module = nullptr;
    // The log has said why.
    if (module_map(object.data(), object.size(), request.name().c_str(), request.arguments.c_str(),
                   &module) != 0)
        return "module: " + request.path + " is not loaded";
    std::string reason = load(requests, at + 1);
    // One that has no exit stays, as in a kernel; the log says so.
    module_unmap(module);
    return reason;
}

}  // namespace

std::string run_modules(const std::vector<std::string>& words) {
    std::vector<Request> requests;
    for (const std::string& word : words) {
        if (!is_parameter(word)) {
            requests.push_back({word, ""});
        } else if (requests.empty()) {
            return "module: the parameter " + word + " comes before any module";
        } else {
            // A value with blanks keeps them.
            requests.back().arguments.append(" \"").append(word).append("\"");
        }
    }
    return load(requests, 0);
}

}  // namespace ashlar::tool
