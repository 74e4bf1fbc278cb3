/* SPDX-License-Identifier: MIT */
/* The same without SSE2. */
#undef __SSE2__
#include "test_scan.c"
