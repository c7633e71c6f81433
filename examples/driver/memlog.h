/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What programs that use /dev/memlog include, in the kernel and outside of it. */
#ifndef MEMLOG_H
#define MEMLOG_H
#include <linux/ioctl.h>
#include <linux/types.h>

/* The page that mmap() shows. */
struct memlog_stats {
	__u64 records;
	__u64 bytes;
	__u64 written;
	__u64 dropped;
};

#define MEMLOG_MAX_RECORD (1024 * 1024)
#define MEMLOG_CLEAR _IO('m', 1)
#define MEMLOG_NEXT_SIZE _IOR('m', 2, __u32)

#endif
