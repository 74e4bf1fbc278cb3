/* SPDX-License-Identifier: MIT */
/* Floats as Python's repr writes them. */
#ifndef DRYAD_BASE_FLOAT_TEXT_H
#define DRYAD_BASE_FLOAT_TEXT_H

#include <stddef.h>

#define DRYAD_FLOAT_TEXT 32 /* bytes; enough for any float */

/* Writes the fewest digits that read back as the same number, with a point or an exponent in any locale; or nan, inf,
   -inf. NUL-terminated; returns the length. */
size_t dryad_float_text(char text[DRYAD_FLOAT_TEXT], double number);

#endif
