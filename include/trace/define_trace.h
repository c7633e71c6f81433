/* SPDX-License-Identifier: MIT */
/* Included at the end of a trace header; nothing is generated. */
