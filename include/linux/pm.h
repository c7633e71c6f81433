/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct device;
typedef struct pm_message {
    int event;
} pm_message_t;
struct dev_pm_ops {
    int (*prepare)(struct device *device);
    void (*complete)(struct device *device);
    int (*suspend)(struct device *device);
    int (*resume)(struct device *device);
    int (*freeze)(struct device *device);
    int (*thaw)(struct device *device);
    int (*poweroff)(struct device *device);
    int (*restore)(struct device *device);
    int (*suspend_late)(struct device *device);
    int (*resume_early)(struct device *device);
    int (*suspend_noirq)(struct device *device);
    int (*resume_noirq)(struct device *device);
    int (*runtime_suspend)(struct device *device);
    int (*runtime_resume)(struct device *device);
    int (*runtime_idle)(struct device *device);
};
/* Nothing is ever suspended. */
#define pm_ptr(pointer) NULL
#define pm_sleep_ptr(pointer) NULL
#define SIMPLE_DEV_PM_OPS(name, suspend_function, resume_function) const struct dev_pm_ops __maybe_unused name = {}
#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_function, resume_function) \
    static const struct dev_pm_ops name = {.suspend = suspend_function, .resume = resume_function}
