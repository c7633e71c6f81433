// ASHLAR_MACHINE="name=value,...": read once, without allocating.
//
// The port owns the list of all names, also of those that floors above ask for
// through ashlar_port_setting(), so that a misspelt one is refused at start.

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port/linux_machine/machine.h"

namespace ashlar::machine {
namespace {

struct Option {
    const char* name;
    const char* meaning;
};

// The defaults are in machine.h and, for the debugging ones, off.
constexpr Option kOptions[] = {
    {"size", "physical memory, e.g. 256M or 4G; at least 32M"},
    {"cpus", "CPU slots, 1 to 64"},
    {"hugetlb", "how much of the memory, from address 0, is huge pages of 2 MiB"},
    {"min_free_kbytes", "the reserve below which only GFP_ATOMIC and PF_MEMALLOC allocate"},
    {"init_on_alloc", "1: all memory is zeroed when it is allocated"},
    {"init_on_free", "1: all memory is zeroed when it is freed"},
    {"slub_debug",
     "letters of F Z P U, optionally a semicolon and caches: checks, red zones, "
     "poison, owners"},
    {"kasan", "0: no reports of bad accesses although the program has AddressSanitizer"},
    {"failslab", "interval:probability:times, every how many slab allocations may fail"},
    {"fail_page_alloc", "interval:probability:times, the same for page frames"},
    {"leaks", "1: what is still allocated at exit is reported"},
    {"panic_on_warn", "1: a WARN ends the program like a BUG"},
    {"loglevel", "messages above this level are not shown, 0 to 8"},
};

char text[1024];
bool text_read = false;

void read_text() {
    if (text_read) return;
    text_read = true;
    const char* value = environ != nullptr ? getenv("ASHLAR_MACHINE") : nullptr;
    if (value == nullptr) return;
    if (strlen(value) >= sizeof(text)) {
        refuse("ASHLAR_MACHINE is longer than %zu characters", sizeof(text) - 1);
    }
    strcpy(text, value);
}

[[noreturn]] void refuse_name(const char* name, usize length) {
    char names[512];
    usize at = 0;
    for (const Option& option : kOptions) {
        at += static_cast<usize>(
            snprintf(names + at, sizeof(names) - at, "%s%s", at == 0 ? "" : ", ", option.name));
    }
    refuse("ASHLAR_MACHINE has no option '%.*s'; it has %s", static_cast<int>(length), name, names);
}

// The next "name=value" of the text; null at the end.
const char* next_item(const char*& at, usize& length) {
    while (*at == ',') at++;
    if (*at == 0) return nullptr;
    const char* item = at;
    length = strcspn(at, ",");
    at += length;
    return item;
}

bool find(const char* name, char* value, usize size) {
    read_text();
    const char* at = text;
    usize length = 0;
    bool found = false;
    while (const char* item = next_item(at, length)) {
        const usize name_length = strlen(name);
        if (length <= name_length || strncmp(item, name, name_length) != 0 ||
            item[name_length] != '=') {
            continue;
        }
        const usize room = length - name_length - 1;
        if (room >= size) refuse("ASHLAR_MACHINE: the value of '%s' is too long", name);
        memcpy(value, item + name_length + 1, room);
        value[room] = 0;
        found = true;
    }
    return found;
}

void check_names() {
    read_text();
    const char* at = text;
    usize length = 0;
    while (const char* item = next_item(at, length)) {
        const char* equals = static_cast<const char*>(memchr(item, '=', length));
        const usize name_length = equals == nullptr ? length : static_cast<usize>(equals - item);
        bool known = false;
        for (const Option& option : kOptions) {
            known |=
                strlen(option.name) == name_length && strncmp(option.name, item, name_length) == 0;
        }
        if (!known) refuse_name(item, name_length);
        if (equals == nullptr) {
            refuse("ASHLAR_MACHINE: '%.*s' needs a value, as in %.*s=...", static_cast<int>(length),
                   item, static_cast<int>(name_length), item);
        }
    }
}

u64 number(const char* name, const char* value, u64 least, u64 most) {
    char* end = nullptr;
    errno = 0;
    u64 result = strtoull(value, &end, 0);
    u64 unit = 1;
    if (*end == 'K' || *end == 'k') unit = kKiB;
    if (*end == 'M' || *end == 'm') unit = kMiB;
    if (*end == 'G' || *end == 'g') unit = kGiB;
    if (unit != 1) end++;
    const bool overflow = __builtin_mul_overflow(result, unit, &result) || errno != 0;
    if (end == value || *end != 0 || overflow || result < least || result > most) {
        refuse("ASHLAR_MACHINE: %s=%s is not a number between %llu and %llu", name, value,
               static_cast<unsigned long long>(least), static_cast<unsigned long long>(most));
    }
    return result;
}

}  // namespace

void refuse(const char* format, ...) {
    char line[700];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    length =
        length < static_cast<int>(sizeof(line)) - 1 ? length : static_cast<int>(sizeof(line)) - 2;
    line[length] = '\n';
    ashlar_port_log("ashlar: ", 8);
    ashlar_port_log(line, static_cast<usize>(length) + 1);
    ashlar_port_die(2);
}

const Settings& settings() {
    static Settings result;
    static bool done = false;
    if (done) return result;
    done = true;
    check_names();
    char value[64];
    constexpr u64 kGranule = 4 * kMiB;  // the largest block of frames
    constexpr u64 kMost = 4096 * kGiB;
    if (find("size", value, sizeof(value))) {
        result.size = number("size", value, 32 * kMiB, kMost) / kGranule * kGranule;
    }
    if (find("cpus", value, sizeof(value))) {
        result.cpus = static_cast<unsigned>(number("cpus", value, 1, ASHLAR_MAX_CPUS));
    }
    if (find("hugetlb", value, sizeof(value))) {
        result.hugetlb = number("hugetlb", value, 0, result.size) / kGranule * kGranule;
    }
    return result;
}

}  // namespace ashlar::machine

extern "C" int ashlar_port_set_settings(const char* settings) {
    using namespace ashlar::machine;
    const size_t length = strlen(settings);
    // The environment's come last and so have the last word: debugging is switched on from outside.
    read_text();
    const size_t others = strlen(text);
    if (length + 1 + others >= sizeof(text)) return -E2BIG;
    memmove(text + length + 1, text, others + 1);
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): a comma and the others follow
    memcpy(text, settings, length);
    text[length] = ',';
    return 0;
}

int ashlar_port_setting(const char* name, char* value, size_t size) {
    return ashlar::machine::find(name, value, size) ? 1 : 0;
}
