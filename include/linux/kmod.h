/* SPDX-License-Identifier: MIT */
/* Every module of the program is there from its start. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/umh.h>
#define request_module(...) (-ENOSYS)
#define request_module_nowait(...) (-ENOSYS)
#define try_then_request_module(expression, ...) (expression)
