/* Kernel code as a user's: the same file is built as C and as C++, by three compilers. */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct item {
    struct list_head list;
    int number;
};

int main(void) {
    LIST_HEAD(items);
    struct item *item, *next;
    char* block = (char*)kzalloc(3 * PAGE_SIZE, GFP_KERNEL);
    char* area = (char*)vmalloc(3 * PAGE_SIZE);
    int sum = 0;

    if (!block || !area) return 1;
    for (int i = 1; i <= 4; i++) {
        item = (struct item*)kmalloc(sizeof(*item), GFP_KERNEL);
        item->number = i;
        list_add_tail(&item->list, &items);
    }
    list_for_each_entry(item, &items, list) sum += item->number;
    list_for_each_entry_safe(item, next, &items, list) kfree(item);
    pr_info("sum %d, contiguous %d, mapped %d\n", sum,
            virt_to_phys(block + 2 * PAGE_SIZE) == virt_to_phys(block) + 2 * PAGE_SIZE,
            is_vmalloc_addr(area) && vmalloc_to_page(area) != NULL);
    vfree(area);
    kfree(block);
    return 0;
}
