/* SPDX-License-Identifier: MIT */
/* Floats as text, without locking or allocating: the fewest digits that read back as the same float, as in Python's
 * repr; infinities as a number beyond all floats (1e999). NaN is not supported.
 *
 * Most floats in programs are short decimals, which take a few divisions. The others are computed exactly with large
 * integers (Steele and White 1990, Dybvig and Burger 1996). */
#ifndef DRYAD_SCANNER_FLOATS_H
#define DRYAD_SCANNER_FLOATS_H

enum { DRYAD_FLOAT_TEXT = 32 };

/* Writes at most DRYAD_FLOAT_TEXT characters at `end`; returns their end. */
char *dryad_float_write(char *end, double value);

#endif
