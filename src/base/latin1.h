/* SPDX-License-Identifier: MIT */
/* Bytes as Latin-1: each one a character. */
#ifndef DRYAD_BASE_LATIN1_H
#define DRYAD_BASE_LATIN1_H

#include "dryad.h"

/* The bytes that the text takes in UTF-8. */
size_t dryad_latin1_length(dryad_text bytes);
/* Writes dryad_latin1_length bytes. */
void dryad_latin1_to_utf8(char *out, dryad_text bytes);
/* The inverse; writes at most as many bytes as `text` has. False: a character is beyond U+00FF. */
bool dryad_latin1_from_utf8(char *out, size_t *length, dryad_text text);

#endif
