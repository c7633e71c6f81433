// What goes over an I2C bus. An adapter that only transfers messages does SMBus's commands
// all the same: each is one or two messages.

#include <linux/i2c.h>

#include <linux/bug.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/string.h>

static bool try_once_more(const struct i2c_adapter *adapter, int answer, int tries, unsigned long start)
{
    return answer == -EAGAIN && tries < adapter->retries &&
           !time_after(jiffies, start + (unsigned long)adapter->timeout);
}

int __i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
    unsigned long start = jiffies;
    int answer, tries = 0;

    if (!adapter->algo->master_xfer) return -EOPNOTSUPP;
    if (WARN_ON(!messages || count < 1)) return -EINVAL;
    do answer = adapter->algo->master_xfer(adapter, messages, count);
    while (try_once_more(adapter, answer, tries++, start));
    return answer;
}

int i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
    int answer;

    mutex_lock(&adapter->bus_lock);
    answer = __i2c_transfer(adapter, messages, count);
    mutex_unlock(&adapter->bus_lock);
    return answer;
}

int i2c_transfer_buffer_flags(const struct i2c_client *client, char *buffer, int count, u16 flags)
{
    struct i2c_msg message = {.addr = client->addr,
                              .flags = (u16)(flags | (client->flags & I2C_M_TEN)),
                              .len = (u16)count,
                              .buf = (u8 *)buffer};
    int answer = i2c_transfer(client->adapter, &message, 1);

    return answer == 1 ? count : answer;
}

/* ---- SMBus by messages ----------------------------------------------------------------------- */

/* The bytes to write and those to read, 0: no such message; read first[0] tells. */
struct shape {
    int write, read;
    bool counted; /* the first byte that is read is how many follow */
};

/* -EINVAL: too long; -EOPNOTSUPP. `out` gets what is written. */
static int shape_of(struct shape *shape, int protocol, bool read, u8 command, const union i2c_smbus_data *data, u8 *out)
{
    int length;

    out[0] = command;
    *shape = (struct shape){.write = 1};
    switch (protocol) {
        case I2C_SMBUS_QUICK:
            shape->write = 0;
            return 0;
        case I2C_SMBUS_BYTE:
            *shape = read ? (struct shape){.read = 1} : (struct shape){.write = 1};
            return 0;
        case I2C_SMBUS_BYTE_DATA:
            if (read) {
                shape->read = 1;
            } else {
                shape->write = 2;
                out[1] = data->byte;
            }
            return 0;
        case I2C_SMBUS_WORD_DATA:
        case I2C_SMBUS_PROC_CALL:
            if (protocol == I2C_SMBUS_PROC_CALL || read) shape->read = 2;
            if (protocol == I2C_SMBUS_PROC_CALL || !read) {
                shape->write = 3;
                out[1] = (u8)data->word;
                out[2] = (u8)(data->word >> 8);
            }
            return 0;
        case I2C_SMBUS_BLOCK_DATA:
        case I2C_SMBUS_BLOCK_PROC_CALL:
            if (protocol == I2C_SMBUS_BLOCK_PROC_CALL || read) {
                shape->read = 1; /* the driver adds what the chip says */
                shape->counted = true;
            }
            if (protocol == I2C_SMBUS_BLOCK_DATA && read) return 0;
            length = data->block[0];
            if (length > I2C_SMBUS_BLOCK_MAX) return -EINVAL;
            shape->write = length + 2;
            memcpy(out + 1, data->block, (size_t)length + 1);
            return 0;
        case I2C_SMBUS_I2C_BLOCK_DATA:
            length = data->block[0];
            if (length > I2C_SMBUS_BLOCK_MAX) return -EINVAL;
            if (read) {
                shape->read = length;
            } else {
                shape->write = length + 1;
                memcpy(out + 1, data->block + 1, (size_t)length);
            }
            return 0;
        default:
            return -EOPNOTSUPP;
    }
}

static int keep_answer(int protocol, const struct shape *shape, const u8 *in, union i2c_smbus_data *data)
{
    if (shape->counted) {
        if (in[0] > I2C_SMBUS_BLOCK_MAX) return -EPROTO;
        memcpy(data->block, in, (size_t)in[0] + 1);
    } else if (protocol == I2C_SMBUS_I2C_BLOCK_DATA) {
        memcpy(data->block + 1, in, (size_t)shape->read);
    } else if (shape->read == 2) {
        data->word = (u16)(in[0] | in[1] << 8);
    } else {
        data->byte = in[0];
    }
    return 0;
}

static s32 by_messages(struct i2c_adapter *adapter, u16 address, u16 flags, bool read, u8 command, int protocol,
                       union i2c_smbus_data *data)
{
    u8 out[I2C_SMBUS_BLOCK_MAX + 3], in[I2C_SMBUS_BLOCK_MAX + 2] = {};
    struct i2c_msg messages[2];
    struct shape shape;
    int count = 0, answer = shape_of(&shape, protocol, read, command, data, out);

    if (answer) return answer;
    if (flags & I2C_CLIENT_PEC && protocol != I2C_SMBUS_QUICK && protocol != I2C_SMBUS_I2C_BLOCK_DATA)
        return -EOPNOTSUPP;
    flags &= I2C_M_TEN;
    if (shape.write || protocol == I2C_SMBUS_QUICK)
        messages[count++] =
            (struct i2c_msg){.addr = address,
                             .flags = (u16)(flags | (protocol == I2C_SMBUS_QUICK && read ? I2C_M_RD : 0)),
                             .len = (u16)shape.write,
                             .buf = out};
    if (shape.read)
        messages[count++] = (struct i2c_msg){.addr = address,
                                             .flags = (u16)(flags | I2C_M_RD | (shape.counted ? I2C_M_RECV_LEN : 0)),
                                             .len = (u16)shape.read,
                                             .buf = in};
    answer = __i2c_transfer(adapter, messages, count);
    if (answer < 0) return answer;
    if (answer != count) return -EIO;
    return shape.read ? keep_answer(protocol, &shape, in, data) : 0;
}

s32 i2c_smbus_xfer(struct i2c_adapter *adapter, u16 address, unsigned short flags, char read_write, u8 command,
                   int protocol, union i2c_smbus_data *data)
{
    const struct i2c_algorithm *algorithm = adapter->algo;
    unsigned long start = jiffies;
    int tries = 0;
    s32 answer = -EOPNOTSUPP;

    mutex_lock(&adapter->bus_lock);
    if (algorithm->smbus_xfer) {
        do
            answer = algorithm->smbus_xfer(adapter, address, flags & (I2C_M_TEN | I2C_CLIENT_PEC), read_write, command,
                                           protocol, data);
        while (try_once_more(adapter, answer, tries++, start));
    }
    if (answer == -EOPNOTSUPP && algorithm->master_xfer)
        answer = by_messages(adapter, address, flags, read_write == I2C_SMBUS_READ, command, protocol, data);
    mutex_unlock(&adapter->bus_lock);
    return answer;
}

/* ---- one command each ------------------------------------------------------------------------ */

static s32 xfer(const struct i2c_client *client, char read_write, u8 command, int protocol, union i2c_smbus_data *data)
{
    return i2c_smbus_xfer(client->adapter, client->addr, client->flags, read_write, command, protocol, data);
}

s32 i2c_smbus_read_byte(const struct i2c_client *client)
{
    union i2c_smbus_data data;
    s32 error = xfer(client, I2C_SMBUS_READ, 0, I2C_SMBUS_BYTE, &data);

    return error < 0 ? error : data.byte;
}
s32 i2c_smbus_write_byte(const struct i2c_client *client, u8 value)
{
    return xfer(client, I2C_SMBUS_WRITE, value, I2C_SMBUS_BYTE, NULL);
}
s32 i2c_smbus_read_byte_data(const struct i2c_client *client, u8 command)
{
    union i2c_smbus_data data;
    s32 error = xfer(client, I2C_SMBUS_READ, command, I2C_SMBUS_BYTE_DATA, &data);

    return error < 0 ? error : data.byte;
}
s32 i2c_smbus_write_byte_data(const struct i2c_client *client, u8 command, u8 value)
{
    union i2c_smbus_data data = {.byte = value};

    return xfer(client, I2C_SMBUS_WRITE, command, I2C_SMBUS_BYTE_DATA, &data);
}
s32 i2c_smbus_read_word_data(const struct i2c_client *client, u8 command)
{
    union i2c_smbus_data data;
    s32 error = xfer(client, I2C_SMBUS_READ, command, I2C_SMBUS_WORD_DATA, &data);

    return error < 0 ? error : data.word;
}
s32 i2c_smbus_write_word_data(const struct i2c_client *client, u8 command, u16 value)
{
    union i2c_smbus_data data = {.word = value};

    return xfer(client, I2C_SMBUS_WRITE, command, I2C_SMBUS_WORD_DATA, &data);
}
static s32 read_block(const struct i2c_client *client, u8 command, int protocol, u8 length, u8 *values)
{
    union i2c_smbus_data data = {.block = {min_t(u8, length, I2C_SMBUS_BLOCK_MAX)}};
    s32 error = xfer(client, I2C_SMBUS_READ, command, protocol, &data);

    if (error < 0) return error;
    memcpy(values, data.block + 1, data.block[0]);
    return data.block[0];
}
static s32 write_block(const struct i2c_client *client, u8 command, int protocol, u8 length, const u8 *values)
{
    union i2c_smbus_data data = {.block = {min_t(u8, length, I2C_SMBUS_BLOCK_MAX)}};

    memcpy(data.block + 1, values, data.block[0]);
    return xfer(client, I2C_SMBUS_WRITE, command, protocol, &data);
}
s32 i2c_smbus_read_block_data(const struct i2c_client *client, u8 command, u8 *values)
{
    return read_block(client, command, I2C_SMBUS_BLOCK_DATA, 0, values);
}
s32 i2c_smbus_write_block_data(const struct i2c_client *client, u8 command, u8 length, const u8 *values)
{
    return write_block(client, command, I2C_SMBUS_BLOCK_DATA, length, values);
}
s32 i2c_smbus_read_i2c_block_data(const struct i2c_client *client, u8 command, u8 length, u8 *values)
{
    return read_block(client, command, I2C_SMBUS_I2C_BLOCK_DATA, length, values);
}
s32 i2c_smbus_write_i2c_block_data(const struct i2c_client *client, u8 command, u8 length, const u8 *values)
{
    return write_block(client, command, I2C_SMBUS_I2C_BLOCK_DATA, length, values);
}

s32 i2c_smbus_read_i2c_block_data_or_emulated(const struct i2c_client *client, u8 command, u8 length, u8 *values)
{
    bool words = i2c_check_functionality(client->adapter, I2C_FUNC_SMBUS_READ_WORD_DATA);
    u8 at = 0;

    length = min_t(u8, length, I2C_SMBUS_BLOCK_MAX);
    if (i2c_check_functionality(client->adapter, I2C_FUNC_SMBUS_READ_I2C_BLOCK))
        return i2c_smbus_read_i2c_block_data(client, command, length, values);
    if (!words && !i2c_check_functionality(client->adapter, I2C_FUNC_SMBUS_READ_BYTE_DATA)) return -EOPNOTSUPP;
    while (at < length) {
        bool two = words && at + 2 <= length;
        s32 value = two ? i2c_smbus_read_word_data(client, (u8)(command + at))
                        : i2c_smbus_read_byte_data(client, (u8)(command + at));

        if (value < 0) return value;
        values[at++] = (u8)value;
        if (two) values[at++] = (u8)(value >> 8);
    }
    return length;
}
