// Places and relocates an ELF object in memory of module_alloc().
//
// Nothing in the object is believed: every table is checked against the file's
// size before it is read, and an object that is refused leaves one line that
// says why.
//
// Code becomes executable and read-only, constants read-only, data neither; so
// each of the three gets pages of its own, and nothing is ever writable and
// executable at once. In a kernel the module range is within 2 GiB of all code.
// In a process it lies in the lowest 2 GiB, where absolute addresses of 32 bits
// reach it, but functions of the program are further away than a call reaches.
// Calls go by a stub then:
//
//   memory: | stubs, code | slots of the GOT, constants | data |
//               execute           read                  write

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "support/module_image.h"

enum { STUB_BYTES = 16, MOST_BYTES = 1 << 28 };

#define REFUSE(image, error, format, ...)                                \
    ({                                                                   \
        pr_err("module %s: " format "\n", (image)->name, ##__VA_ARGS__); \
        (error);                                                         \
    })

static const char *section_name(const struct module_image *image, unsigned int index)
{
    return image->section_names + image->sections[index].sh_name;
}

static bool in_file(const struct module_image *image, u64 offset, u64 bytes)
{
    return offset <= image->size && bytes <= image->size - offset;
}

/* A table of names: zero-terminated, and in the file. */
static const char *names_of(const struct module_image *image, u32 index)
{
    const Elf64_Shdr *section = &image->sections[index];

    if (index >= image->header->e_shnum || section->sh_type != SHT_STRTAB || !section->sh_size) return NULL;
    return image->object[section->sh_offset + section->sh_size - 1] ? NULL : image->object + section->sh_offset;
}

static int check_header(struct module_image *image)
{
    const Elf64_Ehdr *header = image->header = (const void *)image->object;

    if (image->size < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return REFUSE(image, -ENOEXEC, "not an ELF file");
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64)
        return REFUSE(image, -ENOEXEC, "compiled for another machine (%u), not for x86_64", header->e_machine);
    if (header->e_type != ET_REL)
        return REFUSE(image, -ENOEXEC, "linked already; a module is an object as cc -c or ld -r makes it");
    if (!header->e_shnum || header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff % 8 ||
        !in_file(image, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr)))
        return REFUSE(image, -ENOEXEC, "cut short: its table of sections is not in the file");
    image->sections = (const void *)(image->object + header->e_shoff);
    return 0;
}

static int check_sections(struct module_image *image)
{
    u64 names_size;

    for (unsigned int i = 0; i < image->header->e_shnum; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        if (section->sh_type == SHT_NULL) continue;
        if (section->sh_type == SHT_NOBITS ? section->sh_size > MOST_BYTES
                                           : !in_file(image, section->sh_offset, section->sh_size))
            return REFUSE(image, -ENOEXEC, "cut short: section %u is not in the file", i);
    }
    image->section_names = names_of(image, image->header->e_shstrndx);
    if (!image->section_names) return REFUSE(image, -ENOEXEC, "its sections have no names");
    names_size = image->sections[image->header->e_shstrndx].sh_size;
    for (unsigned int i = 0; i < image->header->e_shnum; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        if (section->sh_name >= names_size) return REFUSE(image, -ENOEXEC, "section %u has no name", i);
        if (section->sh_type == SHT_SYMTAB) image->symbol_table = i;
        if (!(section->sh_flags & SHF_ALLOC)) continue;
        if (section->sh_addralign > PAGE_SIZE || (section->sh_addralign && !is_power_of_2(section->sh_addralign)))
            return REFUSE(image, -ENOEXEC, "section %s wants an alignment of %llu", section_name(image, i),
                          section->sh_addralign);
        if ((section->sh_flags & (SHF_WRITE | SHF_EXECINSTR)) == (SHF_WRITE | SHF_EXECINSTR))
            return REFUSE(image, -ENOEXEC, "section %s wants to be writable and executable", section_name(image, i));
    }
    return 0;
}

static int check_symbols(struct module_image *image)
{
    const Elf64_Shdr *table = &image->sections[image->symbol_table];
    u64 names_size;

    image->names = image->symbol_table ? names_of(image, table->sh_link) : NULL;
    if (!image->names || table->sh_offset % 8) return REFUSE(image, -ENOEXEC, "it has no table of symbols");
    image->symbols = (const void *)(image->object + table->sh_offset);
    image->symbol_count = (unsigned int)(table->sh_size / sizeof(Elf64_Sym));
    names_size = image->sections[table->sh_link].sh_size;
    for (unsigned int i = 0; i < image->symbol_count; i++)
        if (image->symbols[i].st_name >= names_size) return REFUSE(image, -ENOEXEC, "symbol %u has no name", i);
    return 0;
}

/* Calls visit for each relocation of what takes memory, until one answers an error. */
static int each_relocation(struct module_image *image,
                           int (*visit)(struct module_image *image, const Elf64_Shdr *section, const Elf64_Rela *r))
{
    for (unsigned int i = 0; i < image->header->e_shnum; i++) {
        const Elf64_Shdr *table = &image->sections[i], *section;
        const Elf64_Rela *relocations = (const void *)(image->object + table->sh_offset);

        if (table->sh_type != SHT_RELA && table->sh_type != SHT_REL) continue;
        section = table->sh_info < image->header->e_shnum ? &image->sections[table->sh_info] : NULL;
        if (section && !(section->sh_flags & SHF_ALLOC)) continue;
        if (!section || table->sh_type == SHT_REL || table->sh_link != image->symbol_table || table->sh_offset % 8)
            return REFUSE(image, -ENOEXEC, "its relocations %s make no sense", section_name(image, i));
        for (size_t n = 0; n < table->sh_size / sizeof(*relocations); n++) {
            int error;
            if (ELF64_R_SYM(relocations[n].r_info) >= image->symbol_count)
                return REFUSE(image, -ENOEXEC, "a relocation names a symbol that is not there");
            error = visit(image, section, &relocations[n]);
            if (error) return error;
        }
    }
    return 0;
}

static int note_wish(struct module_image *image, const Elf64_Shdr *section, const Elf64_Rela *r)
{
    struct module_link *link = &image->links[ELF64_R_SYM(r->r_info)];

    (void)section;
    switch (ELF64_R_TYPE(r->r_info)) {
        case R_X86_64_PLT32:
            link->wants_stub = true;
            break;
        case R_X86_64_GOTPCREL:
        case R_X86_64_GOTPCRELX:
        case R_X86_64_REX_GOTPCRELX:
            link->wants_slot = true;
            break;
        default:
            break;
    }
    return 0;
}

static enum module_kind kind_of(const struct module_image *image, unsigned int index)
{
    u64 flags = image->sections[index].sh_flags;

    if (flags & SHF_EXECINSTR) return MODULE_CODE;
    /* Position-independent code calls constants that hold addresses writable, for the linker's sake. */
    if (!strncmp(section_name(image, index), ".data.rel.ro", 12)) return MODULE_CONSTANTS;
    return flags & SHF_WRITE ? MODULE_DATA : MODULE_CONSTANTS;
}

/* The place of each section, relative to its kind first; then memory for all. */
static int place(struct module_image *image)
{
    unsigned int count = image->header->e_shnum;
    size_t *within = kvcalloc(count, sizeof(*within), GFP_KERNEL);

    image->placed = kvcalloc(count, sizeof(*image->placed), GFP_KERNEL);
    if (!within || !image->placed) {
        kvfree(within);
        return -ENOMEM;
    }
    for (unsigned int i = 0; i < image->symbol_count; i++) {
        struct module_link *link = &image->links[i];
        if (link->wants_stub) {
            link->stub = (u32)image->bytes[MODULE_CODE];
            image->bytes[MODULE_CODE] += STUB_BYTES;
        }
        if (link->wants_slot) {
            link->slot = (u32)image->bytes[MODULE_CONSTANTS];
            image->bytes[MODULE_CONSTANTS] += sizeof(u64);
        }
    }
    for (unsigned int i = 0; i < count; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        size_t *bytes = &image->bytes[kind_of(image, i)];
        if (!(section->sh_flags & SHF_ALLOC)) continue;
        within[i] = ALIGN(*bytes, max_t(size_t, section->sh_addralign, 1));
        *bytes = within[i] + section->sh_size;
    }
    for (int kind = 0; kind < MODULE_KINDS; kind++) {
        image->offsets[kind] = image->all;
        image->all += PAGE_ALIGN(image->bytes[kind]);
    }
    if (!image->all) {
        kvfree(within);
        return REFUSE(image, -ENOEXEC, "it is empty");
    }
    image->memory = image->all <= MOST_BYTES ? module_alloc(image->all) : NULL;
    for (unsigned int i = 0; image->memory && i < count; i++) {
        const Elf64_Shdr *section = &image->sections[i];
        if (!(section->sh_flags & SHF_ALLOC)) continue;
        image->placed[i] = image->memory + image->offsets[kind_of(image, i)] + within[i];
        if (section->sh_type == SHT_NOBITS)
            memset(image->placed[i], 0, section->sh_size);
        else
            memcpy(image->placed[i], image->object + section->sh_offset, section->sh_size);
    }
    kvfree(within);
    return image->memory ? 0 : REFUSE(image, -ENOMEM, "no memory for its %zu bytes", image->all);
}

/* What the linker would make of a section's name: __start_NAME, __stop_NAME. */
static bool edge_of_section(const struct module_image *image, const char *symbol, u64 *value)
{
    bool stop = !strncmp(symbol, "__stop_", 7);

    if (!stop && strncmp(symbol, "__start_", 8) != 0) return false;
    for (unsigned int i = 0; i < image->header->e_shnum; i++) {
        if (!image->placed[i] || strcmp(section_name(image, i), symbol + (stop ? 7 : 8)) != 0) continue;
        *value = (u64)image->placed[i] + (stop ? image->sections[i].sh_size : 0);
        return true;
    }
    return false;
}

static bool defined_here(const struct module_image *image, const Elf64_Sym *symbol, u64 *value)
{
    if (symbol->st_shndx == SHN_ABS) {
        *value = symbol->st_value;
        return true;
    }
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= image->header->e_shnum || !image->placed[symbol->st_shndx])
        return false;
    *value = (u64)image->placed[symbol->st_shndx] + symbol->st_value;
    return true;
}

static int resolve(struct module_image *image, unsigned int index, module_lookup *lookup, void *context)
{
    const Elf64_Sym *symbol = &image->symbols[index];
    struct module_link *link = &image->links[index];
    const char *name = image->names + symbol->st_name;

    if (defined_here(image, symbol, &link->value)) return 0;
    if (symbol->st_shndx == SHN_COMMON)
        return REFUSE(image, -ENOEXEC, "%s has no place: compile with -fno-common", name);
    if (symbol->st_shndx != SHN_UNDEF) return REFUSE(image, -ENOEXEC, "%s lies in no section", name);
    if (index == 0 || edge_of_section(image, name, &link->value)) return 0;
    link->value = (u64)lookup(context, name);
    if (!link->value && ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
        return REFUSE(image, -ENOENT, "unknown symbol %s", name);
    return 0;
}

static int note_used(struct module_image *image, const Elf64_Shdr *section, const Elf64_Rela *r)
{
    (void)section;
    image->links[ELF64_R_SYM(r->r_info)].used = true;
    return 0;
}

/* Only what a relocation needs is looked for: the debugging information may mention more. */
static int resolve_all(struct module_image *image, module_lookup *lookup, void *context)
{
    int error = each_relocation(image, note_used), first = 0;

    if (error) return error;
    /* Every unknown name gets its line, so that one run tells them all. */
    for (unsigned int i = 0; i < image->symbol_count; i++) {
        if (!image->links[i].used) continue;
        error = resolve(image, i, lookup, context);
        if (error && !first) first = error;
    }
    return first;
}

/* jmp *0(%rip), and behind it the address. */
static void write_stubs(struct module_image *image)
{
    static const u8 jump[] = {0xff, 0x25, 0, 0, 0, 0};

    for (unsigned int i = 0; i < image->symbol_count; i++) {
        struct module_link *link = &image->links[i];
        if (link->wants_stub) {
            char *stub = image->memory + image->offsets[MODULE_CODE] + link->stub;
            memcpy(stub, jump, sizeof(jump));
            memcpy(stub + sizeof(jump), &link->value, sizeof(link->value));
        }
        if (link->wants_slot)
            memcpy(image->memory + image->offsets[MODULE_CONSTANTS] + link->slot, &link->value, sizeof(link->value));
    }
}

static int relocate(struct module_image *image, const Elf64_Shdr *section, const Elf64_Rela *r)
{
    const struct module_link *link = &image->links[ELF64_R_SYM(r->r_info)];
    const char *name = image->names + image->symbols[ELF64_R_SYM(r->r_info)].st_name;
    unsigned int type = (unsigned int)ELF64_R_TYPE(r->r_info);
    u64 width = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4, value = link->value + (u64)r->r_addend;
    char *at = image->placed[section - image->sections] + r->r_offset;
    bool reaches = true;

    if (type == R_X86_64_NONE) return 0;
    if (section->sh_type == SHT_NOBITS || r->r_offset > section->sh_size || width > section->sh_size - r->r_offset)
        return REFUSE(image, -ENOEXEC, "a relocation lies outside its section");
    switch (type) {
        case R_X86_64_64:
            break;
        case R_X86_64_PC64:
            value -= (u64)at;
            break;
        case R_X86_64_PLT32:
            if ((s64)(value - (u64)at) != (s32)(value - (u64)at))
                value = (u64)image->memory + image->offsets[MODULE_CODE] + link->stub + (u64)r->r_addend;
            fallthrough;
        case R_X86_64_PC32:
            value -= (u64)at;
            reaches = (s64)value == (s32)value;
            break;
        case R_X86_64_GOTPCREL:
        case R_X86_64_GOTPCRELX:
        case R_X86_64_REX_GOTPCRELX:
            value = (u64)image->memory + image->offsets[MODULE_CONSTANTS] + link->slot + (u64)r->r_addend - (u64)at;
            break;
        case R_X86_64_32S:
            reaches = (s64)value == (s32)value;
            break;
        case R_X86_64_32:
            reaches = value == (u32)value;
            break;
        default:
            return REFUSE(image, -ENOEXEC, "relocation of type %u against %s, which is unknown here", type, name);
    }
    if (!reaches) return REFUSE(image, -ERANGE, "%s is out of reach: compile with -fPIC", name);
    memcpy(at, &value, width);
    return 0;
}

static int protect(struct module_image *image)
{
    unsigned long start = (unsigned long)image->memory;
    int code = (int)(PAGE_ALIGN(image->bytes[MODULE_CODE]) >> PAGE_SHIFT),
        constants = (int)(PAGE_ALIGN(image->bytes[MODULE_CONSTANTS]) >> PAGE_SHIFT);
    int error = code ? set_memory_x(start + image->offsets[MODULE_CODE], code) : 0;

    if (!error && constants) error = set_memory_ro(start + image->offsets[MODULE_CONSTANTS], constants);
    return error ? REFUSE(image, error, "its memory cannot be made executable (%d)", error) : 0;
}

int module_image_load(struct module_image *image, module_lookup *lookup, void *context)
{
    int error = check_header(image);

    if (!error) error = check_sections(image);
    if (!error) error = check_symbols(image);
    if (error) return error;
    image->links = kvcalloc(image->symbol_count, sizeof(*image->links), GFP_KERNEL);
    if (!image->links) return -ENOMEM;
    error = each_relocation(image, note_wish);
    if (!error) error = place(image);
    if (!error) error = resolve_all(image, lookup, context);
    if (error) return error;
    write_stubs(image);
    error = each_relocation(image, relocate);
    return error ? error : protect(image);
}

void module_image_free(struct module_image *image)
{
    module_memfree(image->memory);
    kvfree(image->placed);
    kvfree(image->links);
}

void *module_image_symbol(const struct module_image *image, const char *name, bool global)
{
    for (unsigned int i = 1; i < image->symbol_count; i++) {
        const Elf64_Sym *symbol = &image->symbols[i];
        u64 value;
        if (global && ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) continue;
        if (strcmp(image->names + symbol->st_name, name) == 0 && defined_here(image, symbol, &value))
            return (void *)value;
    }
    return NULL;
}

static void call_section(const struct module_image *image, unsigned int index, bool backwards)
{
    void (**functions)(void) = (void (**)(void))image->placed[index];
    size_t count = image->sections[index].sh_size / sizeof(*functions);

    for (size_t i = 0; i < count; i++) functions[backwards ? count - 1 - i : i]();
}

void module_image_call(const struct module_image *image, u32 type)
{
    bool backwards = type == SHT_FINI_ARRAY;

    /* Those with a priority, in sections whose name ends in it, come first and go last. */
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned int i = 0; i < image->header->e_shnum; i++) {
            bool first = strchr(section_name(image, i) + 1, '.') != NULL;
            if (image->sections[i].sh_type != type || !image->placed[i]) continue;
            if (first == (pass == (backwards ? 1 : 0))) call_section(image, i, backwards);
        }
    }
}

size_t module_image_name(const struct module_image *image, const void *code, char *to, size_t size)
{
    const Elf64_Sym *best = NULL;
    u64 best_value = 0;

    if ((size_t)((const char *)code - image->memory) >= image->bytes[MODULE_CODE]) return 0;
    for (unsigned int i = 1; i < image->symbol_count; i++) {
        const Elf64_Sym *symbol = &image->symbols[i];
        u64 value;
        if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !defined_here(image, symbol, &value)) continue;
        if (value > (u64)code || value < best_value) continue;
        /* init_module is only another name. */
        if (best && value == best_value && ELF64_ST_BIND(symbol->st_info) == STB_GLOBAL) continue;
        best = symbol;
        best_value = value;
    }
    if (!best) return 0;
    return (size_t)scnprintf(to, size, "%s+0x%llx [%s]", image->names + best->st_name, (u64)code - best_value,
                             image->name);
}
