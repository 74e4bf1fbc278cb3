/* SPDX-License-Identifier: MIT */
/* What every fuzz target has: the function that libFuzzer and replay.c call, and what must hold. */
#ifndef DRYAD_TESTS_FUZZ_TARGET_H
#define DRYAD_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) ((condition) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
