/* Runs a program and prints its peak resident set in KiB. Linked statically and as small as can be:
   between fork and exec the child's peak is its parent's, and a Python would drown what is
   measured. Usage: peak_rss PROGRAM ARGUMENT... with the environment for it in front, as env(1)
   does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
    char* no_environment[] = {NULL};
    char* environment[] = {argv[1], NULL};
    const int has_environment = argc > 1 && strchr(argv[1], '=') != NULL;
    char** arguments = argv + 1 + has_environment;
    if (arguments[0] == NULL) return 2;
    const pid_t child = vfork();
    if (child == 0) {
        execve(arguments[0], arguments, has_environment ? environment : no_environment);
        _exit(127);
    }
    struct rusage usage;
    int status;
    if (wait4(child, &status, 0, &usage) != child || status != 0) return 1;
    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", usage.ru_maxrss);
    return write(1, text, (size_t)length) == length ? 0 : 1;
}
