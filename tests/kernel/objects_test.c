// What drivers use beside devices: notifier chains, timers with nanoseconds, objects, references,
// lists by age, credentials, ends of threads.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/jump_label.h>
#include <linux/kmod.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/list_lru.h>
#include <linux/notifier.h>
#include <linux/percpu-refcount.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/semaphore.h>
#include <linux/wait_bit.h>

#include "check.h"

static int order[3], calls;
static int remember(struct notifier_block *block, unsigned long action, void *data)
{
    (void)data;
    order[calls++] = block->priority;
    return action == 2 && block->priority == 5 ? NOTIFY_STOP : NOTIFY_OK;
}

static void notifiers(void)
{
    static BLOCKING_NOTIFIER_HEAD(chain);
    struct notifier_block low = {.notifier_call = remember, .priority = 1},
                          middle = {.notifier_call = remember, .priority = 5},
                          high = {.notifier_call = remember, .priority = 9};

    blocking_notifier_chain_register(&chain, &middle);
    blocking_notifier_chain_register(&chain, &low);
    blocking_notifier_chain_register(&chain, &high);
    CHECK(blocking_notifier_call_chain(&chain, 1, NULL) == NOTIFY_OK);
    CHECK(calls == 3 && order[0] == 9 && order[1] == 5 && order[2] == 1);
    calls = 0;
    CHECK(blocking_notifier_call_chain(&chain, 2, NULL) == NOTIFY_STOP && calls == 2);
    CHECK(blocking_notifier_chain_unregister(&chain, &middle) == 0);
    CHECK(blocking_notifier_chain_unregister(&chain, &middle) == -ENOENT);
    CHECK(notifier_to_errno(notifier_from_errno(-EINVAL)) == -EINVAL);
}

static int ticks;
static enum hrtimer_restart tick(struct hrtimer *timer)
{
    CHECK(in_interrupt());
    CHECK(ktime_get() >= hrtimer_get_expires(timer));
    hrtimer_forward_now(timer, ms_to_ktime(2));
    return __atomic_add_fetch(&ticks, 1, __ATOMIC_SEQ_CST) < 5 ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

static void timers(void)
{
    struct hrtimer timer;

    hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
    timer.function = tick;
    hrtimer_start(&timer, ms_to_ktime(2), HRTIMER_MODE_REL);
    for (int i = 0; i < 1000 && __atomic_load_n(&ticks, __ATOMIC_SEQ_CST) < 5; i++) schedule_timeout_uninterruptible(1);
    hrtimer_cancel(&timer);
    CHECK(ticks == 5 && !hrtimer_active(&timer));
}

static int objects_released;
static void count_release(struct kobject *kobj)
{
    (void)kobj;
    objects_released++;
}
static void objects(void)
{
    static const struct kobj_type type = {.release = count_release};
    struct kset *set = kset_create_and_add("set", NULL, kernel_kobj);
    struct kobject *folder = kobject_create_and_add("folder", &set->kobj), object = {.kset = set}, *found;

    CHECK(kobject_init_and_add(&object, &type, folder, "object%d", 1) == 0);
    found = kset_find_obj(set, "object1");
    CHECK(found == &object && object.parent == folder);
    kobject_put(found);
    CHECK(objects_released == 0);
    kobject_put(&object);
    CHECK(objects_released == 1 && !kset_find_obj(set, "object1"));
    kobject_put(folder);
    kset_unregister(set);
}

/* Events are made, though nobody listens. */
static char said[160];
static int events, refused;
static int hear(struct kobject *kobj, struct kobj_uevent_env *env)
{
    CHECK(kobject_name(kobj) != NULL);
    events++;
    *said = 0;
    for (int i = 0; i < env->envp_idx; i++) {
        strlcat(said, env->envp[i], sizeof(said));
        strlcat(said, " ", sizeof(said));
    }
    return refused;
}
static int not_the_quiet(struct kobject *kobj) { return strcmp(kobject_name(kobj), "quiet") != 0; }
static int hear_device(struct device *device, struct kobj_uevent_env *env)
{
    CHECK(add_uevent_var(env, "MODE=%#o", 0666) == 0);
    return hear(&device->kobj, env);
}
static void object_events(void)
{
    static const struct kset_uevent_ops operations = {.filter = not_the_quiet, .uevent = hear};
    struct kset *set = kset_create_and_add("heard", &operations, NULL);
    struct kobject *loud = kobject_create_and_add("loud", &set->kobj), *quiet = kobject_create_and_add("quiet", NULL);
    struct class *class = class_create(THIS_MODULE, "heard-class");
    struct kobj_uevent_env *env;
    struct device *device;

    CHECK(kobject_uevent(loud, KOBJ_ADD) == -EINVAL); /* what is above it is in no set either */
    loud->kset = quiet->kset = kset_get(kset_get(set));
    CHECK(kobject_uevent(quiet, KOBJ_ADD) == 0 && events == 0);
    CHECK(kobject_uevent_env(loud, KOBJ_CHANGE, (char *[]){(char *)"MORE=1", NULL}) == 0 && events == 1);
    CHECK(strcmp(said, "ACTION=change DEVPATH=/heard/loud SUBSYSTEM=heard MORE=1 ") == 0);
    refused = -EPERM;
    CHECK(kobject_uevent(loud, KOBJ_REMOVE) == -EPERM && events == 2);
    refused = 0;
    loud->kset = quiet->kset = NULL;
    kset_put(set);
    kset_put(set);
    kobject_put(loud);
    kobject_put(quiet);
    kset_unregister(set);

    class->dev_uevent = hear_device;
    device = device_create(class, NULL, MKDEV(240, 7), NULL, "sounding");
    CHECK(events == 3 && strstr(said, "SUBSYSTEM=heard-class MAJOR=240 MINOR=7 DEVNAME=sounding MODE=0666 "));
    device_unregister(device);
    CHECK(events == 4 && strncmp(said, "ACTION=remove ", 14) == 0);
    class_destroy(class);

    env = kzalloc(sizeof(*env), GFP_KERNEL);
    while (env->buflen < UEVENT_BUFFER_SIZE - 100) CHECK(add_uevent_var(env, "FILL=%098d", 0) == 0);
    CHECK_REPORT("buffer size too small", CHECK(add_uevent_var(env, "FILL=%0100d", 0) == -ENOMEM));
    kfree(env);
}

static int references_gone;
static void gone(struct percpu_ref *ref)
{
    (void)ref;
    references_gone++;
}
static void references(void)
{
    static DEFINE_STATIC_KEY_FALSE(key);
    static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 3);
    struct percpu_ref ref;
    int passed = 0;

    CHECK(percpu_ref_init(&ref, gone, 0, GFP_KERNEL) == 0);
    percpu_ref_get(&ref);
    percpu_ref_kill(&ref);
    rcu_barrier();
    CHECK(references_gone == 0 && percpu_ref_is_dying(&ref) && !percpu_ref_tryget_live(&ref));
    percpu_ref_put(&ref);
    CHECK(references_gone == 1 && percpu_ref_is_zero(&ref));
    percpu_ref_exit(&ref);

    CHECK(!static_branch_unlikely(&key));
    static_branch_inc(&key);
    CHECK(static_branch_unlikely(&key) && static_key_count(&key.key) == 1);
    for (int i = 0; i < 10; i++) passed += __ratelimit(&limit);
    CHECK(passed == 3 && limit.missed == 7);
}

struct aged {
    struct list_head lru;
    int number;
};
/* Every third is removed, every third is used again, the rest stays; the list lets go of its lock
 * for one of them. */
static enum lru_status judge(struct list_head *item, struct list_lru_one *list, spinlock_t *lock, void *order)
{
    struct aged *aged = container_of(item, struct aged, lru);

    strcat(order, (char[]){(char)('a' + aged->number), 0});
    if (aged->number % 3 == 1) return LRU_ROTATE;
    if (aged->number % 3 == 2) return LRU_SKIP;
    list_lru_isolate(list, item);
    if (aged->number != 6) return LRU_REMOVED;
    spin_unlock(lock);
    spin_lock(lock);
    return LRU_REMOVED_RETRY;
}
static void by_age(void)
{
    struct aged items[9];
    struct list_lru lru;
    char order[32] = "";

    CHECK(list_lru_init(&lru) == 0 && list_lru_count(&lru) == 0);
    for (int i = 0; i < 9; i++) {
        items[i].number = i;
        INIT_LIST_HEAD(&items[i].lru);
        CHECK(list_lru_add(&lru, &items[i].lru) && !list_lru_add(&lru, &items[i].lru));
    }
    CHECK(list_lru_walk(&lru, judge, order, 3) == 1 && !strcmp(order, "abc") && list_lru_count(&lru) == 8);
    *order = 0;
    CHECK(list_lru_walk(&lru, judge, order, 20) == 2 && list_lru_count(&lru) == 6);
    CHECK(strncmp(order, "cdefgcfhi", 9) == 0);
    CHECK(list_empty(&items[0].lru) && !list_lru_del(&lru, &items[0].lru));
    CHECK(list_lru_del(&lru, &items[1].lru) && list_lru_count(&lru) == 5);
    list_lru_destroy(&lru);
}

static void credentials(void)
{
    struct cred *fresh = prepare_creds();

    CHECK(uid_eq(current_uid(), GLOBAL_ROOT_UID) && capable(CAP_SYS_ADMIN));
    fresh->euid = KUIDT_INIT(1000);
    memset(&fresh->cap_effective, 0, sizeof(fresh->cap_effective));
    commit_creds(fresh);
    CHECK(current_euid().val == 1000 && !capable(CAP_SYS_ADMIN));
    fresh = prepare_creds();
    fresh->euid = GLOBAL_ROOT_UID;
    fresh->cap_effective = fresh->cap_permitted;
    commit_creds(fresh);
    CHECK(capable(CAP_SYS_ADMIN));
}

static unsigned long flag_word;
static int leave_early(void *done)
{
    msleep(5);
    clear_and_wake_up_bit(3, &flag_word);
    kthread_complete_and_exit(done, 7);
}
static void exits(void)
{
    static DEFINE_SEMAPHORE(one);
    static DEFINE_SEMAPHORE(pair, 2);
    DECLARE_COMPLETION_ONSTACK(done);
    struct fasync_struct *list = NULL;
    struct file file = {.f_flags = 0};

    CHECK(down_trylock(&one) == 0 && down_trylock(&one) == 1);
    CHECK(down_trylock(&pair) == 0 && down_trylock(&pair) == 0 && down_trylock(&pair) == 1);
    set_bit(3, &flag_word);
    CHECK(!IS_ERR(kthread_run(leave_early, &done, "leaver")));
    CHECK(wait_on_bit(&flag_word, 3, TASK_UNINTERRUPTIBLE) == 0);
    wait_for_completion(&done);
    CHECK(fasync_helper(3, &file, 1, &list) == 1 && fasync_helper(4, &file, 1, &list) == 0 && list->fa_fd == 4);
    kill_fasync(&list, SIGIO, POLL_IN);
    CHECK(fasync_helper(-1, &file, 0, &list) == 1 && fasync_helper(-1, &file, 0, &list) == 0 && !list);
}

static int cleaned;
static void clean_up(struct subprocess_info *info)
{
    CHECK(info->data == &cleaned && info->retval < 0);
    cleaned++;
}
static void helpers(void)
{
    char *words[] = {"/bin/true", NULL};

    CHECK(call_usermodehelper(words[0], words, NULL, UMH_WAIT_PROC) == -EBUSY);
    CHECK(call_usermodehelper(NULL, words, NULL, UMH_NO_WAIT) == -EINVAL);
    CHECK(call_usermodehelper_exec(
              call_usermodehelper_setup(words[0], words, NULL, GFP_KERNEL, NULL, clean_up, &cleaned), UMH_WAIT_EXEC) ==
          -EBUSY);
    CHECK(cleaned == 1);
}

int main(void)
{
    helpers();
    notifiers();
    timers();
    objects();
    object_events();
    references();
    by_age();
    credentials();
    exits();
    CHECK(ashlar_warn_count() == 1); /* the one that was asked for */
    return check_result("objects");
}
