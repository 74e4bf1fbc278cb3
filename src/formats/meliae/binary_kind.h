/* SPDX-License-Identifier: MIT */
/* What a file is that cannot be a dump. */
#ifndef DRYAD_FORMATS_MELIAE_BINARY_KIND_H
#define DRYAD_FORMATS_MELIAE_BINARY_KIND_H

#include <stddef.h>

/* Judges by the first bytes: a known format, or control characters before the first bracket, other than those that
   count as white space. NULL: it may be a dump. */
const char *dryad_binary_kind(const unsigned char *head, size_t length);

#endif
