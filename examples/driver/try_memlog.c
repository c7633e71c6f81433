/* SPDX-License-Identifier: MIT */
/*
 * Uses the driver as programs would, and as a kernel tester would: with every allocation failing in
 * turn, with memory running out, from several threads. No set-up: the machine starts by itself.
 */
#include <ashlar/device.h>
#include <ashlar/machine.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "memlog.h"

#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

static struct file *open_log(int flags)
{
	struct file *file;

	CHECK(ashlar_device_open("memlog", flags, &file) == 0);
	return file;
}

static void put_line(struct file *file, const char *line)
{
	CHECK(ashlar_device_write(file, line, strlen(line)) == (long)strlen(line));
}

/* The statistics page, mapped as a program would. */
static struct memlog_stats *map_stats(struct file *file)
{
	void *place = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(place, 4096);
	CHECK(ashlar_device_mmap(file, place, 4096, 0) == 0);
	return place;
}

static void ordinary_use(void)
{
	struct file *log = open_log(O_RDWR), *reader = open_log(O_RDONLY), *none;
	struct memlog_stats *stats = map_stats(log);
	char text[64] = "";
	__u32 size;

	put_line(log, "first");
	put_line(log, "second, longer");
	CHECK(stats->records == 2 && stats->bytes == 19 && stats->written == 2);
	CHECK(ashlar_device_ioctl(log, MEMLOG_NEXT_SIZE, (unsigned long)&size) == 0 && size == 5);
	CHECK(ashlar_device_read(reader, text, sizeof(text)) == 5 && !memcmp(text, "first", 5));
	CHECK(ashlar_device_read(reader, text, 6) == 6 && !memcmp(text, "second", 6));
	CHECK(ashlar_device_read(reader, text, sizeof(text)) == 0);
	CHECK(stats->records == 0 && stats->bytes == 0);

	CHECK(ashlar_device_write(reader, "x", 1) == -EBADF);
	CHECK(ashlar_device_write(log, "x", 0) == -EINVAL);
	CHECK(ashlar_device_write(log, text, MEMLOG_MAX_RECORD + 1) == -EINVAL);
	CHECK(ashlar_device_seek(log, 0, SEEK_SET) == -ESPIPE);
	CHECK(ashlar_device_ioctl(log, 0x1234, 0) == -ENOTTY);
	CHECK(ashlar_device_open("nolog", O_RDONLY, &none) == -ENOENT);
	/* A pointer into the kernel is no user's. */
	CHECK(ashlar_device_write(log, NULL, 10) == -EFAULT);

	CHECK(ashlar_device_munmap(stats, 4096) == 0);
	ashlar_device_close(reader);
	ashlar_device_close(log);
}

/* What does not fit pushes the oldest out; large records are vmalloc'ed without anybody noticing. */
static void the_limit(void)
{
	struct file *log = open_log(O_RDWR);
	struct memlog_stats *stats = map_stats(log);
	char *big = malloc(300000), *back = malloc(300000);

	for (int i = 0; i < 10; i++) {
		memset(big, 'a' + i, 300000);
		CHECK(ashlar_device_write(log, big, 300000) == 300000);
	}
	CHECK(stats->records == 3 && stats->dropped == 7);
	CHECK(ashlar_device_read(log, back, 300000) == 300000 && back[0] == 'h' && back[299999] == 'h');
	CHECK(ashlar_device_ioctl(log, MEMLOG_CLEAR, 0) == 0 && stats->records == 0);
	CHECK(ashlar_device_munmap(stats, 4096) == 0);
	ashlar_device_close(log);
	free(back);
	free(big);
}

/* The first allocation fails, then the second, ...: each time the driver must come out clean. */
static void failing_allocations(void)
{
	static const char *const which[] = {"failslab", "fail_page_alloc"};
	int failures = 0;

	for (int kind = 0; kind < 2; kind++) {
		for (int nth = 1; nth < 40; nth++) {
			struct file *log;
			int error;

			ashlar_drain();
			/* Every nth call fails, but only once. */
			ashlar_inject(which[kind], nth, 100, 1, NULL, NULL);
			error = ashlar_load_modules();
			if (!error) {
				error = ashlar_device_open("memlog", O_RDWR, &log);
				if (!error) {
					char line[5000] = "text";
					long wrote = ashlar_device_write(log, line, sizeof(line));
					CHECK(wrote == sizeof(line) || wrote == -ENOMEM);
					failures += wrote < 0;
					ashlar_device_close(log);
				}
				ashlar_unload_modules();
			}
			CHECK(error == 0 || error == -ENOMEM);
			failures += error != 0;
			ashlar_inject(which[kind], 0, 0, 0, NULL, NULL);
			CHECK(ashlar_live_objects(1) == 0);
		}
	}
	CHECK(failures > 5);
}

/* Somebody else needs the memory: the shrinker gives records up, the newest stay. */
static void pressure(void)
{
	struct file *log = open_log(O_RDWR);
	struct memlog_stats *stats = map_stats(log);
	char record[4000], last[4000];
	long got = 0;

	memset(record, 'r', sizeof(record));
	for (int i = 0; i < 30000; i++) {
		memcpy(record, &i, sizeof(i));
		CHECK(ashlar_device_write(log, record, sizeof(record)) == sizeof(record));
	}
	CHECK(stats->dropped > 0 && stats->records > 0);
	CHECK(stats->records + stats->dropped == stats->written);
	while (ashlar_device_read(log, last, sizeof(last)) > 0) got++;
	CHECK(got > 0 && *(int *)last == 29999);
	CHECK(ashlar_device_munmap(stats, 4096) == 0);
	ashlar_device_close(log);
}

static void *writer(void *name)
{
	struct file *log = open_log(O_WRONLY);

	for (int i = 0; i < 5000; i++) put_line(log, name);
	ashlar_device_close(log);
	return NULL;
}

static void threads(void)
{
	static char *const names[] = {"one", "three", "fifteen letters"};
	struct file *log = open_log(O_RDONLY);
	struct memlog_stats *stats = map_stats(log);
	pthread_t running[3];
	char text[64];
	long got = 0, length, before = (long)stats->written;

	for (int i = 0; i < 3; i++) pthread_create(&running[i], NULL, writer, names[i]);
	while ((long)stats->written - before < 15000 || stats->records) {
		length = ashlar_device_read(log, text, sizeof(text));
		if (length <= 0) continue;
		CHECK(length == 3 || length == 5 || length == 15);
		got++;
	}
	for (int i = 0; i < 3; i++) pthread_join(running[i], NULL);
	CHECK(got == 15000);
	CHECK(ashlar_device_munmap(stats, 4096) == 0);
	ashlar_device_close(log);
}

int main(void)
{
	/* Small, so that memory runs out soon; ASHLAR_MACHINE says otherwise. */
	CHECK(ashlar_machine_start("size=64M") == 0);
	CHECK(ashlar_set_param("limit_kib", "1024") == 0);
	failing_allocations();
	CHECK(ashlar_load_modules() == 0);
	ordinary_use();
	the_limit();
	threads();
	ashlar_unload_modules();

	/* A log that may grow larger than the machine. */
	CHECK(ashlar_set_param("limit_kib", "1000000") == 0);
	CHECK(ashlar_load_modules() == 0);
	pressure();
	ashlar_unload_modules();

	CHECK(ashlar_live_objects(1) == 0);
	CHECK(ashlar_check_invariants());
	puts("memlog: all as expected");
	return 0;
}
