// Drives Linux's compressors: what went in comes out again. Their headers come from
// Linux's own include folder, searched after ours.

#include <linux/lz4.h>
#include <linux/lzo.h>
#include <linux/module.h>
#include <linux/vmalloc.h>
#include <linux/zlib.h>

#define SIZE (256 << 10)
#define EXPECT(condition) WARN(!(condition), "expected %s", #condition)

static u8 *plain, *packed, *back;

static void check_lz4(void)
{
    void *work = vmalloc(LZ4HC_MEM_COMPRESS);
    int size = LZ4_compress_default((char *)plain, (char *)packed, SIZE, 2 * SIZE, work);

    EXPECT(size > 0 && size < SIZE / 2);
    EXPECT(LZ4_decompress_safe((char *)packed, (char *)back, size, SIZE) == SIZE && !memcmp(plain, back, SIZE));
    size = LZ4_compress_HC((char *)plain, (char *)packed, SIZE, 2 * SIZE, 9, work);
    memset(back, 0, SIZE);
    EXPECT(LZ4_decompress_safe((char *)packed, (char *)back, size, SIZE) == SIZE && !memcmp(plain, back, SIZE));
    vfree(work);
    pr_info("lz4: done\n");
}

static void check_lzo(void)
{
    void *work = vmalloc(LZO1X_1_MEM_COMPRESS);
    size_t size = 2 * SIZE, out = SIZE;

    EXPECT(lzo1x_1_compress(plain, SIZE, packed, &size, work) == LZO_E_OK && size < SIZE / 2);
    memset(back, 0, SIZE);
    EXPECT(lzo1x_decompress_safe(packed, size, back, &out) == LZO_E_OK && out == SIZE && !memcmp(plain, back, SIZE));
    vfree(work);
    pr_info("lzo: done\n");
}

static void check_zlib(void)
{
    z_stream stream = {.workspace = vmalloc(zlib_deflate_workspacesize(MAX_WBITS, MAX_MEM_LEVEL))};
    unsigned long size;

    EXPECT(zlib_deflateInit(&stream, 6) == Z_OK);
    stream.next_in = plain;
    stream.avail_in = SIZE;
    stream.next_out = packed;
    stream.avail_out = 2 * SIZE;
    EXPECT(zlib_deflate(&stream, Z_FINISH) == Z_STREAM_END);
    size = stream.total_out;
    zlib_deflateEnd(&stream);
    vfree(stream.workspace);

    memset(&stream, 0, sizeof(stream));
    memset(back, 0, SIZE);
    stream.workspace = vmalloc(zlib_inflate_workspacesize());
    stream.next_in = packed;
    stream.avail_in = size;
    stream.next_out = back;
    stream.avail_out = SIZE;
    EXPECT(zlib_inflateInit(&stream) == Z_OK);
    EXPECT(zlib_inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == SIZE && !memcmp(plain, back, SIZE));
    vfree(stream.workspace);
    pr_info("zlib: done\n");
}

static int __init compression_init(void)
{
    plain = vmalloc(SIZE);
    packed = vmalloc(2 * SIZE);
    back = vmalloc(SIZE);
    for (int i = 0; i < SIZE; i++) plain[i] = (u8)((i >> 4) * (i >> 9));
    check_lz4();
    check_lzo();
    check_zlib();
    vfree(plain);
    vfree(packed);
    vfree(back);
    return 0;
}
late_initcall(compression_init);
