/* SPDX-License-Identifier: MIT */
#pragma once

#define ASHLAR_WITH_SUFFIX(value, suffix) value##suffix
#define _AC(value, suffix) ASHLAR_WITH_SUFFIX(value, suffix)
#define _AT(type, value) ((type)(value))
#define UL(value) _AC(value, UL)
#define ULL(value) _AC(value, ULL)
#define _UL(value) _AC(value, UL)
#define _ULL(value) _AC(value, ULL)
#define _BITUL(n) (UL(1) << (n))
#define _BITULL(n) (ULL(1) << (n))
