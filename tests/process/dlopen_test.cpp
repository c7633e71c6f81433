// Libraries that come and go under the allocator. PLUGIN is the path of plugin.cpp's library.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/hide.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

using Work = char* (*)(int);

struct Library {
    void* handle = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
    Work work = reinterpret_cast<Work>(dlsym(handle, "plugin_work"));
};

}  // namespace

TEST(Dlopen, LibrariesAllocateWhenLoadedAndUnloaded) {
    std::vector<char*> left;
    std::size_t warm = 0;
    for (int i = 0; i < 300; ++i) {
        Library library;
        ASSERT_NE(library.handle, nullptr) << dlerror();
        left.push_back(library.work(i));
        ASSERT_EQ(dlclose(library.handle), 0);
        if (i == 50) warm = resident_kib();
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        EXPECT_EQ(left[i], "made by the plugin " + std::to_string(i)) << "outlives the library";
        std::free(left[i]);
    }
    EXPECT_LE(resident_kib(), warm + 2048);
}

TEST(Dlopen, ThreadLocalDestructorsOfALibraryAllocate) {
    for (int i = 0; i < 100; ++i) {
        Library library;
        ASSERT_NE(library.handle, nullptr) << dlerror();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&library, t] { std::free(library.work(t)); });
        }
        for (std::thread& thread : threads) thread.join();
        ASSERT_EQ(dlclose(library.handle), 0);
    }
}

TEST(Dlopen, WhileOtherThreadsAllocate) {
    bool stop = false;
    std::thread other([&stop] {
        for (std::size_t size = 1; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE);
             size = size * 5 % 70001 + 1) {
            std::free(hide(std::malloc(size)));
        }
    });
    for (int i = 0; i < 200; ++i) {
        Library library;
        std::free(library.work(i));
        dlclose(library.handle);
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELEASE);
    other.join();
}

TEST(Dlopen, ErrorTextsComeFromTheDynamicLinkersOwnMemory) {
    // dlerror's text is allocated by ld.so and freed by libc, across the two heaps.
    for (int i = 0; i < 2000; ++i) {
        EXPECT_EQ(dlopen(("/nonexistent/" + std::to_string(i)).c_str(), RTLD_NOW), nullptr);
        EXPECT_NE(dlerror(), nullptr);
        EXPECT_EQ(dlsym(RTLD_DEFAULT, ("no_such_symbol_" + std::to_string(i)).c_str()), nullptr);
        if (i % 3 == 0) dlerror();
    }
    std::thread([] {
        dlopen("/nonexistent/in a thread that exits with the text unread", RTLD_NOW);
    }).join();
}

TEST(Dlopen, NamespacesOfTheirOwn) {
    // dlmopen loads a second libc: its malloc is its own, the preload is not part of it.
    void* handle = dlmopen(LM_ID_NEWLM, "libc.so.6", RTLD_NOW);
    if (handle == nullptr) GTEST_SKIP() << "no second namespace: " << dlerror();
    auto* second_malloc = reinterpret_cast<void* (*)(std::size_t)>(dlsym(handle, "malloc"));
    auto* second_free = reinterpret_cast<void (*)(void*)>(dlsym(handle, "free"));
    ASSERT_NE(second_malloc, nullptr);
    for (std::size_t size = 1; size < 1u << 20; size *= 2) second_free(second_malloc(size));
    dlclose(handle);
}
