#pragma once

#include <filesystem>
#include <optional>
#include <string>

// How the `ashlar` command puts libashlar.so under a program that does not know of it.
namespace ashlar::tool {

// libashlar.so beside this command (a build folder) or where an installation has it; empty if
// neither.
std::optional<std::filesystem::path> find_library();

// What LD_PRELOAD must hold: the library first, so that its malloc wins, then what was there.
std::string preload_list(const std::string& library, const char* inherited);

// What ASHLAR_OPTIONS must hold: what was there, then what the command line adds; a later value
// wins.
std::string merge_options(const char* inherited, const std::string& added);

// The file that execvp would run, or empty.
std::optional<std::filesystem::path> find_program(const std::string& name);

// Why preloading cannot reach this program, as the end of a sentence; empty if it can.
std::string unreachable_reason(const std::filesystem::path& program);

}  // namespace ashlar::tool
