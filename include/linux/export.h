/* SPDX-License-Identifier: MIT */
/* Every external symbol of a program is visible to what it loads; the macros only check the name. */
#pragma once
#define ASHLAR_EXPORT(symbol) extern __typeof__(symbol) symbol
#define EXPORT_SYMBOL(symbol) ASHLAR_EXPORT(symbol)
#define EXPORT_SYMBOL_GPL(symbol) ASHLAR_EXPORT(symbol)
#define EXPORT_SYMBOL_NS(symbol, space) ASHLAR_EXPORT(symbol)
#define EXPORT_SYMBOL_NS_GPL(symbol, space) ASHLAR_EXPORT(symbol)
#ifndef THIS_MODULE
#define THIS_MODULE ((struct module *)0)
#endif
