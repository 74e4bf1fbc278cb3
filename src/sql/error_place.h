/* SPDX-License-Identifier: MIT */
/* Where in a statement an error is. */
#ifndef DRYAD_SQL_ERROR_PLACE_H
#define DRYAD_SQL_ERROR_PLACE_H

#include "dryad.h"

/* Adds to the error's text the line of the statement that has the error, cut around it if it is long, and below it a
   caret at the place. `offset` is in bytes; nothing is added if it is not in the statement. */
void dryad_error_place_show(dryad_error *error, const char *sql, size_t length, int offset);

#endif
