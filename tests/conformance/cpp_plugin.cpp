// Loaded by c_program.c: its libstdc++ arrives after the allocator.
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "support/hide.hpp"

using ashlar::test::hide;

namespace {

int handler_calls = 0;

void count_and_give_up() {
    ++handler_calls;
    std::set_new_handler(nullptr);
}

}  // namespace

extern "C" int run_plugin() {
    std::vector<std::string> texts(1000, "long enough to live on the heap and not inside");
    int caught = 0;
    try {
        hide(::operator new(hide(std::size_t{PTRDIFF_MAX} - 4096)));
    } catch (const std::bad_alloc&) {
        ++caught;
    }
    std::set_new_handler(count_and_give_up);
    try {
        hide(::operator new (hide(std::size_t{PTRDIFF_MAX} - 4096), std::align_val_t{256}));
    } catch (const std::exception&) {
        ++caught;
    }
    return caught == 2 && handler_calls == 1 ? 0 : 1;
}
