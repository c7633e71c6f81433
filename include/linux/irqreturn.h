/* SPDX-License-Identifier: MIT */
#pragma once
enum irqreturn { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD = 2 };
typedef enum irqreturn irqreturn_t;
#define IRQ_RETVAL(handled) ((handled) ? IRQ_HANDLED : IRQ_NONE)
