#include "preload.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace fs = std::filesystem;

namespace ashlar::tool {
namespace {

constexpr const char* kLibraryName = "libashlar.so";

std::optional<fs::path> own_folder() {
    std::error_code error;
    fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (!error) return self.parent_path();
    // Without /proc the kernel still tells which name was executed.
    const char* executed = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
    if (executed == nullptr) return std::nullopt;
    self = fs::canonical(executed, error);
    if (error) return std::nullopt;
    return self.parent_path();
}

bool is_executable_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

template <class T>
bool read_at(std::ifstream& file, std::streamoff offset, T& value) {
    file.seekg(offset);
    return static_cast<bool>(file.read(reinterpret_cast<char*>(&value), sizeof value));
}

}  // namespace

std::optional<fs::path> find_library() {
    std::vector<fs::path> candidates;
    if (const auto folder = own_folder()) {
        candidates.push_back(*folder / kLibraryName);
        candidates.push_back(*folder / ASHLAR_LIBDIR_FROM_BINDIR / kLibraryName);
    }
    candidates.push_back(fs::path(ASHLAR_INSTALLED_LIBDIR) / kLibraryName);
    for (const auto& candidate : candidates) {
        std::error_code error;
        const fs::path found = fs::canonical(candidate, error);
        if (!error) return found;
    }
    return std::nullopt;
}

std::string preload_list(const std::string& library, const char* inherited) {
    if (inherited == nullptr || *inherited == '\0') return library;
    return library + ":" + inherited;
}

std::string merge_options(const char* inherited, const std::string& added) {
    const std::string before = inherited == nullptr ? "" : inherited;
    return before.empty() || added.empty() ? before + added : before + "," + added;
}

std::optional<fs::path> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (is_executable_file(name)) return fs::path(name);
        return std::nullopt;
    }
    const char* search = std::getenv("PATH");
    std::istringstream folders(search == nullptr ? "/usr/local/bin:/usr/bin:/bin" : search);
    for (std::string folder; std::getline(folders, folder, ':');) {
        fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
        if (is_executable_file(candidate)) return candidate;
    }
    return std::nullopt;
}

std::string unreachable_reason(const fs::path& program) {
    struct stat status {};
    if (stat(program.c_str(), &status) == 0) {
        const bool changes_user = (status.st_mode & S_ISUID) != 0 && status.st_uid != geteuid();
        const bool changes_group = (status.st_mode & S_ISGID) != 0 && status.st_gid != getegid();
        if (changes_user || changes_group)
            return "runs with another user's rights, so the system ignores LD_PRELOAD";
    }
    std::ifstream file(program, std::ios::binary);
    Elf64_Ehdr header{};
    // A script is run by its interpreter, which the environment reaches.
    if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "";
    if (header.e_ident[EI_CLASS] != ELFCLASS64) return "is no 64-bit program";
    for (int i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        const auto offset =
            static_cast<std::streamoff>(header.e_phoff) + std::streamoff{i} * header.e_phentsize;
        if (!read_at(file, offset, segment)) return "";
        if (segment.p_type == PT_INTERP) return "";
    }
    return "is statically linked: link it with libashlar.a instead";
}

}  // namespace ashlar::tool
