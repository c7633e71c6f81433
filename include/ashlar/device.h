/* SPDX-License-Identifier: MIT */
/*
 * The user's side of a character driver that runs in this process: what a program would do with
 * open(2), read(2) and the others on /dev/NAME. Answers are those of the driver: a negative errno
 * is an error. The driver is loaded by ashlar_load_modules().
 */
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct file;

/* Runs every module_init of the program; 0, or the first error, after which none stays loaded. */
int ashlar_load_modules(void);
/* Sets a module_param of the program before that, as insmod does; 0 or a negative errno. */
int ashlar_set_param(const char* name, const char* value);
/* Runs every module_exit, the last loaded first. */
void ashlar_unload_modules(void);

/* The name of a device, or the path of a file that kernel code made below /proc or /sys; flags as
 * for open(2). Answers 0 and the file, or a negative errno. */
int ashlar_device_open(const char* name, int flags, struct file** file);
int ashlar_device_close(struct file* file);
long ashlar_device_read(struct file* file, void* to, size_t size);
long ashlar_device_write(struct file* file, const void* from, size_t size);
long ashlar_device_seek(struct file* file, long offset, int whence);
long ashlar_device_ioctl(struct file* file, unsigned command, unsigned long argument);
/* Maps at `address`, where nothing may be mapped yet; whole pages. A driver's fault() is asked for
 * all of them at once. */
int ashlar_device_mmap(struct file* file, void* address, size_t size, size_t offset);
/* Ends such a mapping, the whole of it. */
int ashlar_device_munmap(void* address, size_t size);

#ifdef __cplusplus
}
#endif
