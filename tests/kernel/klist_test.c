// Lists that change while somebody walks them.

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/klist.h>
#include <linux/kthread.h>

#include "check.h"

static bool gone;
struct item {
    struct klist_node node;
    int number;
};
static struct klist items;
static int remove_item(void *data)
{
    struct item *item = data;

    klist_remove(&item->node);
    WRITE_ONCE(gone, true);
    return 0;
}
int main(void)
{
    struct item item[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    struct task_struct *thread;
    struct klist_iter iter;

    klist_init(&items, NULL, NULL);
    klist_add_tail(&item[1].node, &items);
    klist_add_head(&item[0].node, &items);
    klist_add_behind(&item[3].node, &item[1].node);
    klist_add_before(&item[2].node, &item[3].node);
    klist_iter_init(&items, &iter);
    for (int i = 0; i < 4; i++) CHECK(klist_next(&iter) == &item[i].node);
    CHECK(klist_next(&iter) == NULL);
    for (int i = 3; i >= 0; i--) CHECK(klist_prev(&iter) == &item[i].node);
    CHECK(klist_next(&iter) == &item[1].node);

    /* Whoever removes what an iterator stands on waits for it; others do not see it meanwhile. */
    thread = kthread_create(remove_item, &item[1], "remover");
    get_task_struct(thread);
    wake_up_process(thread);
    while (!((unsigned long)READ_ONCE(item[1].node.n_klist) & 1)) msleep(1);
    klist_del(&item[2].node);
    CHECK(klist_node_attached(&item[1].node) && !klist_node_attached(&item[2].node) && !READ_ONCE(gone));
    CHECK(klist_next(&iter) == &item[3].node);
    kthread_stop(thread);
    put_task_struct(thread);
    CHECK(gone && !klist_node_attached(&item[1].node));
    klist_iter_exit(&iter);
    klist_iter_init_node(&items, &iter, &item[0].node);
    CHECK(klist_next(&iter) == &item[3].node);
    klist_iter_exit(&iter);
    klist_remove(&item[3].node);
    klist_remove(&item[0].node);
    return check_result("klist");
}
