// A name is removed while operations run on files of it: who made it frees afterwards what they use,
// so the removal must wait for them, and none may begin.

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "check.h"

/* What an operation uses, and what holds it up. */
struct shared {
    struct completion inside, go_on;
    int value;
};
static struct shared *shared;
static int releases;

static struct shared *fresh(void)
{
    struct shared *one = kzalloc(sizeof(*one), GFP_KERNEL);

    init_completion(&one->inside);
    init_completion(&one->go_on);
    one->value = 42;
    return one;
}

static int held_up(struct shared *used)
{
    complete(&used->inside);
    wait_for_completion(&used->go_on);
    return used->value;
}

/* ---- who reads, who removes ------------------------------------------------------------------ */

struct reader {
    const char *path;
    struct completion done;
    long result;
    char text[16];
};
static int read_it(void *data)
{
    struct reader *reader = data;
    struct file *file = filp_open(reader->path, O_RDONLY, 0);
    loff_t pos = 0;

    reader->result = IS_ERR(file) ? PTR_ERR(file) : kernel_read(file, reader->text, sizeof(reader->text) - 1, &pos);
    if (!IS_ERR(file)) filp_close(file, NULL);
    complete(&reader->done);
    return 0;
}

struct remover {
    void (*remove)(void);
    struct completion begun, done;
};
static int remove_it(void *data)
{
    struct remover *remover = data;

    complete(&remover->begun);
    remover->remove();
    /* Nobody can be inside any more. */
    memset(shared, 0, sizeof(*shared));
    kfree(shared);
    complete(&remover->done);
    return 0;
}

static void wait_for_reader(const char *path, void (*remove)(void))
{
    struct reader reader = {.path = path};
    struct remover remover = {.remove = remove};
    struct shared *used = shared;

    init_completion(&reader.done);
    init_completion(&remover.begun);
    init_completion(&remover.done);
    CHECK(!IS_ERR(kthread_run(read_it, &reader, "reader")));
    wait_for_completion(&used->inside);
    CHECK(!IS_ERR(kthread_run(remove_it, &remover, "remover")));
    wait_for_completion(&remover.begun);
    msleep(30);
    CHECK(!completion_done(&remover.done));
    CHECK(PTR_ERR(filp_open(path, O_RDONLY, 0)) == -ENOENT); /* the name is gone at once */
    complete(&used->go_on);
    wait_for_completion(&remover.done);
    wait_for_completion(&reader.done);
    CHECK(reader.result == 3 && !strcmp(reader.text, "42\n"));
}

/* ---- procfs ---------------------------------------------------------------------------------- */

static int slow_show(struct seq_file *seq, void *unused)
{
    (void)unused;
    seq_printf(seq, "%d\n", held_up(seq->private));
    return 0;
}
static struct proc_dir_entry *folder;
static void remove_folder(void) { proc_remove(folder); }

static int slow_open(struct inode *inode, struct file *file)
{
    return single_open(file, slow_show, (void *)(long)held_up(pde_data(inode)));
}
static int count_release(struct inode *inode, struct file *file)
{
    releases++;
    return single_release(inode, file);
}
static int quick_show(struct seq_file *seq, void *unused)
{
    (void)unused;
    seq_puts(seq, "quick\n");
    return 0;
}
static int quick_open(struct inode *inode, struct file *file)
{
    (void)inode;
    return single_open(file, quick_show, NULL);
}
static long answer(struct file *file, unsigned int command, unsigned long argument)
{
    (void)file;
    return command + (long)argument;
}
static __poll_t nothing_ready(struct file *file, struct poll_table_struct *table)
{
    (void)file;
    (void)table;
    return 0;
}
static const struct proc_ops quick = {.proc_open = quick_open,
                                      .proc_read = seq_read,
                                      .proc_lseek = seq_lseek,
                                      .proc_ioctl = answer,
                                      .proc_poll = nothing_ready,
                                      .proc_release = count_release};

static void procfs(void)
{
    struct file *file, *other;
    char text[8];
    loff_t pos = 0;

    shared = fresh();
    folder = proc_mkdir("going", NULL);
    CHECK(proc_create_single_data("slow", 0444, folder, slow_show, shared) != NULL);
    wait_for_reader("/proc/going/slow", remove_folder);

    /* Who has a file open when its name goes has it closed, once. */
    folder = proc_create("quick", 0444, NULL, &quick);
    file = filp_open("/proc/quick", O_RDONLY, 0);
    other = filp_open("/proc/quick", O_RDONLY, 0);
    CHECK(vfs_ioctl(file, 2, 3) == 5 && kernel_read(file, text, sizeof(text), &pos) == 6);
    CHECK(vfs_poll(file, NULL) == 0);
    filp_close(other, NULL);
    CHECK(releases == 1);
    remove_folder();
    CHECK(releases == 2);
    pos = 0;
    CHECK(kernel_read(file, text, sizeof(text), &pos) == -EIO && vfs_ioctl(file, 2, 3) == -ENOTTY);
    CHECK(vfs_llseek(file, 0, SEEK_SET) == -EINVAL && vfs_poll(file, NULL) == DEFAULT_POLLMASK);
    filp_close(file, NULL);
    CHECK(releases == 2);
}

/* An open() that runs counts as well. */
static int give_up(void *unused)
{
    struct file *file = filp_open("/proc/opening", O_RDONLY, 0);

    (void)unused;
    CHECK(!IS_ERR(file)); /* it was there when it began */
    if (!IS_ERR(file)) filp_close(file, NULL);
    complete((struct completion *)unused);
    return 0;
}
static void opening(void)
{
    static const struct proc_ops slowly = {
        .proc_open = slow_open, .proc_read = seq_read, .proc_release = count_release};
    DECLARE_COMPLETION_ONSTACK(done);
    struct remover remover = {.remove = remove_folder};
    struct shared *used = shared = fresh();
    int before = releases;

    init_completion(&remover.begun);
    init_completion(&remover.done);
    folder = proc_create_data("opening", 0444, NULL, &slowly, shared);
    CHECK(!IS_ERR(kthread_run(give_up, &done, "opener")));
    wait_for_completion(&used->inside);
    CHECK(!IS_ERR(kthread_run(remove_it, &remover, "remover")));
    wait_for_completion(&remover.begun);
    msleep(20);
    CHECK(!completion_done(&remover.done));
    complete(&used->go_on);
    wait_for_completion(&remover.done);
    wait_for_completion(&done);
    CHECK(releases == before + 1);
}

/* ---- debugfs --------------------------------------------------------------------------------- */

static struct dentry *debug_folder;
static void remove_debug_folder(void) { debugfs_remove_recursive(debug_folder); }
static int slow_get(void *data, u64 *value)
{
    *value = (u64)held_up(data);
    return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(slow_number, slow_get, NULL, "%llu\n");
static const struct file_operations closing = {
    .open = quick_open, .read = seq_read, .llseek = seq_lseek, .release = count_release};

static void debugfs(void)
{
    struct file *file;
    char text[8];
    loff_t pos = 0;
    int before = releases;

    shared = fresh();
    debug_folder = debugfs_create_dir("going", NULL);
    debugfs_create_file("slow", 0444, debug_folder, shared, &slow_number);
    wait_for_reader("/sys/kernel/debug/going/slow", remove_debug_folder);

    debug_folder = debugfs_create_file("quick", 0444, NULL, NULL, &closing);
    file = filp_open("/sys/kernel/debug/quick", O_RDONLY, 0);
    CHECK(debugfs_file_get(debug_folder) == 0);
    debugfs_file_put(debug_folder);
    remove_debug_folder();
    CHECK(releases == before && kernel_read(file, text, sizeof(text), &pos) == -EIO);
    CHECK(debugfs_file_get(file_dentry(file)) == -EIO);
    CHECK(vfs_poll(file, NULL) & EPOLLIN);
    filp_close(file, NULL);
    CHECK(releases == before + 1);
}

/* ---- sysfs ----------------------------------------------------------------------------------- */

static struct kobject *object;
static void remove_object(void) { kobject_put(object); }
static ssize_t slow_attribute_show(struct kobject *kobj, struct kobj_attribute *attribute, char *to)
{
    (void)kobj;
    (void)attribute;
    return sysfs_emit(to, "%d\n", held_up(shared));
}
static struct kobj_attribute slow_attribute = __ATTR(slow, 0444, slow_attribute_show, NULL);

static bool was_mine;
static ssize_t self_store(struct kobject *kobj, struct kobj_attribute *attribute, const char *from, size_t count)
{
    if (*from == 'x')
        sysfs_remove_file(kobj, &attribute->attr);
    else
        was_mine = sysfs_remove_file_self(kobj, &attribute->attr);
    return (ssize_t)count;
}
static struct kobj_attribute self_attribute = __ATTR(self, 0200, NULL, self_store);

static void sysfs(void)
{
    struct file *file;
    loff_t pos = 0;

    shared = fresh();
    object = kobject_create_and_add("going", kernel_kobj);
    CHECK(sysfs_create_file(object, &slow_attribute.attr) == 0);
    wait_for_reader("/sys/kernel/going/slow", remove_object);

    object = kobject_create_and_add("going", kernel_kobj);
    CHECK(sysfs_create_file(object, &self_attribute.attr) == 0);
    file = filp_open("/sys/kernel/going/self", O_WRONLY, 0);
    CHECK(kernel_write(file, "1", 1, &pos) == 1 && was_mine && kernel_write(file, "1", 1, &pos) == -ENODEV);
    filp_close(file, NULL);
    CHECK(PTR_ERR(filp_open("/sys/kernel/going/self", O_WRONLY, 0)) == -ENOENT);

    CHECK(sysfs_create_file(object, &self_attribute.attr) == 0);
    file = filp_open("/sys/kernel/going/self", O_WRONLY, 0);
    CHECK_REPORT("'self' is removed by an operation of its own", CHECK(kernel_write(file, "x", 1, &pos) == 1));
    filp_close(file, NULL);
    kobject_put(object);
}

int main(void)
{
    procfs();
    opening();
    debugfs();
    sysfs();
    return check_result("removal");
}
