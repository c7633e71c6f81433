// What a test asks of the process it runs in: how much memory is resident, how many mappings there
// are, and a child in which limits may be lowered or a crash may happen without ending the test.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace ashlar::test {

/// Reads a small /proc file without allocating: a measurement must not change what it measures.
template <std::size_t Size>
std::size_t read_file(const char* path, char (&text)[Size]) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    std::size_t length = 0;
    for (ssize_t got;
         length + 1 < Size && (got = read(file, text + length, Size - 1 - length)) > 0;) {
        length += static_cast<std::size_t>(got);
    }
    close(file);
    text[length] = 0;
    return length;
}

/// Resident set in KiB. smaps_rollup walks the page tables; the counters in statm lag by up to a
/// batch of pages for each CPU.
inline std::size_t resident_kib() {
    char text[4096];
    if (read_file("/proc/self/smaps_rollup", text) != 0) {
        if (const char* line = std::strstr(text, "\nRss:")) {
            return std::strtoull(line + 5, nullptr, 10);
        }
    }
    read_file("/proc/self/statm", text);
    char* second = nullptr;
    std::strtoull(text, &second, 10);
    return std::strtoull(second, nullptr, 10) * static_cast<std::size_t>(getpagesize()) / 1024;
}

inline std::size_t mapping_count() {
    const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    char text[65536];
    std::size_t lines = 0;
    for (ssize_t got; (got = read(file, text, sizeof text)) > 0;) {
        for (ssize_t i = 0; i < got; ++i) lines += text[i] == '\n';
    }
    close(file);
    return lines;
}

/// Address space in use, in bytes: what RLIMIT_AS counts.
inline std::size_t address_space() {
    char text[256];
    read_file("/proc/self/statm", text);
    return std::strtoull(text, nullptr, 10) * static_cast<std::size_t>(getpagesize());
}

inline bool set_limit(int which, std::size_t value) {
    const rlimit limit{value, value};
    return setrlimit(static_cast<__rlimit_resource>(which), &limit) == 0;
}

/// How a child ended, readable in a failed expectation.
struct Ending {
    int status = 0;
    bool is_success() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
    std::string text() const {
        if (WIFSIGNALED(status)) {
            return WTERMSIG(status) == SIGALRM
                       ? "still running at its deadline"
                       : "killed by signal " + std::string(strsignal(WTERMSIG(status)));
        }
        return "exit status " + std::to_string(WEXITSTATUS(status));
    }
};

inline Ending wait_for(pid_t child) {
    Ending ending;
    while (waitpid(child, &ending.status, 0) < 0 && errno == EINTR) continue;
    return ending;
}

/// Runs `body` in a forked child, whose exit status it returns; a child that hangs is ended.
template <typename Body>
Ending in_child(Body body, unsigned deadline_s = 60) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(deadline_s);
        _exit(body());
    }
    return wait_for(child);
}

/// For bodies of in_child(): the line that failed is the exit status's companion on stderr.
#define CHILD_CHECK(condition)                                                       \
    do {                                                                             \
        if (!(condition)) {                                                          \
            dprintf(2, "%s:%d: in the child: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                                \
        }                                                                            \
    } while (0)

}  // namespace ashlar::test
