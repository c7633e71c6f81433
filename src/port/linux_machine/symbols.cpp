// Names for code addresses, and addresses for names. The dynamic loader knows
// only exported names; the static functions of a driver, and the library's when
// it is linked into the program, are in the file's symbol table, which is read
// from the file, mapped once and kept.
//
// The loader's lock is the host's: who waits for it in a section keeps a CPU that
// the interrupted holder may need. So it is only taken with interrupts off.

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/kernel_context.h"
#include "port/linux_machine/machine.h"

using namespace ashlar;

namespace {

class InterruptsOff {
  public:
    InterruptsOff() : context_(kernel::self()), before_(kernel::irq_save(context_)) {}
    ~InterruptsOff() { kernel::irq_restore(context_, before_); }
    InterruptsOff(const InterruptsOff&) = delete;
    InterruptsOff& operator=(const InterruptsOff&) = delete;

  private:
    kernel::Context& context_;
    const unsigned before_;
};

struct Module {
    const void* base;
    const Elf64_Sym* symbols;  // null when its file has none
    usize count;
    const char* names;
    uptr shift;  // from the file's addresses to those of the process
};

constexpr unsigned kModules = 16;
Module modules[kModules];
unsigned module_count = 0;
u32 reading = 0;
size_t (*name_code)(const void*, char*, size_t) = nullptr;

const char* map_file(const char* path, usize& bytes) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    struct stat status;
    void* got = MAP_FAILED;
    if (fstat(file, &status) == 0 && status.st_size > 0) {
        bytes = static_cast<usize>(status.st_size);
        got = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
    }
    close(file);
    return got == MAP_FAILED ? nullptr : static_cast<const char*>(got);
}

bool find_program(Dl_info& info) {
    return dladdr(reinterpret_cast<const void*>(getauxval(AT_PHDR)), &info) != 0;
}

// The program's own name for itself may be relative to a folder that is no longer the current one.
const char* path_of(const Dl_info& info) {
    Dl_info program;
    const bool own = find_program(program) && program.dli_fbase == info.dli_fbase;
    return own ? "/proc/self/exe" : info.dli_fname;
}

void read_symbols(Module& module, const char* file, usize bytes) {
    const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(file);
    if (bytes < sizeof(header) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_shoff > bytes || (bytes - header.e_shoff) / sizeof(Elf64_Shdr) < header.e_shnum) {
        return;
    }
    module.shift = header.e_type == ET_DYN ? reinterpret_cast<uptr>(module.base) : 0;
    const auto* sections = reinterpret_cast<const Elf64_Shdr*>(file + header.e_shoff);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        const Elf64_Shdr& section = sections[i];
        if (section.sh_type != SHT_SYMTAB || section.sh_link >= header.e_shnum) continue;
        const Elf64_Shdr& names = sections[section.sh_link];
        if (section.sh_offset + section.sh_size > bytes || names.sh_offset + names.sh_size > bytes)
            return;
        module.symbols = reinterpret_cast<const Elf64_Sym*>(file + section.sh_offset);
        module.count = section.sh_size / sizeof(Elf64_Sym);
        module.names = file + names.sh_offset;
        return;
    }
}

// Under `reading`. Null when the table is full.
Module* module_of(const Dl_info& info) {
    for (unsigned i = 0; i < module_count; i++) {
        if (modules[i].base == info.dli_fbase) return &modules[i];
    }
    if (module_count == kModules) return nullptr;
    Module& module = modules[module_count++];
    module = {info.dli_fbase, nullptr, 0, nullptr, 0};
    usize bytes = 0;
    const char* file = map_file(path_of(info), bytes);
    if (file == nullptr) return &module;
    read_symbols(module, file, bytes);
    if (module.symbols == nullptr) munmap(const_cast<char*>(file), bytes);
    return &module;
}

struct Symbol {
    const char* name;
    usize offset;
    usize size;
};

bool find_static(const Dl_info& info, uptr at, Symbol& symbol) {
    // Reports come one at a time, nearly always; another thread's gets the exported name.
    if (__atomic_exchange_n(&reading, 1u, __ATOMIC_ACQUIRE) != 0) return false;
    bool found = false;
    if (const Module* module = module_of(info)) {
        for (usize i = 0; i < module->count && !found; i++) {
            const Elf64_Sym& one = module->symbols[i];
            const uptr start = module->shift + one.st_value;
            if (ELF64_ST_TYPE(one.st_info) != STT_FUNC || at - start >= one.st_size) continue;
            symbol = {module->names + one.st_name, at - start, one.st_size};
            found = true;
        }
    }
    __atomic_store_n(&reading, 0u, __ATOMIC_RELEASE);
    return found;
}

// Of the program's own table: what is linked into it is in there, exported or not.
void* find_in_program(const char* name) {
    Dl_info info;
    if (!find_program(info)) return nullptr;
    unsigned turns = 0;
    while (__atomic_exchange_n(&reading, 1u, __ATOMIC_ACQUIRE) != 0) ashlar_port_spin(turns++);
    const Module* module = module_of(info);
    void* found = nullptr;
    for (usize i = 0; module != nullptr && i < module->count && found == nullptr; i++) {
        const Elf64_Sym& one = module->symbols[i];
        const unsigned type = ELF64_ST_TYPE(one.st_info);
        if (one.st_shndx == SHN_UNDEF || ELF64_ST_BIND(one.st_info) == STB_LOCAL ||
            type == STT_TLS || strcmp(module->names + one.st_name, name) != 0)
            continue;
        found = reinterpret_cast<void*>(module->shift + one.st_value);
        if (type == STT_GNU_IFUNC) found = reinterpret_cast<void* (*)()>(found)();
    }
    __atomic_store_n(&reading, 0u, __ATOMIC_RELEASE);
    return found;
}

}  // namespace

void* ashlar_port_find_symbol(const char* name) {
    const InterruptsOff off;
    void* found = find_in_program(name);
    return found != nullptr ? found : dlsym(RTLD_DEFAULT, name);
}

void ashlar_port_name_code(size_t (*name)(const void*, char*, size_t)) {
    __atomic_store_n(&name_code, name, __ATOMIC_RELEASE);
}

size_t ashlar_port_symbol(const void* address, char* to, size_t size) {
    const InterruptsOff off;
    Dl_info info;
    ElfW(Sym)* exported = nullptr;
    Symbol symbol{};
    int length = 0;
    const uptr at = reinterpret_cast<uptr>(address);
    const bool known =
        dladdr1(address, &info, reinterpret_cast<void**>(&exported), RTLD_DL_SYMENT) != 0;
    if (known && find_static(info, at, symbol)) {
        length = snprintf(to, size, "%s+0x%zx/0x%zx", symbol.name, symbol.offset, symbol.size);
    } else if (known && info.dli_sname != nullptr && exported != nullptr) {
        length = snprintf(to, size, "%s+0x%zx/0x%zx", info.dli_sname,
                          at - reinterpret_cast<uptr>(info.dli_saddr),
                          static_cast<usize>(exported->st_size));
    } else if (known && info.dli_fname != nullptr) {
        const char* slash = strrchr(info.dli_fname, '/');
        length = snprintf(to, size, "%s+0x%zx", slash != nullptr ? slash + 1 : info.dli_fname,
                          at - reinterpret_cast<uptr>(info.dli_fbase));
    } else {
        const auto name = __atomic_load_n(&name_code, __ATOMIC_ACQUIRE);
        if (const size_t named = name != nullptr ? name(address, to, size) : 0) return named;
        length = snprintf(to, size, "%p", address);
    }
    return length < 0 ? 0 : static_cast<size_t>(length);
}
