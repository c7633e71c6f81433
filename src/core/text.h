// Text without allocation: a fixed buffer that is appended to and truncates.
#pragma once

#include "core/types.h"

namespace ashlar {

template <usize kCapacity>
class Text {
  public:
    Text& operator<<(const char* s) {
        while (*s != '\0') put(*s++);
        return *this;
    }
    Text& operator<<(char c) {
        put(c);
        return *this;
    }
    Text& operator<<(u64 value) {
        char digits[20];
        usize n = 0;
        do {
            digits[n++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (n > 0) put(digits[--n]);
        return *this;
    }
    Text& operator<<(const void* p) {
        *this << "0x";
        bool leading = true;
        for (int shift = 60; shift >= 0; shift -= 4) {
            const auto digit = address(p) >> shift & 15;
            leading &= digit == 0 && shift != 0;
            if (!leading) put("0123456789abcdef"[digit]);
        }
        return *this;
    }
    // At most `n` characters of `s`.
    Text& append(const char* s, usize n) {
        for (usize i = 0; i < n && s[i] != '\0'; i++) put(s[i]);
        return *this;
    }

    const char* c_str() const { return buffer_; }
    usize size() const { return size_; }
    bool truncated() const { return truncated_; }

  private:
    void put(char c) {
        if (size_ + 1 < kCapacity) {
            buffer_[size_++] = c;
            buffer_[size_] = '\0';
        } else {
            truncated_ = true;
        }
    }

    char buffer_[kCapacity] = {};
    usize size_ = 0;
    bool truncated_ = false;
};

}  // namespace ashlar
