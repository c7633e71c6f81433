/* A module as any other: it knows the kernel only by its headers. */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

static int start = 5;
module_param(start, int, 0444);
MODULE_PARM_DESC(start, "the first value");
static char *label = "none";
// NOLINTNEXTLINE(bugprone-sizeof-expression): the parameter is a pointer
module_param(label, charp, 0444);
static bool loud;
module_param(loud, bool, 0644);
static int list[4];
static unsigned int list_count;
module_param_array(list, int, &list_count, 0444);

struct value {
    struct list_head list;
    int number;
};
static LIST_HEAD(values);
static struct kmem_cache *cache;
static int *table;
static DEFINE_PER_CPU(int, per_cpu_start) = 3;
static DEFINE_MUTEX(lock);
static const char *const words[] = {"zero", "one", "two"}; /* constants that need relocation */
static int untouched[5000];
static int constructed;

__attribute__((__constructor__)) static void construct(void) { constructed = 77; }

int counter_next(void)
{
    struct value *value = kmem_cache_alloc(cache, GFP_KERNEL);

    if (!value) return -ENOMEM;
    mutex_lock(&lock);
    value->number = start++;
    list_add(&value->list, &values);
    mutex_unlock(&lock);
    return value->number;
}
EXPORT_SYMBOL_GPL(counter_next);

/* What a test asks; 1 when the module is as it should be right after loading. */
int counter_is_fresh(void)
{
    int cpu, sum = 0;

    for_each_possible_cpu(cpu) sum += per_cpu(per_cpu_start, cpu)++;
    for (int i = 0; i < 5000; i++) sum += untouched[i]++;
    return sum == 3 * (int)num_possible_cpus() && constructed == 77 && table[2] == 4 && list_empty(&values);
}
int counter_list_sum(void)
{
    int sum = 0;

    for (unsigned int i = 0; i < list_count; i++) sum = sum * 10 + list[i];
    return sum;
}
const char *counter_label(void) { return label; }
int counter_is_loud(void) { return loud; }
const char *counter_word(int which) { return words[which]; }

/* Program data, read from the module: it may lie anywhere. */
int counter_level(void) { return console_loglevel; }

static void from_worker(struct work_struct *work);
static DECLARE_WORK(work, from_worker);
static int worked;
static void from_worker(struct work_struct *unused)
{
    (void)unused;
    worked = counter_next();
}
int counter_by_worker(void)
{
    schedule_work(&work);
    flush_work(&work);
    return worked;
}

static void __exit counter_exit(void)
{
    struct value *value, *next;

    list_for_each_entry_safe(value, next, &values, list) kmem_cache_free(cache, value);
    kmem_cache_destroy(cache);
    vfree(table);
    pr_info("counter: gone\n");
}

static int __init counter_init(void)
{
    if (start < 0) return start;
    cache = KMEM_CACHE(value, 0);
    table = vmalloc(100 * sizeof(*table));
    if (!cache || !table) return -ENOMEM;
    for (int i = 0; i < 100; i++) table[i] = i * i;
    pr_info("counter: here, label '%s'\n", label);
    return 0;
}

module_init(counter_init);
module_exit(counter_exit);
MODULE_LICENSE("Dual MIT/GPL");
