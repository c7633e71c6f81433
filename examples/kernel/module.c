/*
 * Loads a relocatable ELF object into the module range: within reach of calls from and to the
 * kernel, because everything is linked for the top 2 GiB. Code becomes executable and read-only,
 * constants read-only, data neither; so each of the three gets pages of its own.
 *
 * Undefined symbols are looked up among the kernel's. The parameters of a module keep their
 * defaults.
 */
#include "kernel.h"

#include <elf.h> /* the format's description; it has no code */

#include <ashlar/x86_64.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

enum { CODE, CONSTANTS, DATA, KINDS };

struct loaded_module {
    struct list_head list;
    char name[32];
    const Elf64_Ehdr* header;
    const Elf64_Shdr* sections;
    const Elf64_Sym* symbols;
    unsigned int symbol_count;
    const char* names;
    char** placed; /* where each section is; NULL if it takes no memory */
    char* memory;
    size_t offsets[KINDS], bytes[KINDS], all;
};

static LIST_HEAD(modules);
static DEFINE_MUTEX(modules_lock);

static int kind_of(const Elf64_Shdr* section) {
    if (section->sh_flags & SHF_EXECINSTR) return CODE;
    return section->sh_flags & SHF_WRITE ? DATA : CONSTANTS;
}

static bool well_formed(const Elf64_Ehdr* header, size_t size) {
    return size > sizeof(*header) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
           header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_type == ET_REL &&
           header->e_machine == EM_X86_64 &&
           header->e_shoff + (size_t)header->e_shnum * sizeof(Elf64_Shdr) <= size;
}

static bool find_symbols(struct loaded_module* module) {
    for (unsigned int i = 0; i < module->header->e_shnum; i++) {
        const Elf64_Shdr* section = &module->sections[i];
        if (section->sh_type != SHT_SYMTAB) continue;
        module->symbols = (const void*)((const char*)module->header + section->sh_offset);
        module->symbol_count = (unsigned int)(section->sh_size / sizeof(Elf64_Sym));
        module->names = (const char*)module->header + module->sections[section->sh_link].sh_offset;
        return true;
    }
    return false;
}

/* The place of each section, relative to its kind first; then memory for all. */
static int place(struct loaded_module* module) {
    size_t* within = kcalloc(module->header->e_shnum, sizeof(*within), GFP_KERNEL);

    if (!within) return -ENOMEM;
    for (unsigned int i = 0; i < module->header->e_shnum; i++) {
        const Elf64_Shdr* section = &module->sections[i];
        int kind = kind_of(section);
        if (!(section->sh_flags & SHF_ALLOC)) continue;
        within[i] = ALIGN(module->bytes[kind], max_t(size_t, section->sh_addralign, 1));
        module->bytes[kind] = within[i] + section->sh_size;
    }
    for (int kind = 0; kind < KINDS; kind++) {
        module->offsets[kind] = module->all;
        module->all += PAGE_ALIGN(module->bytes[kind]);
    }
    module->memory = module_alloc(module->all);
    for (unsigned int i = 0; module->memory && i < module->header->e_shnum; i++) {
        const Elf64_Shdr* section = &module->sections[i];
        char* at = module->memory + module->offsets[kind_of(section)] + within[i];
        if (!(section->sh_flags & SHF_ALLOC)) continue;
        module->placed[i] = at;
        if (section->sh_type == SHT_NOBITS)
            memset(at, 0, section->sh_size);
        else
            memcpy(at, (const char*)module->header + section->sh_offset, section->sh_size);
    }
    kfree(within);
    return module->memory ? 0 : -ENOMEM;
}

static int resolve(struct loaded_module* module, const Elf64_Sym* symbol, u64* value) {
    const char* name = module->names + symbol->st_name;

    if (symbol->st_shndx == SHN_ABS) {
        *value = symbol->st_value;
    } else if (symbol->st_shndx != SHN_UNDEF) {
        if (symbol->st_shndx >= module->header->e_shnum || !module->placed[symbol->st_shndx])
            return -ENOEXEC;
        *value = (u64)module->placed[symbol->st_shndx] + symbol->st_value;
    } else {
        *value = (u64)ashlar_x86_symbol(name);
        if (!*value && ELF64_ST_BIND(symbol->st_info) != STB_WEAK) {
            pr_err("%s: unknown symbol %s\n", module->name, name);
            return -ENOENT;
        }
    }
    return 0;
}

static int relocate(struct loaded_module* module, const Elf64_Shdr* table) {
    const Elf64_Rela* relocations = (const void*)((const char*)module->header + table->sh_offset);
    char* target = module->placed[table->sh_info];

    for (size_t i = 0; target && i < table->sh_size / sizeof(*relocations); i++) {
        const Elf64_Rela* r = &relocations[i];
        char* at = target + r->r_offset;
        u64 value;
        s64 relative;
        int error = resolve(module, &module->symbols[ELF64_R_SYM(r->r_info)], &value);

        if (error) return error;
        value += (u64)r->r_addend;
        relative = (s64)(value - (u64)at);
        switch (ELF64_R_TYPE(r->r_info)) {
            case R_X86_64_64:
                memcpy(at, &value, 8);
                break;
            case R_X86_64_PC64:
                memcpy(at, &relative, 8);
                break;
            case R_X86_64_PC32:
            case R_X86_64_PLT32:
                if (relative != (s32)relative) return -ERANGE;
                memcpy(at, &relative, 4);
                break;
            case R_X86_64_32S:
                if ((s64)value != (s32)value) return -ERANGE;
                memcpy(at, &value, 4);
                break;
            case R_X86_64_32:
                if (value != (u32)value) return -ERANGE;
                memcpy(at, &value, 4);
                break;
            default:
                pr_err("%s: relocation of type %llu\n", module->name, ELF64_R_TYPE(r->r_info));
                return -ENOEXEC;
        }
    }
    return 0;
}

static int link(struct loaded_module* module) {
    for (unsigned int i = 0; i < module->header->e_shnum; i++) {
        const Elf64_Shdr* section = &module->sections[i];
        int error = section->sh_type == SHT_RELA && section->sh_info < module->header->e_shnum
                        ? relocate(module, section)
                        : 0;
        if (error) return error;
    }
    return 0;
}

static void protect(struct loaded_module* module) {
    unsigned long start = (unsigned long)module->memory;

    set_memory_x(start + module->offsets[CODE],
                 (int)(PAGE_ALIGN(module->bytes[CODE]) >> PAGE_SHIFT));
    set_memory_ro(start + module->offsets[CONSTANTS],
                  (int)(PAGE_ALIGN(module->bytes[CONSTANTS]) >> PAGE_SHIFT));
}

void* module_symbol(struct loaded_module* module, const char* name) {
    for (unsigned int i = 1; i < module->symbol_count; i++) {
        const Elf64_Sym* symbol = &module->symbols[i];
        u64 value;
        if (symbol->st_shndx == SHN_UNDEF || strcmp(module->names + symbol->st_name, name) != 0)
            continue;
        return resolve(module, symbol, &value) ? NULL : (void*)value;
    }
    return NULL;
}

/* For backtraces, which cannot wait for the lock: a module that is being unloaded has no code
 * running. */
static size_t name_code(const void* address, char* to, size_t size) {
    struct loaded_module* module;

    list_for_each_entry(module, &modules, list) {
        const Elf64_Sym* best = NULL;
        u64 best_value = 0;
        if ((size_t)((const char*)address - module->memory) >= module->bytes[CODE]) continue;
        for (unsigned int i = 1; i < module->symbol_count; i++) {
            const Elf64_Sym* symbol = &module->symbols[i];
            u64 value;
            if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_shndx == SHN_UNDEF)
                continue;
            if (resolve(module, symbol, &value) || value > (u64)address || value < best_value)
                continue;
            // init_module is only another name.
            if (best && value == best_value && ELF64_ST_BIND(symbol->st_info) == STB_GLOBAL)
                continue;
            best = symbol;
            best_value = value;
        }
        if (!best) return 0;
        return (size_t)scnprintf(to, size, "%s+0x%llx [%s]", module->names + best->st_name,
                                 (u64)address - best_value, module->name);
    }
    return 0;
}

static void forget(struct loaded_module* module) {
    module_memfree(module->memory);
    kfree(module->placed);
    kfree(module);
}

struct loaded_module* load_module(const void* object, size_t size, const char* name) {
    struct loaded_module* module = kzalloc(sizeof(*module), GFP_KERNEL);
    int (*init)(void), error = -ENOEXEC;

    if (!module) return NULL;
    strscpy(module->name, name, sizeof(module->name));
    module->header = object;
    if (well_formed(module->header, size)) {
        module->sections = (const void*)((const char*)object + module->header->e_shoff);
        module->placed = kcalloc(module->header->e_shnum, sizeof(*module->placed), GFP_KERNEL);
        error = !module->placed ? -ENOMEM : !find_symbols(module) ? -ENOEXEC : place(module);
    }
    if (!error) error = link(module);
    if (!error) {
        protect(module);
        mutex_lock(&modules_lock);
        list_add(&module->list, &modules);
        mutex_unlock(&modules_lock);
        ashlar_x86_name_code(name_code);
        init = (int (*)(void))module_symbol(module, "init_module");
        error = init ? init() : 0;
        if (!error) return module;
        mutex_lock(&modules_lock);
        list_del(&module->list);
        mutex_unlock(&modules_lock);
    }
    pr_err("module %s: not loaded (%d)\n", name, error);
    forget(module);
    return NULL;
}

void unload_module(struct loaded_module* module) {
    void (*leave)(void) = (void (*)(void))module_symbol(module, "cleanup_module");

    if (leave) leave();
    mutex_lock(&modules_lock);
    list_del(&module->list);
    mutex_unlock(&modules_lock);
    forget(module);
}
