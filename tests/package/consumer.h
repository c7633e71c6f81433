#pragma once

// Tells which file an allocation function came from: the program itself when it is linked in
// statically, libashlar.so when not.
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static inline const char* home_of(void* function) {
    static char path[4096];
    Dl_info info;
    if (dladdr(function, &info) == 0) return "?";
    snprintf(path, sizeof path, "%s", info.dli_fname);
    char* slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
