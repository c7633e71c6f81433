// A relocatable ELF object on its way into memory: module_image.c.
#pragma once
#include <elf.h> /* the format's description; it has no code */

#include <linux/types.h>

enum module_kind { MODULE_CODE, MODULE_CONSTANTS, MODULE_DATA, MODULE_KINDS };

/* What relocation needs to know of a symbol. */
struct module_link {
    u64 value;
    bool used, wants_stub, wants_slot;
    u32 stub, slot; /* where in the code, in the constants */
};

struct module_image {
    const char *name; /* for messages */
    const char *object;
    size_t size;
    const Elf64_Ehdr *header;
    const Elf64_Shdr *sections;
    const char *section_names;
    const Elf64_Sym *symbols;
    unsigned int symbol_table, symbol_count;
    const char *names;
    char **placed; /* where each section is; NULL if it takes no memory */
    struct module_link *links;
    char *memory;
    size_t offsets[MODULE_KINDS], bytes[MODULE_KINDS], all;
};

/* A symbol that the object leaves undefined: its address, or NULL. */
typedef void *module_lookup(void *context, const char *name);

/* `object` must stay, aligned to 8 bytes, as long as the image. 0 or -errno, after one line in the
 * log. In both cases module_image_free() is due. */
int module_image_load(struct module_image *image, module_lookup *lookup, void *context);
void module_image_free(struct module_image *image);

/* The address of a symbol that the object defines; `global` leaves static ones out. */
void *module_image_symbol(const struct module_image *image, const char *name, bool global);
/* Calls the functions that SHT_INIT_ARRAY or SHT_FINI_ARRAY lists. */
void module_image_call(const struct module_image *image, u32 type);
/* Names code as "function+0x12"; 0 when the address is not the image's. */
size_t module_image_name(const struct module_image *image, const void *code, char *to, size_t size);
