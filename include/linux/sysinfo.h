/* SPDX-License-Identifier: MIT */
/* The guard is the system's: its header of this name declares the same structure. */
#ifndef _LINUX_SYSINFO_H
#define _LINUX_SYSINFO_H
#include <linux/kconfig.h>
#include <linux/types.h>
struct sysinfo {
    long uptime;
    unsigned long loads[3];
    unsigned long totalram, freeram, sharedram, bufferram;
    unsigned long totalswap, freeswap;
    __u16 procs, pad;
    unsigned long totalhigh, freehigh;
    __u32 mem_unit; /* bytes that the counts above are in */
};
#endif
