#pragma once
#include <linux/kconfig.h>
#include <linux/math64.h>
