// A library that allocates at every moment of its life: when loaded, in threads that have its TLS,
// when those exit, and when it is unloaded.
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/hide.hpp"

namespace {

std::vector<std::string> built_at_load(200,
                                       "a string built by the dynamic initialiser of a library");
std::mutex of_built_at_load;
std::map<int, std::string>* never_deleted = new std::map<int, std::string>{{1, "one"}};
char* by_constructor = nullptr;

[[gnu::constructor]] void loaded() {
    by_constructor = static_cast<char*>(std::malloc(3000));
    std::memset(by_constructor, 'c', 3000);
}

[[gnu::destructor]] void unloaded() {
    if (by_constructor[2999] != 'c') std::abort();
    std::free(by_constructor);
    delete never_deleted;
    std::free(ashlar::test::hide(std::malloc(50000)));
}

struct PerThread {
    std::string text = std::string(5000, 't');
    ~PerThread() { text += std::string(100000, 'u'); }
};
thread_local PerThread per_thread;
thread_local char big_tls[3000];

}  // namespace

/// A block that outlives the library.
extern "C" char* plugin_work(int number) {
    per_thread.text += std::to_string(number);
    big_tls[number % 3000] = 1;
    {
        const std::lock_guard lock(of_built_at_load);
        built_at_load.push_back(std::to_string(number));
    }
    return strdup(("made by the plugin " + std::to_string(number)).c_str());
}
