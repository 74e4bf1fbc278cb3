/* SPDX-License-Identifier: MIT */
/* The formats that can be loaded. */
#ifndef DRYAD_FORMATS_READERS_H
#define DRYAD_FORMATS_READERS_H

#include "formats/reader.h"

/* The reader for a path; NULL: the content decides. */
const dryad_reader *dryad_reader_of_path(const char *path);
/* The reader for a dump that starts with these bytes. */
const dryad_reader *dryad_reader_of_content(const unsigned char *head, size_t length);

#endif
