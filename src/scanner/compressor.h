/* SPDX-License-Identifier: MIT */
/* Compression of what a sink writes. With DRYAD_SINK_UNCOMPRESSED there is none, and zlib and zstd are not needed: for
 * a library that is loaded where they may not be. */
#ifndef DRYAD_SCANNER_COMPRESSOR_H
#define DRYAD_SCANNER_COMPRESSOR_H

#include "sink_descriptor.h"

#include <stdbool.h>

/* Makes the compressor for the sink's compression; false without memory, or where there is none. */
bool dryad_compressor_init(dryad_sink *sink);

/* Compresses what waits in the sink's buffer and writes it; `last` ends the stream. */
void dryad_compressor_flush(dryad_sink *sink, bool last);

#endif
