// I2C: chips that the test plays, their clients and drivers, and what goes over the bus.

#include <ashlar/machine.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/i2c.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "check.h"

static ssize_t put_text(const char *path, const char *text)
{
    struct file *file = filp_open(path, O_WRONLY, 0);
    ssize_t result;
    loff_t pos = 0;

    if (IS_ERR(file)) return PTR_ERR(file);
    result = kernel_write(file, text, strlen(text), &pos);
    filp_close(file, NULL);
    return result;
}
static bool exists(const char *folder) { return PTR_ERR(filp_open(folder, O_RDONLY, 0)) == -EISDIR; }

/* ---- a bus with one chip at 0x50: 256 bytes, the first that is written says where ------------ */

static u8 chip[256];
static u8 at;
static int lost, inside, crowded, quick; /* how often the bus is busy still; who is in a transfer */
static int transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
    (void)adapter;
    crowded += __atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST) != 0;
    __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
    if (lost > 0) {
        lost--;
        return -EAGAIN;
    }
    for (int i = 0; i < count; i++) {
        struct i2c_msg *message = &messages[i];

        if (message->addr != 0x50) return i ? i : -ENXIO;
        quick += message->len == 0;
        if (message->flags & I2C_M_RECV_LEN) {
            message->len = (u16)(message->len + chip[at]);
            memcpy(message->buf, &chip[at], message->len);
            continue;
        }
        for (int byte = 0; byte < message->len; byte++) {
            if (message->flags & I2C_M_RD)
                message->buf[byte] = chip[at++];
            else if (byte == 0)
                at = message->buf[0];
            else
                chip[at++] = message->buf[byte];
        }
    }
    return count;
}
static u32 can_all(struct i2c_adapter *adapter)
{
    (void)adapter;
    return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}
static const struct i2c_algorithm algorithm = {.master_xfer = transfer, .functionality = can_all};

/* An adapter that knows two commands and no messages. */
static s32 byte_or_word(struct i2c_adapter *adapter, u16 address, unsigned short flags, char read_write, u8 command,
                        int size, union i2c_smbus_data *data)
{
    (void)adapter;
    (void)flags;
    if (address != 0x50) return -ENXIO;
    if (read_write != I2C_SMBUS_READ) return -EOPNOTSUPP;
    if (size == I2C_SMBUS_BYTE_DATA)
        data->byte = chip[command];
    else if (size == I2C_SMBUS_WORD_DATA)
        data->word = (u16)(chip[command] | chip[command + 1] << 8);
    else
        return -EOPNOTSUPP;
    return 0;
}
static u32 can_read_words(struct i2c_adapter *adapter)
{
    (void)adapter;
    return I2C_FUNC_SMBUS_READ_WORD_DATA | I2C_FUNC_SMBUS_READ_BYTE_DATA;
}
static const struct i2c_algorithm small = {.smbus_xfer = byte_or_word, .functionality = can_read_words};

/* ---- a driver -------------------------------------------------------------------------------- */

static int probed, removed;
static int probe(struct i2c_client *client, const struct i2c_device_id *id)
{
    CHECK(id && id->driver_data == 256 && client->irq == 17 && i2c_client_get_device_id(client) == id);
    CHECK(i2c_check_functionality(client->adapter, I2C_FUNC_SMBUS_BYTE_DATA));
    i2c_set_clientdata(client, &chip);
    probed++;
    return 0;
}
static int probe_new(struct i2c_client *client)
{
    (void)client;
    probed++;
    return -ENODEV;
}
static void leave(struct i2c_client *client)
{
    CHECK(i2c_get_clientdata(client) == &chip);
    removed++;
}
static const struct i2c_device_id ids[] = {{"other", 1}, {"eeprom", 256}, {}};
static struct i2c_driver driver = {
    .probe = probe, .remove = leave, .id_table = ids, .driver = {.name = "eeprom-driver"}};
static struct i2c_driver newer = {.probe_new = probe_new, .id_table = ids, .driver = {.name = "newer"}};

static void clients(void)
{
    struct i2c_adapter adapter = {.name = "bus", .algo = &algorithm}, second = {.name = "second", .algo = &algorithm},
                       tenth = {.name = "tenth", .algo = &algorithm, .nr = 1}, bad = {.name = "bad"};
    struct i2c_board_info info = {I2C_BOARD_INFO("eeprom", 0x50), .irq = 17};
    struct i2c_client *client;

    CHECK_REPORT("no algo", CHECK(i2c_add_adapter(&bad) == -EINVAL));
    CHECK(i2c_add_adapter(&adapter) == 0 && i2c_add_adapter(&second) == 0);
    CHECK(i2c_add_numbered_adapter(&tenth) == -EBUSY);
    i2c_del_adapter(&tenth); /* which was not added */
    tenth.nr = 10;
    CHECK(adapter.nr == 0 && second.nr == 1 && i2c_add_numbered_adapter(&tenth) == 0 && tenth.nr == 10);
    i2c_del_adapter(&adapter);
    CHECK(i2c_add_adapter(&adapter) == 0 && adapter.nr == 0); /* the lowest that is free */
    CHECK(!i2c_get_adapter(2) && i2c_get_adapter(10) == &tenth);
    i2c_put_adapter(&tenth);
    i2c_del_adapter(&tenth);
    i2c_del_adapter(&second);

    CHECK(i2c_add_driver(&driver) == 0 && i2c_add_driver(&newer) == 0);
    client = i2c_new_client_device(&adapter, &info);
    CHECK(!IS_ERR(client) && probed == 1 && strcmp(dev_name(&client->dev), "0-0050") == 0);
    CHECK(client->dev.driver == &driver.driver && client->adapter == &adapter);
    CHECK(i2c_verify_client(&client->dev) == client && !i2c_verify_client(&adapter.dev));
    CHECK(exists("/sys/bus/i2c/devices/0-0050/driver") && exists("/sys/bus/i2c/devices/i2c-0/0-0050"));
    CHECK(PTR_ERR(i2c_new_client_device(&adapter, &info)) == -EBUSY);
    info.addr = 0x80;
    CHECK(PTR_ERR(i2c_new_client_device(&adapter, &info)) == -EINVAL);

    /* By hand, as a user would. */
    CHECK(put_text("/sys/bus/i2c/devices/i2c-0/new_device", "thing 0x21\n") == 11 &&
          exists("/sys/bus/i2c/devices/0-0021"));
    CHECK(put_text("/sys/bus/i2c/devices/i2c-0/new_device", "thing 0x21") == -EBUSY);
    CHECK(put_text("/sys/bus/i2c/devices/i2c-0/new_device", "thing") == -EINVAL);
    CHECK(put_text("/sys/bus/i2c/devices/i2c-0/delete_device", "0x22\n") == -ENOENT);
    CHECK(put_text("/sys/bus/i2c/devices/i2c-0/delete_device", "0x21\n") == 5 &&
          !exists("/sys/bus/i2c/devices/0-0021"));
    CHECK(put_text("/sys/bus/i2c/drivers/eeprom-driver/unbind", "0-0050") == 6 && removed == 1 && client->irq == 0);
    CHECK(put_text("/sys/bus/i2c/drivers/newer/bind", "0-0050") == -ENODEV);
    CHECK(put_text("/sys/bus/i2c/drivers/eeprom-driver/bind", "0-0050") == 6 && probed == 3);
    i2c_del_driver(&newer);
    i2c_del_adapter(&adapter); /* with its client */
    CHECK(removed == 2);
    i2c_del_driver(&driver);
    CHECK(!exists("/sys/bus/i2c"));
}

/* ---- transfers ------------------------------------------------------------------------------- */

static void transfers(void)
{
    struct i2c_adapter adapter = {.name = "bus", .algo = &algorithm, .retries = 2};
    struct i2c_board_info info = {I2C_BOARD_INFO("eeprom", 0x50)};
    struct i2c_client *client, nobody;
    u8 bytes[40] = {}, where = 3;
    struct i2c_msg messages[2] = {{.addr = 0x50, .len = 1, .buf = &where},
                                  {.addr = 0x50, .flags = I2C_M_RD, .len = 4, .buf = bytes}};

    for (int i = 0; i < 256; i++) chip[i] = (u8)i;
    CHECK(i2c_add_adapter(&adapter) == 0);
    client = i2c_new_client_device(&adapter, &info);
    CHECK(i2c_transfer(&adapter, messages, 2) == 2 && bytes[0] == 3 && bytes[3] == 6);
    messages[1].addr = 0x51;
    CHECK(i2c_transfer(&adapter, messages, 2) == 1 && i2c_transfer(&adapter, messages + 1, 1) == -ENXIO);
    CHECK_REPORT("", CHECK(i2c_transfer(&adapter, NULL, 0) == -EINVAL));
    CHECK(i2c_master_send(client, "\x10xyz", 4) == 4 && chip[0x11] == 'y');
    CHECK(i2c_master_send(client, "\x10", 1) == 1 && i2c_master_recv(client, (char *)bytes, 3) == 3 && bytes[2] == 'z');
    lost = 2; /* as often as it is tried again */
    CHECK(i2c_master_send(client, "\x10", 1) == 1 && lost == 0);
    lost = 3;
    CHECK(i2c_master_send(client, "\x10", 1) == -EAGAIN && lost == 0);

    CHECK(i2c_smbus_write_byte_data(client, 0x20, 0xab) == 0 && i2c_smbus_read_byte_data(client, 0x20) == 0xab);
    CHECK(i2c_smbus_write_word_data(client, 0x20, 0x1234) == 0 && chip[0x20] == 0x34 && chip[0x21] == 0x12);
    CHECK(i2c_smbus_read_word_data(client, 0x20) == 0x1234 && i2c_smbus_read_word_swapped(client, 0x20) == 0x3412);
    CHECK(i2c_smbus_write_byte(client, 0x21) == 0 && i2c_smbus_read_byte(client) == 0x12);
    CHECK(i2c_smbus_write_i2c_block_data(client, 0x30, 3, (const u8 *)"abc") == 0 && chip[0x32] == 'c');
    CHECK(i2c_smbus_read_i2c_block_data(client, 0x30, 200, bytes) == 32 && bytes[1] == 'b' && bytes[31] == 0x4f);
    CHECK(i2c_smbus_write_block_data(client, 0x30, 2, (const u8 *)"mn") == 0 && chip[0x30] == 2 && chip[0x31] == 'm');
    CHECK(i2c_smbus_read_block_data(client, 0x30, bytes) == 2 && bytes[1] == 'n');
    CHECK(i2c_smbus_xfer(&adapter, 0x50, 0, I2C_SMBUS_WRITE, 0, I2C_SMBUS_QUICK, NULL) == 0 && quick == 1);
    CHECK(i2c_smbus_xfer(&adapter, 0x50, 0, I2C_SMBUS_WRITE, 0, 99, NULL) == -EOPNOTSUPP);
    nobody = *client;
    nobody.addr = 0x60;
    CHECK(i2c_smbus_read_byte_data(&nobody, 0) == -ENXIO && i2c_master_recv(&nobody, (char *)bytes, 1) == -ENXIO);
    nobody.addr = 0x50;
    nobody.flags |= I2C_CLIENT_PEC;
    CHECK(i2c_smbus_read_byte_data(&nobody, 0) == -EOPNOTSUPP);
    i2c_del_adapter(&adapter);
}

static void without_messages(void)
{
    struct i2c_adapter adapter = {.name = "small", .algo = &small};
    struct i2c_board_info info = {I2C_BOARD_INFO("eeprom", 0x50)};
    struct i2c_client *client;
    u8 bytes[5];

    for (int i = 0; i < 256; i++) chip[i] = (u8)i;
    CHECK(i2c_add_adapter(&adapter) == 0);
    client = i2c_new_client_device(&adapter, &info);
    CHECK(i2c_smbus_read_byte_data(client, 9) == 9 && i2c_smbus_write_byte_data(client, 9, 1) == -EOPNOTSUPP);
    CHECK(i2c_master_send(client, "x", 1) == -EOPNOTSUPP);
    CHECK(i2c_smbus_read_i2c_block_data_or_emulated(client, 7, 5, bytes) == 5 && bytes[0] == 7 && bytes[4] == 11);
    i2c_del_adapter(&adapter);
}

/* ---- at once --------------------------------------------------------------------------------- */

static struct i2c_client *shared;
static int busy(void *data)
{
    u8 command = (u8)(unsigned long)data;
    int count = 0;

    for (; !kthread_should_stop(); count++) {
        s32 value = i2c_smbus_read_word_data(shared, command);

        CHECK(value == (command | (command + 1) << 8));
    }
    return count;
}
static struct i2c_adapter *gotten;
static int put_late(void *unused)
{
    (void)unused;
    msleep(20);
    WRITE_ONCE(gotten, NULL);
    i2c_put_adapter(i2c_get_adapter(0)); /* it cannot be got any more: nothing */
    return 0;
}
static int give_back(void *adapter)
{
    put_late(NULL);
    i2c_put_adapter(adapter);
    while (!kthread_should_stop()) msleep(1);
    return 0;
}
static void together(void)
{
    struct i2c_adapter adapter = {.name = "bus", .algo = &algorithm};
    struct i2c_board_info info = {I2C_BOARD_INFO("eeprom", 0x50)};
    struct task_struct *threads[3], *last;

    CHECK(i2c_add_adapter(&adapter) == 0);
    shared = i2c_new_client_device(&adapter, &info);
    for (unsigned long i = 0; i < 3; i++) threads[i] = kthread_run(busy, (void *)(i * 16), "busy");
    msleep(50);
    for (int i = 0; i < 3; i++) CHECK(kthread_stop(threads[i]) > 0);
    CHECK(!crowded);
    gotten = i2c_get_adapter(0);
    last = kthread_run(give_back, gotten, "late");
    i2c_del_adapter(&adapter);
    CHECK(!gotten); /* the deletion has waited */
    kthread_stop(last);
}

int main(void)
{
    size_t live;

    clients();
    probed = removed = 0;
    live = ashlar_live_objects(0);
    clients();
    transfers();
    without_messages();
    together();
    for (int i = 0; i < 2000 && ashlar_live_objects(0) != live; i++) msleep(1);
    CHECK(ashlar_live_objects(1) == live);
    return check_result("i2c");
}
