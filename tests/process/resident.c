/* Runs a program under a tracer and prints, as it ends, two figures in KiB: its peak resident set,
   and what of that is the file FILE mapped. Exact ones: getrusage's peak is up to 128 KiB off for
   each kind of memory, as the kernel counts pages in batches for each processor.
   Usage: resident FILE PROGRAM ARGUMENT... with the environment for it in front, as env(1) does.
   77: processes cannot be traced here. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static long kib_behind(const char* line, const char* name) {
    const size_t length = strlen(name);
    return strncmp(line, name, length) == 0 ? strtol(line + length, NULL, 10) : 0;
}

static int print_figures(pid_t child, const char* file) {
    char path[64];
    char line[4352];
    long peak = 0;
    long of_file = 0;
    int inside = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE* in = fopen(path, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) peak += kib_behind(line, "VmHWM:");
    if (in != NULL) fclose(in);
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)child);
    in = fopen(path, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        /* A line of figures starts with a capital, the line of a mapping with an address. */
        if (line[0] < 'A' || line[0] > 'Z') inside = strstr(line, file) != NULL;
        if (inside) of_file += kib_behind(line, "Rss:");
    }
    if (in != NULL) fclose(in);
    printf("%ld %ld\n", peak, of_file);
    return peak > 0 ? 0 : 1;
}

int main(int argc, char** argv) {
    char* environment[] = {argc > 2 ? argv[2] : NULL, NULL};
    if (argc < 4) return 2;
    const pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(77);
        execve(argv[3], argv + 3, environment);
        _exit(127);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return 1;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACEEXIT);
    int result = 1;
    for (int signal = 0;; signal = WSTOPSIG(status)) {
        if (status >> 16 == PTRACE_EVENT_EXIT) result = print_figures(child, argv[1]);
        if (status >> 16 != 0 || signal == SIGTRAP) signal = 0;
        if (ptrace(PTRACE_CONT, child, NULL, signal) != 0) break;
        if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) break;
    }
    return result;
}
