/* The program of forks_first.c: forks, and its children fork. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int forks_first_answer(void);

int main(void) {
    if (forks_first_answer() != 42) return 2;
    alarm(50);
    for (int i = 0; i < 40; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(20);
            free(malloc(100000));
            const pid_t grandchild = fork();
            if (grandchild == 0) _exit(0);
            int status = 1;
            waitpid(grandchild, &status, 0);
            _exit(status != 0);
        }
        int status = 1;
        waitpid(child, &status, 0);
        if (status != 0) return fprintf(stderr, "child %d ended with status %d\n", i, status), 1;
    }
    return 0;
}
