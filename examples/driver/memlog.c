// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * memlog: a log in memory behind a character device.
 *
 * A write appends one record, a read takes the oldest. The log holds at most
 * `limit_kib` of text; what does not fit pushes the oldest out, and so does
 * memory pressure. mmap() shows a page of statistics.
 *
 * An ordinary driver for Linux 6.1: records come from a cache of their own,
 * their text from kvmalloc, the page from vmalloc_user.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "memlog.h"

static unsigned int limit_kib = 1024;
module_param(limit_kib, uint, 0444);
MODULE_PARM_DESC(limit_kib, "How much text the log holds, in KiB");

struct memlog_record {
	struct list_head list;
	size_t size;
	char *text;
};

static struct kmem_cache *record_cache;
static struct memlog_stats *stats;
static LIST_HEAD(records);
static DEFINE_MUTEX(lock); /* of the list and the statistics */

static void free_record(struct memlog_record *record)
{
	kvfree(record->text);
	kmem_cache_free(record_cache, record);
}

static struct memlog_record *take_oldest(void)
{
	struct memlog_record *record;

	record = list_first_entry_or_null(&records, struct memlog_record, list);
	if (!record)
		return NULL;
	list_del(&record->list);
	stats->records--;
	stats->bytes -= record->size;
	return record;
}

/* Drops old records until no more than @bytes are left; called with the lock. */
static unsigned long drop_down_to(u64 bytes)
{
	struct memlog_record *record;
	unsigned long dropped = 0;

	while (stats->bytes > bytes && (record = take_oldest())) {
		free_record(record);
		dropped++;
	}
	stats->dropped += dropped;
	return dropped;
}

static ssize_t memlog_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	struct memlog_record *record;

	if (!size || size > MEMLOG_MAX_RECORD)
		return -EINVAL;
	record = kmem_cache_zalloc(record_cache, GFP_KERNEL);
	if (!record)
		return -ENOMEM;
	record->size = size;
	record->text = kvmalloc(size, GFP_KERNEL);
	if (!record->text) {
		kmem_cache_free(record_cache, record);
		return -ENOMEM;
	}
	if (copy_from_user(record->text, from, size)) {
		free_record(record);
		return -EFAULT;
	}

	mutex_lock(&lock);
	list_add_tail(&record->list, &records);
	stats->records++;
	stats->written++;
	stats->bytes += size;
	drop_down_to((u64)limit_kib * 1024);
	mutex_unlock(&lock);
	return size;
}

static ssize_t memlog_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	struct memlog_record *record;
	ssize_t result;

	mutex_lock(&lock);
	record = take_oldest();
	mutex_unlock(&lock);
	if (!record)
		return 0;
	/* As with a datagram, what the reader has no room for is lost. */
	result = min(size, record->size);
	if (copy_to_user(to, record->text, result))
		result = -EFAULT;
	free_record(record);
	return result;
}

static long memlog_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct memlog_record *record;
	__u32 size = 0;

	switch (command) {
	case MEMLOG_CLEAR:
		mutex_lock(&lock);
		drop_down_to(0);
		mutex_unlock(&lock);
		return 0;
	case MEMLOG_NEXT_SIZE:
		mutex_lock(&lock);
		record = list_first_entry_or_null(&records, struct memlog_record, list);
		if (record)
			size = record->size;
		mutex_unlock(&lock);
		return put_user(size, (__u32 __user *)argument);
	default:
		return -ENOTTY;
	}
}

static int memlog_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, stats, vma->vm_pgoff);
}

static const struct file_operations memlog_operations = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.llseek = no_llseek,
	.read = memlog_read,
	.write = memlog_write,
	.unlocked_ioctl = memlog_ioctl,
	.mmap = memlog_mmap,
};

static struct miscdevice memlog_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "memlog",
	.fops = &memlog_operations,
};

static unsigned long memlog_count(struct shrinker *shrinker, struct shrink_control *control)
{
	u64 count = READ_ONCE(stats->records);

	return count ? count : SHRINK_EMPTY;
}

static unsigned long memlog_scan(struct shrinker *shrinker, struct shrink_control *control)
{
	struct memlog_record *record;
	unsigned long freed = 0;

	/* A writer that allocates under the lock would wait for itself. */
	if (!mutex_trylock(&lock))
		return SHRINK_STOP;
	while (freed < control->nr_to_scan && (record = take_oldest())) {
		free_record(record);
		freed++;
	}
	stats->dropped += freed;
	mutex_unlock(&lock);
	return freed;
}

static struct shrinker memlog_shrinker = {
	.count_objects = memlog_count,
	.scan_objects = memlog_scan,
	.seeks = DEFAULT_SEEKS,
};

static int __init memlog_init(void)
{
	int error = -ENOMEM;

	record_cache = KMEM_CACHE(memlog_record, SLAB_RECLAIM_ACCOUNT);
	if (!record_cache)
		return error;
	stats = vmalloc_user(PAGE_SIZE);
	if (!stats)
		goto no_stats;
	error = register_shrinker(&memlog_shrinker, "memlog");
	if (error)
		goto no_shrinker;
	error = misc_register(&memlog_device);
	if (error)
		goto no_device;
	pr_info("ready, at most %u KiB\n", limit_kib);
	return 0;

no_device:
	unregister_shrinker(&memlog_shrinker);
no_shrinker:
	vfree(stats);
no_stats:
	kmem_cache_destroy(record_cache);
	return error;
}

static void __exit memlog_exit(void)
{
	misc_deregister(&memlog_device);
	unregister_shrinker(&memlog_shrinker);
	drop_down_to(0);
	vfree(stats);
	kmem_cache_destroy(record_cache);
}

module_init(memlog_init);
module_exit(memlog_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A log in memory behind a character device");
