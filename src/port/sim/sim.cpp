#include "port/sim/sim.h"

#include <cstdlib>
#include <cstring>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/bits.h"
#include "core/text.h"

namespace ashlar::port {

namespace {

SimMachine* machine_in_use = nullptr;

// What one look at residency covers, and so the largest page.
constexpr usize kMostHostPages = 64;

constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

[[noreturn]] void die(const char* call, const void* at, usize bytes, const char* why) {
    Text<200> line;
    line << "sim: " << call << '(' << at << ", " << u64{bytes} << "): " << why << '\n';
    (void)!write(2, line.c_str(), line.size());
    std::abort();
}

char* map_or_die(usize bytes, int protection) {
    void* got = mmap(nullptr, bytes, protection, kAnonymous, -1, 0);
    if (got == MAP_FAILED) die("map", nullptr, bytes, "the host has no room for the machine");
    return static_cast<char*>(got);
}

usize host_page() {
    static const usize size = static_cast<usize>(sysconf(_SC_PAGESIZE));
    return size;
}

}  // namespace

SimMachine::SimMachine(const SimConfig& config) : config_(config), previous_(machine_in_use) {
    if (!is_power_of_two(config.page_size) || config.page_size < host_page() ||
        config.page_size > kMostHostPages * host_page()) {
        die("page_size", nullptr, config.page_size, "not one to 64 host pages");
    }
    mapped_ = config.address_space + kGiB;
    char* whole = map_or_die(mapped_, PROT_NONE);
    base_ = reinterpret_cast<char*>(align_up(address(whole), kGiB));
    // The alignment leaves two ends over.
    if (base_ != whole) munmap(whole, static_cast<usize>(base_ - whole));
    mapped_ -= static_cast<usize>(base_ - whole);
    count_ = config.address_space / config.page_size;
    pages_ = reinterpret_cast<Page*>(map_or_die(count_, PROT_READ | PROT_WRITE));
    ceiling_ = count_;
    lowest_ = count_;
    machine_in_use = this;
}

SimMachine::~SimMachine() {
    munmap(base_, mapped_);
    munmap(pages_, count_);
    machine_in_use = previous_;
}

SimMachine& SimMachine::current() {
    if (machine_in_use == nullptr) die("current", nullptr, 0, "no SimMachine lives");
    return *machine_in_use;
}

void SimMachine::occupy(void* at, usize bytes) {
    const Guard guard(lock_);
    const Range pages = pages_of("occupy", at, bytes);
    if (occupations_ == kMostRanges) die("occupy", at, bytes, "too many ranges");
    occupied_[occupations_++] = pages;
}

usize SimMachine::reserved_bytes() const {
    const Guard guard(lock_);
    usize bytes = 0;
    for (usize i = 0; i < reservations_; i++) bytes += reserved_[i].end - reserved_[i].first;
    return bytes * config_.page_size;
}

bool SimMachine::owns(const void* at, usize bytes) const {
    const Guard guard(lock_);
    if (!lies_inside(at, bytes)) return false;
    const Range pages = pages_of("owns", at, bytes);
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] == Page::NotOurs) return false;
    }
    return true;
}

usize SimMachine::resident_bytes(const void* at, usize bytes) const {
    const Guard guard(lock_);
    const Range asked = pages_of("resident_bytes", at, bytes);
    const usize per_page = config_.page_size / host_page();
    usize resident = 0;
    // Most of the space is nobody's: nothing below or above what was ever ours counts.
    const usize stop = asked.end < highest_ ? asked.end : highest_;
    for (usize i = asked.first > lowest_ ? asked.first : lowest_; i < stop;) {
        if (pages_[i] == Page::NotOurs) {
            i++;
            continue;
        }
        unsigned char present[kMostHostPages] = {};
        usize end = i;
        while (end < stop && end - i < kMostHostPages / per_page && pages_[end] != Page::NotOurs) {
            end++;
        }
        mincore(base_ + i * config_.page_size, (end - i) * config_.page_size, present);
        for (usize page = 0; page < end - i; page++) {
            bool any = false;
            for (usize h = 0; h < per_page; h++) any |= (present[page * per_page + h] & 1) != 0;
            if (any) resident += config_.page_size;
        }
        i = end;
    }
    return resident;
}

// --- the port's calls ---

void SimMachine::look_for_memory(const char* at, usize bytes, unsigned char* seen) const {
    const usize page = config_.page_size;
    for (usize i = 0; i < bytes / page; i++) {
        seen[i] = !config_.swapped && resident_bytes(at + i * page, page) != 0 ? 1 : 0;
    }
}

void* SimMachine::suggest(usize) {
    const Guard guard(lock_);
    if (!config_.suggests || suggestion_ >= config_.address_space) return nullptr;
    char* at = base_ + suggestion_;
    suggestion_ += kSuggestionStep;
    return at;
}

Claim SimMachine::claim(void* at, usize bytes) {
    const Guard guard(lock_);
    if (!is_aligned(address(at) | bytes, config_.page_size) || bytes == 0) {
        die("claim", at, bytes, "not whole pages");
    }
    if (refuses()) return config_.refusal;
    if (!lies_inside(at, bytes)) return Claim::Taken;
    const Range pages = pages_of("claim", at, bytes);
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] != Page::NotOurs) return Claim::Taken;
    }
    for (usize i = 0; i < reservations_; i++) {
        if (pages.first < reserved_[i].end && reserved_[i].first < pages.end) return Claim::Taken;
    }
    if (is_occupied(pages)) return Claim::Taken;
    if (owned_ + bytes > config_.budget) return Claim::OutOfMemory;
    become_ours(pages);
    return Claim::Done;
}

void* SimMachine::reserve(usize bytes, usize align) {
    const Guard guard(lock_);
    if (!is_aligned(bytes, config_.page_size) || bytes == 0 || !is_power_of_two(align)) {
        die("reserve", nullptr, bytes, "not whole pages or a bad alignment");
    }
    if (refuses() || bytes > ceiling_ * config_.page_size) return nullptr;
    usize first = align_down(address(base_) + ceiling_ * config_.page_size - bytes, align);
    if (first < address(base_)) return nullptr;
    first = (first - address(base_)) / config_.page_size;
    const Range pages{first, first + bytes / config_.page_size};
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] != Page::NotOurs) return nullptr;
    }
    if (is_occupied(pages) || reservations_ == kMostRanges) return nullptr;
    reserved_[reservations_++] = pages;
    ceiling_ = first;
    return base_ + first * config_.page_size;
}

bool SimMachine::commit(void* at, usize bytes) {
    const Guard guard(lock_);
    const Range pages = pages_of("commit", at, bytes);
    if (!is_reserved(pages)) die("commit", at, bytes, "not in one reservation");
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] != Page::NotOurs) die("commit", at, bytes, "committed already");
    }
    if (refuses() || owned_ + bytes > config_.budget) return false;
    become_ours(pages);
    return true;
}

void SimMachine::discard(void* at, usize bytes) {
    const Guard guard(lock_);
    require_ours("discard", at, bytes, pages_of("discard", at, bytes));
    discards_++;
    if (madvise(at, bytes, MADV_DONTNEED) != 0) die("discard", at, bytes, "the host refused");
}

bool SimMachine::move(void* from, void* to, usize bytes) {
    const Guard guard(lock_);
    require_ours("move from", from, bytes, pages_of("move from", from, bytes));
    const Range target = pages_of("move to", to, bytes);
    require_ours("move to", to, bytes, target);
    const uptr a = address(from);
    const uptr b = address(to);
    if (a < b + bytes && b < a + bytes) die("move", to, bytes, "source and target overlap");
    if (!config_.moves) return false;
    const Range source = pages_of("move from", from, bytes);
    for (usize i = source.first; i < source.end; i++) {
        if (pages_[i] == pages_[source.first]) continue;
        torn_moves_++;
        return false;
    }
    std::memcpy(to, from, bytes);
    if (madvise(from, bytes, MADV_DONTNEED) != 0) die("move", from, bytes, "the host refused");
    constexpr u64 kNumbers = 256 - static_cast<u64>(Page::Moved);
    const auto piece = static_cast<Page>(static_cast<u64>(Page::Moved) + moves_++ % kNumbers);
    for (usize i = target.first; i < target.end; i++) {
        if (pages_[i] == Page::Ours) moved_ += config_.page_size;
        pages_[i] = piece;
    }
    return true;
}

void SimMachine::reset(void* at, usize bytes) {
    const Guard guard(lock_);
    const Range pages = pages_of("reset", at, bytes);
    require_ours("reset", at, bytes, pages);
    if (madvise(at, bytes, MADV_DONTNEED) != 0) die("reset", at, bytes, "the host refused");
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] != Page::Ours) moved_ -= config_.page_size;
        pages_[i] = Page::Ours;
    }
}

// Advice that the simulated machine does not follow, so that residency stays exact.
void SimMachine::prefer_huge(void* at, usize bytes) {
    const Guard guard(lock_);
    if (!is_aligned(address(at) | bytes, kHugePage)) {
        die("prefer_huge", at, bytes, "not whole huge pages");
    }
    require_ours("prefer_huge", at, bytes, pages_of("prefer_huge", at, bytes));
    huge_ += bytes;
}

// --- helpers, under the lock ---

bool SimMachine::refuses() {
    const u64 number = requests_++;
    if (number >= plan_.from && number < plan_.to) return true;
    if (plan_.one_in == 0) return false;
    plan_.random ^= plan_.random << 13;
    plan_.random ^= plan_.random >> 7;
    plan_.random ^= plan_.random << 17;
    return plan_.random % plan_.one_in == 0;
}

bool SimMachine::lies_inside(const void* at, usize bytes) const {
    const uptr offset = address(at) - address(base_);
    return offset < config_.address_space && bytes <= config_.address_space - offset;
}

SimMachine::Range SimMachine::pages_of(const char* call, const void* at, usize bytes) const {
    if (!lies_inside(at, bytes)) die(call, at, bytes, "outside of the machine");
    if (!is_aligned(address(at) | bytes, config_.page_size) || bytes == 0) {
        die(call, at, bytes, "not whole pages");
    }
    const usize first = (address(at) - address(base_)) / config_.page_size;
    return {first, first + bytes / config_.page_size};
}

void SimMachine::require_ours(const char* call, const void* at, usize bytes, Range pages) const {
    for (usize i = pages.first; i < pages.end; i++) {
        if (pages_[i] == Page::NotOurs) die(call, at, bytes, "not all of it is ours");
    }
}

void SimMachine::become_ours(Range pages) {
    char* at = base_ + pages.first * config_.page_size;
    const usize bytes = (pages.end - pages.first) * config_.page_size;
    if (mprotect(at, bytes, PROT_READ | PROT_WRITE) != 0) die("claim", at, bytes, "host refused");
    std::memset(pages_ + pages.first, static_cast<int>(Page::Ours), pages.end - pages.first);
    owned_ += bytes;
    lowest_ = pages.first < lowest_ ? pages.first : lowest_;
    highest_ = pages.end > highest_ ? pages.end : highest_;
}

bool SimMachine::is_reserved(Range pages) const {
    for (usize i = 0; i < reservations_; i++) {
        if (reserved_[i].first <= pages.first && pages.end <= reserved_[i].end) return true;
    }
    return false;
}

bool SimMachine::is_occupied(Range pages) const {
    for (usize i = 0; i < occupations_; i++) {
        if (pages.first < occupied_[i].end && occupied_[i].first < pages.end) return true;
    }
    return false;
}

// --- the port ---

usize Sim::page_size() noexcept {
    return SimMachine::current().config_.page_size;
}
void* Sim::suggest(usize bytes) noexcept {
    return SimMachine::current().suggest(bytes);
}
Claim Sim::claim(void* at, usize bytes) noexcept {
    return SimMachine::current().claim(at, bytes);
}
void* Sim::reserve(usize bytes, usize align) noexcept {
    return SimMachine::current().reserve(bytes, align);
}
bool Sim::commit(void* at, usize bytes) noexcept {
    return SimMachine::current().commit(at, bytes);
}
void Sim::discard(void* at, usize bytes) noexcept {
    SimMachine::current().discard(at, bytes);
}
void Sim::look_for_memory(void* at, usize bytes, unsigned char* seen) noexcept {
    SimMachine::current().look_for_memory(static_cast<const char*>(at), bytes, seen);
}

bool Sim::move(void* from, void* to, usize bytes) noexcept {
    return SimMachine::current().move(from, to, bytes);
}
void Sim::reset(void* at, usize bytes) noexcept {
    SimMachine::current().reset(at, bytes);
}
void Sim::prefer_huge(void* at, usize bytes) noexcept {
    SimMachine::current().prefer_huge(at, bytes);
}
u32 Sim::now_ms() noexcept {
    return SimMachine::current().clock_.load(std::memory_order_relaxed);
}

void Sim::park(const void* word, u32 value) noexcept {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}
void Sim::unpark_one(const void* word) noexcept {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

namespace {

pthread_key_t exit_key;
pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

void run_hook(void* hook) {
    reinterpret_cast<void (*)()>(hook)();
}
void make_exit_key() {
    if (pthread_key_create(&exit_key, run_hook) != 0) die("key", nullptr, 0, "no thread key left");
}

}  // namespace

void Sim::at_thread_exit(void (*hook)()) noexcept {
    pthread_once(&exit_key_once, make_exit_key);
    pthread_setspecific(exit_key, reinterpret_cast<void*>(hook));
}

}  // namespace ashlar::port
