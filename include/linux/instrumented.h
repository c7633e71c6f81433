/* SPDX-License-Identifier: MIT */
#pragma once
#define instrument_atomic_read(p, n) ((void)(p))
#define instrument_atomic_write(p, n) ((void)(p))
#define instrument_atomic_read_write(p, n) ((void)(p))
