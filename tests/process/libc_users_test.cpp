// What libc allocates for its callers to free, and frees what callers allocated: every one of these
// crosses between libc's code and the preload.
#include <gtest/gtest.h>
#include <obstack.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <string>

#include <dirent.h>
#include <execinfo.h>
#include <fts.h>
#include <glob.h>
#include <iconv.h>
#include <locale.h>
#include <netdb.h>
#include <regex.h>
#include <search.h>
#include <unistd.h>

#include "support/hide.hpp"

using namespace ashlar::test;

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

TEST(LibcUsers, TextsMadeByLibcAreFreedByUs) {
    for (int i = 0; i < 200; ++i) {
        char* texts[4] = {strdup("one"), strndup("two and more", 3), nullptr, nullptr};
        ASSERT_EQ(asprintf(&texts[2], "%*d", i * 50 + 1, i), std::max(i * 50 + 1, 1));
        texts[3] = realpath("/usr/../usr/./bin", nullptr);
        ASSERT_STREQ(texts[3], "/usr/bin");
        for (char* text : texts) std::free(text);
        std::free(getcwd(nullptr, 0));
    }
}

TEST(LibcUsers, LinesGrowInOurBuffer) {
    FILE* file = tmpfile();
    for (int i = 0; i < 100; ++i) std::fprintf(file, "%0*d\n", 1 + i * 300, i);
    std::rewind(file);
    std::size_t room = 8;
    auto* line = static_cast<char*>(hide(std::malloc(room)));
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(getline(&line, &room, file), std::max(2 + i * 300, i < 10 ? 2 : 3));
        ASSERT_EQ(std::atoi(line), i);
    }
    std::free(line);
    std::fclose(file);
}

TEST(LibcUsers, MemoryStreams) {
    char* text = nullptr;
    std::size_t length = 0;
    FILE* stream = open_memstream(&text, &length);
    for (int i = 0; i < 20000; ++i) std::fprintf(stream, "%d,", i);
    std::fclose(stream);
    EXPECT_EQ(length, std::strlen(text));
    std::free(text);
    wchar_t* wide = nullptr;
    stream = open_wmemstream(&wide, &length);
    for (int i = 0; i < 2000; ++i) std::fwprintf(stream, L"%d,", i);
    std::fclose(stream);
    EXPECT_EQ(length, std::wcslen(wide));
    std::free(wide);
}

TEST(LibcUsers, StreamBuffers) {
    FILE* file = tmpfile();
    auto* buffer = static_cast<char*>(hide(std::malloc(1 << 16)));
    ASSERT_EQ(std::setvbuf(file, buffer, _IOFBF, 1 << 16), 0);
    for (int i = 0; i < 100000; ++i) std::fprintf(file, "%d\n", i);
    EXPECT_EQ(std::fclose(file), 0);
    std::free(buffer);
}

TEST(LibcUsers, SortingAndTrees) {
    const std::size_t count = 300000;  // beyond what qsort sorts on the stack
    auto* numbers = static_cast<unsigned*>(hide(std::malloc(count * sizeof(unsigned))));
    for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<unsigned>(i * 2654435761u);
    const auto less = [](const void* a, const void* b) {
        const unsigned x = *static_cast<const unsigned*>(a);
        const unsigned y = *static_cast<const unsigned*>(b);
        return x < y ? -1 : x > y ? 1 : 0;
    };
    std::qsort(numbers, count, sizeof(unsigned), less);
    for (std::size_t i = 1; i < count; ++i) ASSERT_LT(numbers[i - 1], numbers[i]);
    void* root = nullptr;
    for (std::size_t i = 0; i < 5000; ++i) ASSERT_NE(tsearch(numbers + i, &root, less), nullptr);
    tdestroy(root, [](void*) {});
    std::free(numbers);
    ASSERT_NE(hcreate(1000), 0);
    hdestroy();
}

TEST(LibcUsers, DirectoriesAndPatterns) {
    dirent** entries = nullptr;
    const int count = scandir("/usr/bin", &entries, nullptr, alphasort);
    ASSERT_GT(count, 10);
    for (int i = 0; i < count; ++i) std::free(entries[i]);
    std::free(entries);
    glob_t found{};
    ASSERT_EQ(glob("/usr/b*/*", 0, nullptr, &found), 0);
    EXPECT_GT(found.gl_pathc, 10u);
    globfree(&found);
    char root[] = "/etc";
    char* roots[] = {root, nullptr};
    FTS* walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, nullptr);
    int seen = 0;
    while (fts_read(walk) != nullptr) ++seen;
    fts_close(walk);
    EXPECT_GT(seen, 10);
}

TEST(LibcUsers, RegularExpressions) {
    for (int i = 0; i < 100; ++i) {
        regex_t expression;
        ASSERT_EQ(regcomp(&expression, "^(a|b)*([0-9]{1,20}|x+y?)$", REG_EXTENDED), 0);
        EXPECT_EQ(regexec(&expression, "abbaab12345", 0, nullptr, 0), 0);
        EXPECT_EQ(regexec(&expression, std::string(5000, 'a').c_str(), 0, nullptr, 0), REG_NOMATCH);
        regfree(&expression);
    }
}

TEST(LibcUsers, LocalesAndConversions) {
    for (int i = 0; i < 50; ++i) {
        setlocale(LC_ALL, i % 2 ? "C.UTF-8" : "C");
        locale_t locale = newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
        ASSERT_NE(locale, nullptr);
        freelocale(locale);
        iconv_t conversion = iconv_open("UTF-16", "UTF-8");
        ASSERT_NE(conversion, reinterpret_cast<iconv_t>(-1));
        iconv_close(conversion);
    }
}

TEST(LibcUsers, Environment) {
    for (int i = 0; i < 2000; ++i) {
        const std::string name = "ASHLAR_TEST_" + std::to_string(i);
        setenv(name.c_str(), std::string(static_cast<std::size_t>(i), 'e').c_str(), 1);
    }
    for (int i = 0; i < 2000; i += 2) unsetenv(("ASHLAR_TEST_" + std::to_string(i)).c_str());
    EXPECT_EQ(std::strlen(std::getenv("ASHLAR_TEST_1999")), 1999u);
    clearenv();
}

TEST(LibcUsers, NamesAndAddresses) {
    for (int i = 0; i < 50; ++i) {
        addrinfo* found = nullptr;
        if (getaddrinfo("127.0.0.1", "80", nullptr, &found) == 0) freeaddrinfo(found);
    }
}

TEST(LibcUsers, Obstacks) {
    obstack stack;
    obstack_init(&stack);
    void* first = obstack_alloc(&stack, 10);
    for (int i = 0; i < 10000; ++i) {
        auto* block = static_cast<char*>(obstack_alloc(&stack, i % 5000));
        std::memset(block, 1, static_cast<std::size_t>(i % 5000));
    }
    obstack_free(&stack, first);
    obstack_free(&stack, nullptr);
}

TEST(LibcUsers, BacktracesFromInsideTheProgram) {
    // backtrace() loads libgcc_s on its first call: dlopen in an unexpected place.
    void* frames[64];
    const int depth = backtrace(frames, 64);
    EXPECT_GT(depth, 1);
    char** names = backtrace_symbols(frames, depth);
    EXPECT_NE(names, nullptr);
    std::free(names);
}
