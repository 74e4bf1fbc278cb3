/* SPDX-License-Identifier: MIT */
/* The same as a processor without SSE2 does it. */
#undef __SSE2__
#include "test_scan.c"
