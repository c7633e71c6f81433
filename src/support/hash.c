// Hashes of names, byte by byte as linux/stringhash.h describes them.

#include <linux/stringhash.h>

unsigned int full_name_hash(const void *salt, const char *name, unsigned int length)
{
    unsigned long hash = init_name_hash(salt);

    while (length--) hash = partial_name_hash((unsigned char)*name++, hash);
    return end_name_hash(hash);
}

u64 hashlen_string(const void *salt, const char *name)
{
    unsigned long hash = init_name_hash(salt), length = 0;

    for (; name[length]; length++) hash = partial_name_hash((unsigned char)name[length], hash);
    return hashlen_create(end_name_hash(hash), length);
}
