/* Nothing of it runs by itself: for loading broken copies of it. */
#include <linux/slab.h>
#include <linux/vmalloc.h>

static int numbers[100] = {1, 2, 3};
int *plain_numbers = numbers;
const char *const plain_words[] = {"one", "two"};

void *plain_allocate(int which) { return which ? kmalloc(100, GFP_KERNEL) : vmalloc(5000); }
int plain_sum(int count)
{
    int sum = 0;

    for (int i = 0; i < count; i++) sum += plain_numbers[i];
    return sum;
}
