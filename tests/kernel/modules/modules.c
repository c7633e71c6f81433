/* Modules loaded at run time: every way to compile them, parameters, dependencies, protection, and
 * objects that are broken or do not fit. */
#include <stdio.h>
#include <stdlib.h>

#include "../faults.h"

#include "../check.h"

#include <elf.h>

#include <ashlar/machine.h>
#include <ashlar/module.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct object {
    char *bytes;
    size_t size;
};

static struct object read_object(const char *path)
{
    struct object object = {NULL, 0};
    FILE *file = fopen(path, "rb");

    CHECK(file != NULL);
    if (!file) exit(1);
    fseek(file, 0, SEEK_END);
    object.size = (size_t)ftell(file);
    object.bytes = malloc(object.size);
    rewind(file);
    CHECK(fread(object.bytes, 1, object.size, file) == object.size);
    fclose(file);
    return object;
}

static char logged[4096];
static void keep_log(int level, const char *text, size_t length)
{
    (void)level;
    strncat(logged, text, min_t(size_t, length, sizeof(logged) - strlen(logged) - 1));
}
static int load(struct object object, const char *name, const char *arguments, struct mapped_module **module)
{
    int error;

    *logged = 0;
    ashlar_set_log_hook(keep_log);
    error = module_map(object.bytes, object.size, name, arguments, module);
    ashlar_set_log_hook(NULL);
    CHECK(!error == (*module != NULL));
    return error;
}
#define CHECK_LOG(part)                                                     \
    do {                                                                    \
        CHECK(strstr(logged, part) != NULL);                                \
        if (!strstr(logged, part)) pr_err("  the log was: '%s'\n", logged); \
    } while (0)

#define CALL(module, type, name, ...) (((type)module_map_symbol(module, name))(__VA_ARGS__))
typedef int (*number)(void);
typedef const char *(*text)(void);
typedef const char *(*text_of)(int);

/* No page of this process may be written and executed. */
static bool writable_code(void)
{
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");

    while (fgets(line, sizeof(line), maps)) found |= strstr(line, " rwx") != NULL;
    fclose(maps);
    return found;
}

static void one(struct object object)
{
    struct mapped_module *module;
    char name[KSYM_SYMBOL_LEN];
    char *code, *data;

    /* Twice: the second finds everything as the first did. */
    for (int round = 0; round < 2; round++) {
        CHECK(load(object, "counter", "start=40 label=\"two words\" loud list=1,2,3", &module) == 0);
        if (!module) return;
        CHECK_LOG("counter: here, label 'two words'");
        CHECK(CALL(module, number, "counter_is_fresh") == 1);
        CHECK(CALL(module, number, "counter_next") == 40 && CALL(module, number, "counter_next") == 41);
        CHECK(CALL(module, number, "counter_by_worker") == 42);
        CHECK(CALL(module, number, "counter_list_sum") == 123 && CALL(module, number, "counter_is_loud") == 1);
        CHECK(strcmp(CALL(module, text, "counter_label"), "two words") == 0);
        CHECK(strcmp(CALL(module, text_of, "counter_word", 2), "two") == 0);
        CHECK(CALL(module, number, "counter_level") == console_loglevel);

        code = module_map_symbol(module, "counter_next");
        data = module_map_symbol(module, "untouched");
        CHECK(is_vmalloc_or_module_addr(code) && !is_vmalloc_addr(code) && vmalloc_to_page(data));
        sprint_symbol(name, (unsigned long)code + 4);
        CHECK(strcmp(name, "counter_next+0x4 [counter]") == 0);
        CHECK(!faults(data) && write_faults(code) && write_faults(module_map_symbol(module, "words")));
        CHECK(!write_faults(data) && !writable_code());
        CHECK(module_map_symbol(module, "no_such_name") == NULL);

        CHECK(module_unmap(module) == 0);
        vm_unmap_aliases();
        CHECK(faults(code) && faults(data));
    }
}

static void parameters(struct object object)
{
    struct mapped_module *module, *second;

    CHECK(load(object, "first", "nonsense=3 start=9", &module) == 0);
    CHECK_LOG("module first: unknown parameter 'nonsense' ignored");
    CHECK(CALL(module, number, "counter_next") == 9);
    CHECK(load(object, "first", NULL, &second) == -EEXIST);
    CHECK_LOG("module first: a module of this name is loaded already");
    /* Another copy has variables of its own. */
    CHECK(load(object, "second", NULL, &second) == 0);
    CHECK(CALL(second, number, "counter_next") == 5 && CALL(module, number, "counter_next") == 10);
    CHECK(module_unmap(module) == 0 && module_unmap(second) == 0);

    CHECK(load(object, "bad", "start=many", &module) == -EINVAL);
    CHECK_LOG("module bad: 'many' is no value for parameter 'start'");
    CHECK(load(object, "bad", "list=1,2,3,4,5", &module) == -EINVAL);
    CHECK(load(object, "bad", "start=-12", &module) == -ENOMEM);
    CHECK_LOG("init failed with -12");
    CHECK(load(object, "good", "", &module) == 0 && module_unmap(module) == 0);
}

static void dependencies(struct object counter, struct object user)
{
    struct mapped_module *first, *second;

    CHECK(load(user, "user", NULL, &second) == -ENOENT);
    CHECK_LOG("module user: unknown symbol counter_next");
    CHECK(load(counter, "counter", NULL, &first) == 0 && load(user, "user", NULL, &second) == 0);
    CHECK(CALL(second, number, "user_twice") == 5 + 6);
    CHECK(module_unmap(first) == -EBUSY);
    CHECK(CALL(second, number, "user_twice") == 7 + 8);
    CHECK(module_unmap(second) == 0 && module_unmap(first) == 0);
}

static void refused(struct object unknown, struct object no_exit, struct object far, struct object common,
                    struct object plain)
{
    struct mapped_module *module;
    struct object broken = {malloc(plain.size), plain.size};
    Elf64_Ehdr *header = (void *)broken.bytes;

    CHECK(load(unknown, "unknown", NULL, &module) == -ENOENT);
    CHECK_LOG("module unknown: unknown symbol nobody_has_this\n");
    CHECK_LOG("module unknown: unknown symbol nor_this\n"); /* both, not the first only */
    CHECK(load(far, "far", NULL, &module) == -ERANGE);
    CHECK_LOG("module far: console_loglevel is out of reach: compile with -fPIC");
    CHECK(load(common, "common", NULL, &module) == -ENOEXEC);
    CHECK_LOG("module common: shared has no place: compile with -fno-common");

    memcpy(broken.bytes, plain.bytes, plain.size);
    header->e_machine = EM_AARCH64;
    CHECK(load(broken, "arm", NULL, &module) == -ENOEXEC);
    CHECK_LOG("module arm: compiled for another machine (183), not for x86_64");
    header->e_machine = EM_X86_64;
    header->e_type = ET_DYN;
    CHECK(load(broken, "linked", NULL, &module) == -ENOEXEC);
    CHECK_LOG("module linked: linked already");
    CHECK(load((struct object){"#!/bin/sh\n", 10}, "script", NULL, &module) == -ENOEXEC);
    CHECK_LOG("module script: not an ELF file");

    /* A relocation that does not exist. */
    memcpy(broken.bytes, plain.bytes, plain.size);
    for (int i = 0; i < header->e_shnum; i++) {
        Elf64_Shdr *section = (Elf64_Shdr *)(broken.bytes + header->e_shoff) + i;
        if (section->sh_type == SHT_RELA && (section[-1].sh_flags & SHF_EXECINSTR)) {
            Elf64_Rela *r = (void *)(broken.bytes + section->sh_offset);
            r->r_info = ELF64_R_INFO(ELF64_R_SYM(r->r_info), 99);
        }
    }
    CHECK(load(broken, "odd", NULL, &module) == -ENOEXEC);
    CHECK_LOG("module odd: relocation of type 99 against ");
    free(broken.bytes);

    CHECK(load(no_exit, "no_exit", NULL, &module) == 0);
    CHECK(module_unmap(module) == -EBUSY);
}

/* Objects with wrong bytes in their tables are refused or loaded, but nothing else happens. Their
 * code is not run. */
static void disarm(struct object object)
{
    const Elf64_Ehdr *header = (void *)object.bytes;
    Elf64_Shdr *sections = (void *)(object.bytes + header->e_shoff);

    for (int i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == SHT_INIT_ARRAY) sections[i].sh_type = SHT_PROGBITS;
}
static bool runs_something(struct object object)
{
    const Elf64_Ehdr *header = (void *)object.bytes;
    const Elf64_Shdr *sections = (void *)(object.bytes + header->e_shoff);

    if (header->e_shoff > object.size || (object.size - header->e_shoff) / sizeof(*sections) < header->e_shnum)
        return false;
    for (int i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == SHT_INIT_ARRAY || sections[i].sh_type == SHT_FINI_ARRAY) return true;
    return false;
}
static void broken_tables(struct object plain)
{
    struct object copy = {malloc(plain.size), plain.size};
    struct mapped_module *module;
    unsigned long state = 12345;
    int refused = 0, level = console_loglevel;

    console_loglevel = 0;
    disarm(plain);
    for (size_t size = 0; size < plain.size; size += 1 + size / 64)
        CHECK(load((struct object){plain.bytes, size}, "cut", NULL, &module) < 0);
    for (int i = 0; i < 4000; i++) {
        memcpy(copy.bytes, plain.bytes, plain.size);
        for (int changes = 1 + i % 3; changes; changes--) {
            const Elf64_Ehdr *header = (void *)plain.bytes;
            size_t at;

            state = state * 6364136223846793005UL + 1442695040888963407UL;
            at = state >> 20;
            if (i % 4 == 0)
                at %= plain.size;
            else if (i % 4 == 1)
                at %= sizeof(*header);
            else
                at = header->e_shoff + at % (header->e_shnum * sizeof(Elf64_Shdr));
            copy.bytes[at] = (char)(state >> 56);
        }
        if (runs_something(copy)) continue;
        if (load(copy, "broken", NULL, &module))
            refused++;
        else
            module_unmap(module);
    }
    console_loglevel = level;
    CHECK(refused > 400 && refused < 3600);
    if (refused <= 400 || refused >= 3600) pr_err("  %d were refused\n", refused);
    free(copy.bytes);
}

static struct object shared_object;
static DECLARE_COMPLETION(done);
static int load_often(void *name)
{
    for (int i = 0; i < 40; i++) {
        struct mapped_module *module;
        int error = module_map(shared_object.bytes, shared_object.size, name, "start=1", &module);
        CHECK(error == 0);
        if (error) break;
        CHECK(CALL(module, number, "counter_next") == 1);
        CHECK(module_unmap(module) == 0);
    }
    complete(&done);
    return 0;
}
static void at_once(struct object counter)
{
    shared_object = counter;
    CHECK(!IS_ERR(kthread_run(load_often, "left", "left")) && !IS_ERR(kthread_run(load_often, "right", "right")));
    wait_for_completion(&done);
    wait_for_completion(&done);
}

/* Arguments: how often counter.o comes, compiled in several ways; then the others. */
int main(int count, char **paths)
{
    int counters = count - 7;
    struct object counter = read_object(paths[1]), plain = read_object(paths[count - 1]), no_exit;
    size_t live, free_before;

    /* Nothing of the library, however it is linked, has started the machine. */
    CHECK(ashlar_machine_start("size=96M,cpus=2") == 0);
    CHECK(totalram_pages() == 96 << (20 - PAGE_SHIFT));
    CHECK(counters > 0);
    one(counter); /* what is made with the first module stays */
    ashlar_drain();
    live = ashlar_live_objects(0);
    free_before = ashlar_free_frames();
    for (int i = 1; i <= counters; i++) one(read_object(paths[i]));
    parameters(counter);
    dependencies(counter, read_object(paths[counters + 1]));
    at_once(counter);
    broken_tables(plain);
    ashlar_drain();
    CHECK(ashlar_live_objects(1) == live);
    CHECK((long)(free_before - ashlar_free_frames()) < 64);
    no_exit = read_object(paths[counters + 3]);
    refused(read_object(paths[counters + 2]), no_exit, read_object(paths[counters + 4]),
            read_object(paths[counters + 5]), plain);
    CHECK(ashlar_check_invariants());
    return check_result("modules");
}
