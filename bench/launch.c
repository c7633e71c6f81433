/* launch REPORT LIBRARY|- PROGRAM [ARGUMENT...]
 *
 * Runs PROGRAM with LIBRARY preloaded and writes what the kernel counted of it and its children to
 * the file REPORT, as one JSON object. A program of its own because the peak that the kernel
 * reports for a process includes its image before exec: started from the bench's interpreter,
 * nothing could look smaller than that. This one is static and tiny. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char** argv) {
    struct rusage usage;
    double start, wall;
    pid_t child;
    int status, report;
    if (argc < 4) {
        dprintf(STDERR_FILENO, "usage: launch REPORT LIBRARY|- PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    report = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (report < 0) {
        dprintf(STDERR_FILENO, "launch: cannot write %s: %s\n", argv[1], strerror(errno));
        return 2;
    }
    if (strcmp(argv[2], "-") != 0) setenv("LD_PRELOAD", argv[2], 1);
    start = now();
    child = vfork();
    if (child == 0) {
        execvp(argv[3], argv + 3);
        dprintf(STDERR_FILENO, "launch: cannot run %s: %s\n", argv[3], strerror(errno));
        _exit(127);
    }
    /* What stops the bench stops the program first, so that the report is written all the same. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        dprintf(STDERR_FILENO, "launch: %s\n", strerror(errno));
        return 2;
    }
    wall = now() - start;
    dprintf(report,
            "{\"exit\": %d, \"signal\": %d, \"wall_seconds\": %.6f, \"user_seconds\": %.6f, "
            "\"sys_seconds\": %.6f, \"peak_rss_kib\": %ld, \"minor_faults\": %ld, "
            "\"major_faults\": %ld, \"switches\": %ld}\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0, wall, seconds(usage.ru_utime),
            seconds(usage.ru_stime), usage.ru_maxrss, usage.ru_minflt, usage.ru_majflt,
            usage.ru_nvcsw + usage.ru_nivcsw);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
