/* SPDX-License-Identifier: MIT */
/* Included at the end of a trace header; there is nothing to generate. */
#pragma once
