#include "assemble/preload/options.h"

#include <cstring>

#include "core/text.h"
#include "port/linux_process/linux_process.h"

namespace ashlar::preload {

constinit Options options;

namespace {

struct Piece {
    const char* text;
    usize length;

    bool is(const char* word) const {
        return std::strlen(word) == length && std::memcmp(text, word, length) == 0;
    }
};

// One row an option: its name, what it takes, and how a value is stored.
// False: the value is none of what it takes.
struct Knob {
    const char* name;
    const char* values;
    bool (*set)(Piece value);
};

// Programs that set their process title overwrite the environment before the exit needs the name.
char stats_copy[4096];

constexpr Knob kKnobs[] = {
    {"misuse", "abort|continue",
     [](Piece value) {
         options.misuse_continues = value.is("continue");
         return value.is("abort") || value.is("continue");
     }},
    {"stats", "stderr|FILE (%p is the process id)",
     [](Piece value) {
         if (value.length == 0 || value.length >= sizeof stats_copy) return false;
         std::memcpy(stats_copy, value.text, value.length);
         options.stats = stats_copy;
         options.stats_length = value.length;
         return true;
     }},
};

void complain(const char* what, Piece piece, const Knob* knob) {
    Text<512> line;
    line << "ashlar: ASHLAR_OPTIONS: " << what << " '";
    line.append(piece.text, piece.length) << "'; valid: ";
    if (knob != nullptr) {
        line << knob->name << '=' << knob->values;
    } else {
        for (const Knob& k : kKnobs) {
            if (&k != kKnobs) line << ", ";
            line << k.name << '=' << k.values;
        }
    }
    line << '\n';
    port::LinuxProcess::write_all(2, line.c_str(), line.size());
}

void read_pair(Piece pair) {
    const char* equals = static_cast<const char*>(std::memchr(pair.text, '=', pair.length));
    const usize name_length =
        equals != nullptr ? static_cast<usize>(equals - pair.text) : pair.length;
    for (const Knob& knob : kKnobs) {
        if (!Piece{pair.text, name_length}.is(knob.name)) continue;
        const Piece value = equals != nullptr ? Piece{equals + 1, pair.length - name_length - 1}
                                              : Piece{pair.text + pair.length, 0};
        if (!knob.set(value)) complain("bad value", pair, &knob);
        return;
    }
    complain("unknown option", pair, nullptr);
}

}  // namespace

void read_options(const char* text) {
    while (*text != '\0') {
        const usize length = std::strcspn(text, ",");
        if (length != 0) read_pair({text, length});
        text += length;
        if (*text == ',') text++;
    }
}

}  // namespace ashlar::preload
