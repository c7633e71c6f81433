/* SPDX-License-Identifier: MIT */
/*
 * I2C: chips with an address, behind adapters that somebody registers: a driver under test, or a test
 * that plays the chips in its algorithm. Clients meet their drivers by name on i2c_bus_type.
 */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/i2c.h>
#else
#ifndef ASHLAR_LINUX_I2C_H
#define ASHLAR_LINUX_I2C_H
#include <linux/kconfig.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/mod_devicetable.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/swab.h>
#include <linux/types.h>
struct i2c_adapter;
struct i2c_client;

/* ---- messages -------------------------------------------------------------------------------- */

#define I2C_M_RD 0x0001
#define I2C_M_TEN 0x0010
#define I2C_M_DMA_SAFE 0x0200
#define I2C_M_RECV_LEN 0x0400 /* the first byte that comes is how many follow */
#define I2C_M_NO_RD_ACK 0x0800
#define I2C_M_IGNORE_NAK 0x1000
#define I2C_M_REV_DIR_ADDR 0x2000
#define I2C_M_NOSTART 0x4000
#define I2C_M_STOP 0x8000
struct i2c_msg {
    __u16 addr, flags, len;
    __u8 *buf;
};
#define I2C_SMBUS_BLOCK_MAX 32
union i2c_smbus_data {
    __u8 byte;
    __u16 word;
    __u8 block[I2C_SMBUS_BLOCK_MAX + 2]; /* block[0] is the length */
};
#define I2C_SMBUS_READ 1
#define I2C_SMBUS_WRITE 0
#define I2C_SMBUS_QUICK 0
#define I2C_SMBUS_BYTE 1
#define I2C_SMBUS_BYTE_DATA 2
#define I2C_SMBUS_WORD_DATA 3
#define I2C_SMBUS_PROC_CALL 4
#define I2C_SMBUS_BLOCK_DATA 5
#define I2C_SMBUS_I2C_BLOCK_BROKEN 6
#define I2C_SMBUS_BLOCK_PROC_CALL 7
#define I2C_SMBUS_I2C_BLOCK_DATA 8

#define I2C_FUNC_I2C 0x00000001
#define I2C_FUNC_10BIT_ADDR 0x00000002
#define I2C_FUNC_PROTOCOL_MANGLING 0x00000004
#define I2C_FUNC_SMBUS_PEC 0x00000008
#define I2C_FUNC_NOSTART 0x00000010
#define I2C_FUNC_SMBUS_BLOCK_PROC_CALL 0x00008000
#define I2C_FUNC_SMBUS_QUICK 0x00010000
#define I2C_FUNC_SMBUS_READ_BYTE 0x00020000
#define I2C_FUNC_SMBUS_WRITE_BYTE 0x00040000
#define I2C_FUNC_SMBUS_READ_BYTE_DATA 0x00080000
#define I2C_FUNC_SMBUS_WRITE_BYTE_DATA 0x00100000
#define I2C_FUNC_SMBUS_READ_WORD_DATA 0x00200000
#define I2C_FUNC_SMBUS_WRITE_WORD_DATA 0x00400000
#define I2C_FUNC_SMBUS_PROC_CALL 0x00800000
#define I2C_FUNC_SMBUS_READ_BLOCK_DATA 0x01000000
#define I2C_FUNC_SMBUS_WRITE_BLOCK_DATA 0x02000000
#define I2C_FUNC_SMBUS_READ_I2C_BLOCK 0x04000000
#define I2C_FUNC_SMBUS_WRITE_I2C_BLOCK 0x08000000
#define I2C_FUNC_SMBUS_BYTE (I2C_FUNC_SMBUS_READ_BYTE | I2C_FUNC_SMBUS_WRITE_BYTE)
#define I2C_FUNC_SMBUS_BYTE_DATA (I2C_FUNC_SMBUS_READ_BYTE_DATA | I2C_FUNC_SMBUS_WRITE_BYTE_DATA)
#define I2C_FUNC_SMBUS_WORD_DATA (I2C_FUNC_SMBUS_READ_WORD_DATA | I2C_FUNC_SMBUS_WRITE_WORD_DATA)
#define I2C_FUNC_SMBUS_BLOCK_DATA (I2C_FUNC_SMBUS_READ_BLOCK_DATA | I2C_FUNC_SMBUS_WRITE_BLOCK_DATA)
#define I2C_FUNC_SMBUS_I2C_BLOCK (I2C_FUNC_SMBUS_READ_I2C_BLOCK | I2C_FUNC_SMBUS_WRITE_I2C_BLOCK)
/* What any adapter that transfers messages can, without I2C_M_RECV_LEN. */
#define I2C_FUNC_SMBUS_EMUL                                                                             \
    (I2C_FUNC_SMBUS_QUICK | I2C_FUNC_SMBUS_BYTE | I2C_FUNC_SMBUS_BYTE_DATA | I2C_FUNC_SMBUS_WORD_DATA | \
     I2C_FUNC_SMBUS_PROC_CALL | I2C_FUNC_SMBUS_WRITE_BLOCK_DATA | I2C_FUNC_SMBUS_I2C_BLOCK)

/* ---- adapters, clients, drivers -------------------------------------------------------------- */

struct i2c_algorithm {
    /* How many messages went through, or an error; -EAGAIN: the bus was lost, try again. */
    int (*master_xfer)(struct i2c_adapter *adapter, struct i2c_msg *messages, int count);
    int (*master_xfer_atomic)(struct i2c_adapter *adapter, struct i2c_msg *messages, int count);
    int (*smbus_xfer)(struct i2c_adapter *adapter, u16 address, unsigned short flags, char read_write, u8 command,
                      int size, union i2c_smbus_data *data);
    u32 (*functionality)(struct i2c_adapter *adapter);
};
struct i2c_adapter {
    struct module *owner;
    unsigned int ASHLAR_CLASS_NAME;
    const struct i2c_algorithm *algo;
    void *algo_data;
    struct mutex bus_lock; /* one transfer at a time */
    int timeout;           /* in jiffies, of all tries together */
    int retries;
    struct device dev;
    int nr;
    char name[48];
    struct completion dev_released;
    struct list_head ashlar_list;
};
#define to_i2c_adapter(device) container_of(device, struct i2c_adapter, dev)
#define I2C_CLIENT_PEC 0x04
#define I2C_CLIENT_TEN 0x10
#define I2C_CLIENT_SLAVE 0x20
#define I2C_CLIENT_END 0xfffeU
struct i2c_client {
    unsigned short flags, addr;
    char name[I2C_NAME_SIZE];
    struct i2c_adapter *adapter;
    struct device dev;
    int init_irq, irq;
};
#define to_i2c_client(device) container_of(device, struct i2c_client, dev)
struct i2c_driver {
    unsigned int ASHLAR_CLASS_NAME;
    int (*probe)(struct i2c_client *client, const struct i2c_device_id *id);
    int (*probe_new)(struct i2c_client *client);
    void (*remove)(struct i2c_client *client);
    void (*shutdown)(struct i2c_client *client);
    int (*command)(struct i2c_client *client, unsigned int command, void *argument);
    struct device_driver driver;
    const struct i2c_device_id *id_table;
    u32 flags;
};
#define to_i2c_driver(base) container_of(base, struct i2c_driver, driver)
struct i2c_board_info {
    char type[I2C_NAME_SIZE];
    unsigned short flags, addr;
    const char *dev_name;
    void *platform_data;
    struct device_node *of_node;
    int irq;
};
#define I2C_BOARD_INFO(its_type, its_address) .type = its_type, .addr = (its_address)
ASHLAR_BEGIN_C
extern struct bus_type i2c_bus_type;
/* -EINVAL: it has no name or no algorithm. */
int i2c_add_adapter(struct i2c_adapter *adapter);
/* With its own number, -EBUSY if that is taken; -1: with any. */
int i2c_add_numbered_adapter(struct i2c_adapter *adapter);
/* With all its clients; waits for those who got it by its number. */
void i2c_del_adapter(struct i2c_adapter *adapter);
int devm_i2c_add_adapter(struct device *device, struct i2c_adapter *adapter);
/* With a reference. */
struct i2c_adapter *i2c_get_adapter(int number);
void i2c_put_adapter(struct i2c_adapter *adapter);
/* ERR_PTR: -EINVAL, -EBUSY. */
struct i2c_client *i2c_new_client_device(struct i2c_adapter *adapter, struct i2c_board_info const *info);
void i2c_unregister_device(struct i2c_client *client);
struct i2c_client *i2c_verify_client(struct device *device);
struct i2c_adapter *i2c_verify_adapter(struct device *device);
int i2c_register_driver(struct module *owner, struct i2c_driver *driver);
void i2c_del_driver(struct i2c_driver *driver);
const struct i2c_device_id *i2c_match_id(const struct i2c_device_id *ids, const struct i2c_client *client);
const struct i2c_device_id *i2c_client_get_device_id(const struct i2c_client *client);

/* How many messages went through, or an error. */
int i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count);
int __i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count);
/* How many bytes did. */
int i2c_transfer_buffer_flags(const struct i2c_client *client, char *buffer, int count, u16 flags);
s32 i2c_smbus_xfer(struct i2c_adapter *adapter, u16 address, unsigned short flags, char read_write, u8 command,
                   int protocol, union i2c_smbus_data *data);
s32 i2c_smbus_read_byte(const struct i2c_client *client);
s32 i2c_smbus_write_byte(const struct i2c_client *client, u8 value);
s32 i2c_smbus_read_byte_data(const struct i2c_client *client, u8 command);
s32 i2c_smbus_write_byte_data(const struct i2c_client *client, u8 command, u8 value);
s32 i2c_smbus_read_word_data(const struct i2c_client *client, u8 command);
s32 i2c_smbus_write_word_data(const struct i2c_client *client, u8 command, u16 value);
s32 i2c_smbus_read_block_data(const struct i2c_client *client, u8 command, u8 *values);
s32 i2c_smbus_write_block_data(const struct i2c_client *client, u8 command, u8 length, const u8 *values);
s32 i2c_smbus_read_i2c_block_data(const struct i2c_client *client, u8 command, u8 length, u8 *values);
s32 i2c_smbus_write_i2c_block_data(const struct i2c_client *client, u8 command, u8 length, const u8 *values);
/* By words or bytes where the adapter cannot do blocks. */
s32 i2c_smbus_read_i2c_block_data_or_emulated(const struct i2c_client *client, u8 command, u8 length, u8 *values);
ASHLAR_END_C
#define i2c_add_driver(driver) i2c_register_driver(THIS_MODULE, driver)
#define module_i2c_driver(driver) module_driver(driver, i2c_add_driver, i2c_del_driver)
#define builtin_i2c_driver(driver) builtin_driver(driver, i2c_add_driver)
static inline int i2c_master_send(const struct i2c_client *client, const char *buffer, int count)
{
    return i2c_transfer_buffer_flags(client, (char *)buffer, count, 0);
}
static inline int i2c_master_recv(const struct i2c_client *client, char *buffer, int count)
{
    return i2c_transfer_buffer_flags(client, buffer, count, I2C_M_RD);
}
static inline s32 i2c_smbus_read_word_swapped(const struct i2c_client *client, u8 command)
{
    s32 value = i2c_smbus_read_word_data(client, command);

    return value < 0 ? value : swab16((u16)value);
}
static inline s32 i2c_smbus_write_word_swapped(const struct i2c_client *client, u8 command, u16 value)
{
    return i2c_smbus_write_word_data(client, command, swab16(value));
}
static inline u8 i2c_8bit_addr_from_msg(const struct i2c_msg *message)
{
    return (u8)(message->addr << 1 | (message->flags & I2C_M_RD));
}
static inline u32 i2c_get_functionality(struct i2c_adapter *adapter) { return adapter->algo->functionality(adapter); }
static inline int i2c_check_functionality(struct i2c_adapter *adapter, u32 wanted)
{
    return (i2c_get_functionality(adapter) & wanted) == wanted;
}
static inline int i2c_adapter_id(struct i2c_adapter *adapter) { return adapter->nr; }
static inline void *i2c_get_clientdata(const struct i2c_client *client) { return dev_get_drvdata(&client->dev); }
static inline void i2c_set_clientdata(struct i2c_client *client, void *data) { dev_set_drvdata(&client->dev, data); }
static inline void *i2c_get_adapdata(const struct i2c_adapter *adapter) { return dev_get_drvdata(&adapter->dev); }
static inline void i2c_set_adapdata(struct i2c_adapter *adapter, void *data) { dev_set_drvdata(&adapter->dev, data); }
#endif
#endif
