#include <ashlar/ashlar.hpp>
#include <memory>
#include <string>
#include <vector>

#include "consumer.h"

int main() {
    // Nothing here calls malloc by name: whoever links Ashlar's malloc has it all the same.
    std::vector<std::string, ashlar::allocator<std::string>> lines;
    for (const char* name : {"malloc", "ashlar_malloc"}) {
        void* function = dlsym(RTLD_DEFAULT, name);
        if (function == nullptr) function = reinterpret_cast<void*>(&ashlar_malloc);
        lines.emplace_back(std::string(name) + " is in " + home_of(function));
    }
    for (const std::string& line : lines) std::puts(line.c_str());
    auto shared = std::make_shared<std::string>(1000, 'x');
    return shared->size() == 1000 ? 0 : 1;
}
