// main() of every GoogleTest program here. A preload that ld.so could not find is only a warning,
// and the tests would then pass on the system's malloc: so refuse to start on the wrong one.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef ASHLAR_TEST_LINKED
#include <ashlar/ashlar.h>
#endif

namespace {

/// ASHLAR_TEST_EXPECT names the file malloc must come from ("libashlar.so"); empty: any.
bool runs_on_the_expected_malloc() {
#ifdef ASHLAR_TEST_LINKED
    void* block = std::malloc(100);
    const bool ours = ashlar_usable_size(block) >= 100;
    std::free(block);
    return ours;
#else
    const char* expected = std::getenv("ASHLAR_TEST_EXPECT");
    if (expected == nullptr || *expected == 0) return true;
    Dl_info info{};
    void* address = dlsym(RTLD_DEFAULT, "malloc");
    if (address != nullptr && dladdr(address, &info) != 0 &&
        std::strstr(info.dli_fname, expected) != nullptr) {
        return true;
    }
    std::fprintf(stderr, "malloc comes from %s, not from %s: check LD_PRELOAD\n",
                 info.dli_fname != nullptr ? info.dli_fname : "nowhere", expected);
    return false;
#endif
}

}  // namespace

int main(int argc, char** argv) {
    if (!runs_on_the_expected_malloc()) return 2;
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
