/* SPDX-License-Identifier: MIT */
/* Archives, which hold files: their lines could be taken for those of a dump, without the first ones. */
#ifndef DRYAD_FORMATS_ARCHIVE_H
#define DRYAD_FORMATS_ARCHIVE_H

#include <stddef.h>

/* What the first bytes of a stream, as many as it has up to DRYAD_STREAM_HEAD, begin: "a tar archive"; NULL: none. */
const char *dryad_archive_kind(const unsigned char *head, size_t length);

#endif
