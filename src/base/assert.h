/* SPDX-License-Identifier: MIT */
/*
 * Asserts the preconditions that headers state. A failed one is a mistake in a program; errors in a file, a process or
 * a user's input are reported instead.
 *
 * CMake's DRYAD_ASSERTIONS selects them: OFF (release builds) compiles conditions but never evaluates them; ON
 * (sanitizers and fuzzing) checks those that cost O(1); SLOW (debug builds) checks all. A failed assertion prints
 * "file:line: function: condition" and aborts.
 *
 * Not for code shared with the scanner, which needs nothing but C.
 */
#ifndef DRYAD_BASE_ASSERT_H
#define DRYAD_BASE_ASSERT_H

#include <stdbool.h>
#include <stdint.h>

#define DRYAD_ASSERT_NOT(condition) ((void)sizeof((condition) ? 1 : 0))

#ifdef DRYAD_ASSERTIONS
_Noreturn void dryad_assert_failed(const char *file, int line, const char *function, const char *condition);
#define DRYAD_ASSERT(condition) ((condition) ? (void)0 : dryad_assert_failed(__FILE__, __LINE__, __func__, #condition))
#else
#define DRYAD_ASSERT(condition) DRYAD_ASSERT_NOT(condition)
#endif

/* For a condition that takes more than O(1), such as one about every element of an array. */
#ifdef DRYAD_SLOW_ASSERTIONS
#define DRYAD_ASSERT_SLOW(condition) DRYAD_ASSERT(condition)
#else
#define DRYAD_ASSERT_SLOW(condition) DRYAD_ASSERT_NOT(condition)
#endif

/* Whether the ids are strictly ascending; for assertions. O(count). */
static inline bool dryad_is_ascending(const uint64_t *numbers, uint64_t count)
{
  for (uint64_t i = 1; i < count; i++)
    if (numbers[i] <= numbers[i - 1]) return false;
  return true;
}

#endif
