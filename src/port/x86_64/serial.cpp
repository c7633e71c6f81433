// The serial line at COM1: the log, and the console's input by polling.

#include "port/x86_64/machine.h"

namespace ashlar::x86 {
namespace {

constexpr u16 kPort = 0x3f8;
SpinLock log_lock;

void put(char c) {
    while ((in8(kPort + 5) & 0x20) == 0) __builtin_ia32_pause();
    out8(kPort, static_cast<u8>(c));
}

}  // namespace

void start_serial() {
    out8(kPort + 1, 0);     // no interrupts
    out8(kPort + 3, 0x80);  // the divisor's turn
    out8(kPort + 0, 1);     // 115,200 baud
    out8(kPort + 1, 0);
    out8(kPort + 3, 3);  // 8 bits, no parity
    out8(kPort + 2, 1);  // queues on; what was typed already stays
    out8(kPort + 4, 3);
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

void ashlar_port_log(const char* text, size_t length) {
    const Masked masked;
    // A CPU that died in here must not keep the report of it from getting out.
    bool mine = log_lock.try_lock();
    while (!mine && !dying()) mine = log_lock.try_lock();
    for (usize i = 0; i < length; i++) {
        if (text[i] == '\n') put('\r');
        put(text[i]);
    }
    if (mine) log_lock.unlock();
}

int ashlar_x86_console_read() {
    return (in8(kPort + 5) & 1) != 0 ? in8(kPort) : -1;
}
