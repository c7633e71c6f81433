/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#include <linux/uuid.h>
#define PLATFORM_NAME_SIZE 20
typedef unsigned long kernel_ulong_t;
struct of_device_id {
    char name[32], type[32], compatible[128];
    const void *data;
};
struct platform_device_id {
    char name[PLATFORM_NAME_SIZE];
    kernel_ulong_t driver_data;
};
struct pci_device_id {
    __u32 vendor, device, subvendor, subdevice, class_id, class_mask;
    kernel_ulong_t driver_data;
    __u32 override_only;
};
