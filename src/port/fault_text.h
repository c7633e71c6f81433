// What the ports' reports of faults have in common: lines, and code addresses by name.
#pragma once

#include <ashlar/kernel_port.h>

#include "core/text.h"

namespace ashlar {

inline void say(const Writer& text) {
    ashlar_port_log(text.c_str(), text.size());
}

inline void say_place(const char* label, u64 code) {
    char name[96];
    ashlar_port_symbol(reinterpret_cast<const void*>(code), name, sizeof(name));
    Text<160> out;
    out << label << name << '\n';
    say(out);
}

}  // namespace ashlar
