/* SPDX-License-Identifier: MIT */
/* The SQL function valid_utf8(value): text for files of others, in which lone surrogates are no characters. */
#ifndef DRYAD_SQL_VALID_TEXT_H
#define DRYAD_SQL_VALID_TEXT_H

#include <sqlite3.h>

/* Registers the function. It returns any value as it is, but text with each lone surrogate as six characters: \udc80.
   Returns an SQLite code. */
int dryad_valid_text_register(sqlite3 *handle);

#endif
