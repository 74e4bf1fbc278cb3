/* SPDX-License-Identifier: MIT */
/* Bytes as Latin-1: each one a character. */
#ifndef DRYAD_BASE_LATIN1_H
#define DRYAD_BASE_LATIN1_H

#include "dryad.h"

/* Bytes that the text takes as UTF-8. */
size_t dryad_latin1_length(dryad_text bytes);
/* Writes dryad_latin1_length bytes. */
void dryad_latin1_to_utf8(char *out, dryad_text bytes);
/* The way back, into as many bytes as `text` has at most; false: it has what is no character up to U+00FF. */
bool dryad_latin1_from_utf8(char *out, size_t *length, dryad_text text);

#endif
