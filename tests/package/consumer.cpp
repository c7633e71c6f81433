#include <ashlar/ashlar.hpp>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "consumer.h"

int main() {
    // Nothing here calls malloc by name: the allocator must be there all the same.
    std::vector<std::string, ashlar::allocator<std::string>> lines;
    auto* allocate = static_cast<void* (*)(std::size_t)>(&operator new);
    lines.emplace_back("operator new is in ");
    lines.back() += home_of(reinterpret_cast<void*>(allocate));
    lines.emplace_back("malloc is in ");
    lines.back() += home_of(dlsym(RTLD_DEFAULT, "malloc"));
    for (const std::string& line : lines) std::puts(line.c_str());
    auto shared = std::make_shared<std::string>(1000, 'x');
    return shared->size() == 1000 ? 0 : 1;
}
