/* SPDX-License-Identifier: MIT */
/* Values that rise by equal steps, chosen by a selector: what regulators and chargers have. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct linear_range {
    unsigned int min;
    unsigned int min_sel, max_sel;
    unsigned int step;
};
#define LINEAR_RANGE(_min, _min_sel, _max_sel, _step)                         \
    {                                                                         \
        .min = _min, .min_sel = _min_sel, .max_sel = _max_sel, .step = _step, \
    }
ASHLAR_BEGIN_C
unsigned int linear_range_values_in_range(const struct linear_range *r);
unsigned int linear_range_values_in_range_array(const struct linear_range *r, int ranges);
unsigned int linear_range_get_max_value(const struct linear_range *r);
int linear_range_get_value(const struct linear_range *r, unsigned int selector, unsigned int *value);
int linear_range_get_value_array(const struct linear_range *r, int ranges, unsigned int selector, unsigned int *value);
int linear_range_get_selector_low(const struct linear_range *r, unsigned int value, unsigned int *selector,
                                  bool *found);
int linear_range_get_selector_high(const struct linear_range *r, unsigned int value, unsigned int *selector,
                                   bool *found);
void linear_range_get_selector_within(const struct linear_range *r, unsigned int value, unsigned int *selector);
int linear_range_get_selector_low_array(const struct linear_range *r, int ranges, unsigned int value,
                                        unsigned int *selector, bool *found);
ASHLAR_END_C
