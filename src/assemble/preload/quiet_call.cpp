// Calls a function that may throw, and swallows what it throws.
//
// The only file with exceptions: a new handler may throw std::bad_alloc, and
// the nothrow forms of operator new must turn that into null. The symbols that
// `catch` needs are weak, so that programs without the C++ library load; with
// no such library nothing can be thrown.

asm(".weak __gxx_personality_v0");
asm(".weak __cxa_begin_catch");
asm(".weak __cxa_end_catch");
asm(".weak _Unwind_Resume");

namespace ashlar::preload {

bool call_quietly(void (*function)()) {
    try {
        function();
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace ashlar::preload
