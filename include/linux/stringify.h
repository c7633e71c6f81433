/* SPDX-License-Identifier: MIT */
#pragma once
#define __stringify_1(...) #__VA_ARGS__
#define __stringify(...) __stringify_1(__VA_ARGS__)
