/* SPDX-License-Identifier: MIT */
/* Numbers of signals, as libc has them, for those who send them; nobody receives one. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/types.h>
#ifndef SIGHUP
#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGURG 23
#define SIGIO 29
#endif
#define _NSIG_WORDS 1
/* Linux's sigset_t, whose name libc has for another. */
struct ashlar_sigset {
    unsigned long sig[_NSIG_WORDS];
};
struct sigpending {
    struct list_head list;
    struct ashlar_sigset signal;
};
