/* A module as any other: compiled alone, it knows the kernel only by its headers. */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct square {
    struct list_head list;
    int value;
};
static LIST_HEAD(squares);
static struct kmem_cache* cache;
static int* table;
static const char banner[] = "squares";
static int entries = 1000;
module_param_named(count, entries, int, 0444);

int squares_sum(int count) {
    struct square* square;
    int sum = 0, seen = 0;

    list_for_each_entry(square, &squares, list) {
        if (seen == count) break;
        sum += square->value == table[seen] ? square->value : -1000000;
        seen++;
    }
    return sum;
}

static void __exit squares_exit(void) {
    struct square *square, *next;

    list_for_each_entry_safe(square, next, &squares, list) kmem_cache_free(cache, square);
    vfree(table);
    kmem_cache_destroy(cache);
    pr_info("%s: gone, %d entries\n", banner, entries);
}

static int __init squares_init(void) {
    cache = kmem_cache_create("square", sizeof(struct square), 0, 0, NULL);
    table = vmalloc(entries * sizeof(*table));
    if (!cache || !table) return -ENOMEM;
    for (int i = 0; i < entries; i++) {
        struct square* square = kmem_cache_alloc(cache, GFP_KERNEL);
        if (!square) return -ENOMEM;
        table[i] = square->value = i * i;
        list_add_tail(&square->list, &squares);
    }
    pr_info("%s: here, %d entries\n", banner, entries);
    return 0;
}

module_init(squares_init);
module_exit(squares_exit);
MODULE_LICENSE("Dual MIT/GPL");
