// The one configuration header: every build-time choice is made here, once.
//
// Code elsewhere reads the constants below with `if constexpr`; `#if` appears
// only here and in src/port.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define ASHLAR_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ASHLAR_TSAN 1
#endif
#endif

namespace ashlar {

// Whether every engine operation verifies the state it relies on (debug and
// sanitizer builds). Costs time, never changes a result.
#if defined(ASHLAR_DEBUG_CHECKS)
inline constexpr bool kDebugChecks = true;
#else
inline constexpr bool kDebugChecks = false;
#endif

// The thread sanitizer sees every access, so a data race that is benign by
// construction must be spelled as an atomic. All of ours are.
#if defined(ASHLAR_TSAN)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

}  // namespace ashlar
