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
/* Flags of what has to be the same, and which capabilities a device has to have. */
#define INPUT_DEVICE_ID_MATCH_BUS 1
#define INPUT_DEVICE_ID_MATCH_VENDOR 2
#define INPUT_DEVICE_ID_MATCH_PRODUCT 4
#define INPUT_DEVICE_ID_MATCH_VERSION 8
#define INPUT_DEVICE_ID_MATCH_EVBIT 0x0010
#define INPUT_DEVICE_ID_MATCH_KEYBIT 0x0020
#define INPUT_DEVICE_ID_MATCH_RELBIT 0x0040
#define INPUT_DEVICE_ID_MATCH_ABSBIT 0x0080
#define INPUT_DEVICE_ID_MATCH_MSCIT 0x0100
#define INPUT_DEVICE_ID_MATCH_LEDBIT 0x0200
#define INPUT_DEVICE_ID_MATCH_SNDBIT 0x0400
#define INPUT_DEVICE_ID_MATCH_SWBIT 0x1000
#define INPUT_DEVICE_ID_MATCH_PROPBIT 0x2000
struct input_device_id {
    kernel_ulong_t flags;
    __u16 bustype, vendor, product, version;
    kernel_ulong_t evbit[1];
    kernel_ulong_t keybit[12];
    kernel_ulong_t relbit[1];
    kernel_ulong_t absbit[1];
    kernel_ulong_t mscbit[1];
    kernel_ulong_t ledbit[1];
    kernel_ulong_t sndbit[1];
    kernel_ulong_t swbit[1];
    kernel_ulong_t propbit[1];
    kernel_ulong_t driver_info;
};
#define I2C_NAME_SIZE 20
struct i2c_device_id {
    char name[I2C_NAME_SIZE];
    kernel_ulong_t driver_data;
};
