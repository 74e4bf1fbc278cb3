/* SPDX-License-Identifier: MIT */
/* Floats as text, without a library that locks or allocates for it: with as few digits as give the same float back, as
 * Python's repr has them; beyond all floats (1e999) where it is infinite. Of a nan nothing is said here.
 *
 * Most floats of programs are short decimals, which a few divisions find. The others are found exactly in large
 * integers (Steele and White 1990, Dybvig and Burger 1996). */
#ifndef DRYAD_SCANNER_FLOATS_H
#define DRYAD_SCANNER_FLOATS_H

enum { DRYAD_FLOAT_TEXT = 32 };

/* Writes at most DRYAD_FLOAT_TEXT characters; where they end. */
char *dryad_float_write(char *end, double value);

#endif
