// Text without allocation: a buffer that is appended to, always ends in '\0',
// and takes what fits.
#pragma once

#include "core/types.h"

namespace ashlar {

// A number in base 16, with leading zeros.
struct Hex {
    u64 value;
    int digits;
};

// Appends to a buffer of the caller's. Counts on when the buffer is full, so
// that the length the text needs is known.
class Writer {
  public:
    Writer(char* buffer, usize capacity) : buffer_(buffer), capacity_(capacity) {
        if (capacity_ != 0) buffer_[0] = '\0';
    }

    Writer& operator<<(const char* s) {
        while (*s != '\0') put(*s++);
        return *this;
    }
    Writer& operator<<(char c) {
        put(c);
        return *this;
    }
    Writer& operator<<(u64 value) {
        char digits[20];
        usize n = 0;
        do {
            digits[n++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (n > 0) put(digits[--n]);
        return *this;
    }
    Writer& operator<<(const void* p) {
        *this << "0x";
        bool leading = true;
        for (int shift = 60; shift >= 0; shift -= 4) {
            const auto digit = address(p) >> shift & 15;
            leading &= digit == 0 && shift != 0;
            if (!leading) put("0123456789abcdef"[digit]);
        }
        return *this;
    }
    Writer& operator<<(Hex hex) {
        for (int shift = 4 * (hex.digits - 1); shift >= 0; shift -= 4)
            put("0123456789abcdef"[hex.value >> shift & 15]);
        return *this;
    }
    // At most `n` characters of `s`.
    Writer& append(const char* s, usize n) {
        for (usize i = 0; i < n && s[i] != '\0'; i++) put(s[i]);
        return *this;
    }

    const char* c_str() const { return buffer_; }
    // Of the text in the buffer, and of the whole text.
    usize size() const {
        return needed_ < capacity_ ? needed_ : (capacity_ == 0 ? 0 : capacity_ - 1);
    }
    usize needed() const { return needed_; }
    bool truncated() const { return needed_ != size(); }

  private:
    void put(char c) {
        if (needed_ + 1 < capacity_) {
            buffer_[needed_] = c;
            buffer_[needed_ + 1] = '\0';
        }
        needed_++;
    }

    char* buffer_;
    usize capacity_;
    usize needed_ = 0;
};

template <usize kCapacity>
class Text : public Writer {
  public:
    Text() : Writer(storage_, kCapacity) {}
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

  private:
    char storage_[kCapacity];
};

}  // namespace ashlar
