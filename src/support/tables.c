// Tables that Linux's headers promise: mirrored bytes and character classes.

#include <linux/bitrev.h>
#include <linux/ctype.h>

#define REVERSED(x)                                                                                              \
    (((x)&0x01) << 7 | ((x)&0x02) << 5 | ((x)&0x04) << 3 | ((x)&0x08) << 1 | ((x)&0x10) >> 1 | ((x)&0x20) >> 3 | \
     ((x)&0x40) >> 5 | ((x)&0x80) >> 7)
#define CLASS(c)                                                                                                       \
    (((c) < 32 || (c) == 127 ? _C : 0) | ((c) >= 9 && (c) <= 13 ? _S : 0) | ((c) == ' ' ? _S | _SP : 0) |              \
     ((c) >= '0' && (c) <= '9' ? _D : 0) | ((c) >= 'A' && (c) <= 'Z' ? _U : 0) | ((c) >= 'a' && (c) <= 'z' ? _L : 0) | \
     (((c) >= 'A' && (c) <= 'F') || ((c) >= 'a' && (c) <= 'f') ? _X : 0) |                                             \
     (((c) > 32 && (c) < '0') || ((c) > '9' && (c) < 'A') || ((c) > 'Z' && (c) < 'a') || ((c) > 'z' && (c) < 127)      \
          ? _P                                                                                                         \
          : 0) |                                                                                                       \
     LATIN1(c))
/* Above 127: Latin-1. */
#define LATIN1(c)                          \
    ((c) == 160                 ? _S | _SP \
     : (c) > 160 && (c) < 192   ? _P       \
     : (c) == 215 || (c) == 247 ? _P       \
     : (c) >= 192 && (c) < 223  ? _U       \
     : (c) >= 223 && (c) < 256  ? _L       \
                                : 0)
#define FOUR(f, x) f(x), f((x) + 1), f((x) + 2), f((x) + 3)
#define SIXTEEN(f, x) FOUR(f, x), FOUR(f, (x) + 4), FOUR(f, (x) + 8), FOUR(f, (x) + 12)
#define SIXTYFOUR(f, x) SIXTEEN(f, x), SIXTEEN(f, (x) + 16), SIXTEEN(f, (x) + 32), SIXTEEN(f, (x) + 48)
#define ALL(f) SIXTYFOUR(f, 0), SIXTYFOUR(f, 64), SIXTYFOUR(f, 128), SIXTYFOUR(f, 192)

__weak u8 const byte_rev_table[256] = {ALL(REVERSED)};
__weak const unsigned char _ctype[256] = {ALL(CLASS)};
