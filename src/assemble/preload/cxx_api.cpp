// Every replaceable operator new and delete.
//
// A program without the C++ library must load us, so nothing of that library
// is needed: what a failing operator new calls is found when it fails. The
// names are spelled as their mangled symbols, which lets the compiler treat
// these as plain functions instead of as the operators they implement.

#include <cstddef>
#include <initializer_list>

#include <dlfcn.h>

#include "assemble/preload/process_heap.h"

using ashlar::usize;
using ashlar::preload::ProcessHeap;
using ashlar::preload::ProcessPort;

// Of the C++ library, if the program was linked with one.
extern "C" [[gnu::weak]] void _ZSt17__throw_bad_allocv();
extern "C" [[gnu::weak]] void (*_ZSt15get_new_handlerv())();

namespace ashlar::preload {
bool call_quietly(void (*function)());
}

namespace {

using NewHandler = void (*)();

// Linked with the program, or loaded since: a plugin's C++ library may be
// visible to the plugin only.
template <class F>
F find_symbol(F linked, const char* name) {
    if (linked != nullptr) return linked;
    if (void* symbol = dlsym(RTLD_DEFAULT, name)) return reinterpret_cast<F>(symbol);
    for (const char* library : {"libstdc++.so.6", "libc++.so.1", "libc++abi.so.1"}) {
        void* handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
        if (handle == nullptr) continue;
        if (void* symbol = dlsym(handle, name)) return reinterpret_cast<F>(symbol);
    }
    return nullptr;
}

NewHandler new_handler() {
    auto get = find_symbol(_ZSt15get_new_handlerv, "_ZSt15get_new_handlerv");
    return get != nullptr ? get() : nullptr;
}

[[noreturn]] void throw_bad_alloc() {
    if (auto raise = find_symbol(_ZSt17__throw_bad_allocv, "_ZSt17__throw_bad_allocv")) raise();
    // No C++ library, so nobody could catch it.
    constexpr char kMessage[] = "ashlar: operator new: out of memory\n";
    ProcessPort::write_all(2, kMessage, sizeof(kMessage) - 1);
    ProcessPort::die();
}

void* attempt(usize size, usize align) {
    if (size > ashlar::kMaxRequest) return nullptr;
    return align <= ashlar::kMinAlign ? ProcessHeap::allocate(size)
                                      : ProcessHeap::allocate_aligned(size, align);
}

// Asks the new handler for help until there is memory, it gives up by an
// exception, or there is none. An exception leaves the nothrow forms as null.
enum class Failure { Throws, ReturnsNull };

[[gnu::cold, gnu::noinline]] void* new_failed(usize size, usize align, Failure failure) {
    while (const NewHandler handler = new_handler()) {
        if (failure == Failure::Throws) {
            handler();
        } else if (!ashlar::preload::call_quietly(handler)) {
            return nullptr;
        }
        if (void* p = attempt(size, align)) return p;
    }
    if (failure == Failure::Throws) throw_bad_alloc();
    return nullptr;
}

[[gnu::noinline]] void* new_slow_or_throw(usize size) {
    void* p = ProcessHeap::allocate_slow(size);
    return p != nullptr ? p : new_failed(size, ashlar::kMinAlign, Failure::Throws);
}

inline void* new_or_throw(usize size) {
    if (void* p = ProcessHeap::take_chained(size)) [[likely]]
        return p;
    return new_slow_or_throw(size);
}

inline void* new_aligned_or_throw(usize size, usize align) {
    void* p = attempt(size, align);
    return p != nullptr ? p : new_failed(size, align, Failure::Throws);
}

inline void* new_or_null(usize size, usize align) {
    void* p = attempt(size, align);
    return p != nullptr ? p : new_failed(size, align, Failure::ReturnsNull);
}

}  // namespace

// operator new. The forms for arrays are the same code, which is in memory once.
ASHLAR_EXPORT void* _Znwm(usize size) {
    return new_or_throw(size);
}
ASHLAR_EXPORT [[gnu::alias("_Znwm")]] void* _Znam(usize size);
ASHLAR_EXPORT void* _ZnwmRKSt9nothrow_t(usize size, const void*) {
    return new_or_null(size, ashlar::kMinAlign);
}
ASHLAR_EXPORT void* _ZnamRKSt9nothrow_t(usize size, const void*) {
    return new_or_null(size, ashlar::kMinAlign);
}
ASHLAR_EXPORT void* _ZnwmSt11align_val_t(usize size, usize align) {
    return new_aligned_or_throw(size, align);
}
ASHLAR_EXPORT void* _ZnamSt11align_val_t(usize size, usize align) {
    return new_aligned_or_throw(size, align);
}
ASHLAR_EXPORT void* _ZnwmSt11align_val_tRKSt9nothrow_t(usize size, usize align, const void*) {
    return new_or_null(size, align);
}
ASHLAR_EXPORT void* _ZnamSt11align_val_tRKSt9nothrow_t(usize size, usize align, const void*) {
    return new_or_null(size, align);
}

// operator delete
ASHLAR_EXPORT void _ZdlPv(void* p) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT [[gnu::alias("_ZdlPv")]] void _ZdaPv(void* p);
ASHLAR_EXPORT void _ZdlPvm(void* p, usize) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT [[gnu::alias("_ZdlPvm")]] void _ZdaPvm(void* p, usize);
ASHLAR_EXPORT void _ZdlPvRKSt9nothrow_t(void* p, const void*) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdaPvRKSt9nothrow_t(void* p, const void*) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdlPvSt11align_val_t(void* p, usize) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdaPvSt11align_val_t(void* p, usize) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdlPvmSt11align_val_t(void* p, usize, usize) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdaPvmSt11align_val_t(void* p, usize, usize) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdlPvSt11align_val_tRKSt9nothrow_t(void* p, usize, const void*) {
    ProcessHeap::deallocate(p);
}
ASHLAR_EXPORT void _ZdaPvSt11align_val_tRKSt9nothrow_t(void* p, usize, const void*) {
    ProcessHeap::deallocate(p);
}
