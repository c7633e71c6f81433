// `ashlar module`: objects of kernel code are loaded one after the other, as insmod
// loads them, and unloaded in reverse.
#pragma once

#include <string>
#include <vector>

namespace ashlar::tool {

// Files, each followed by its parameters ("name=value"). Answers why it did not work, or nothing.
std::string run_modules(const std::vector<std::string>& words);

}  // namespace ashlar::tool
