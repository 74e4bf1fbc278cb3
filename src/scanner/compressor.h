/* SPDX-License-Identifier: MIT */
/* Compression of a sink's output. DRYAD_SINK_UNCOMPRESSED leaves it out, and with it zlib and zstd, for a library that
 * is loaded into processes that may lack them. */
#ifndef DRYAD_SCANNER_COMPRESSOR_H
#define DRYAD_SCANNER_COMPRESSOR_H

#include "sink_descriptor.h"

#include <stdbool.h>

/* Makes the compressor for the sink's compression; false if memory runs out, or if compression was left out. */
bool dryad_compressor_init(dryad_sink *sink);

/* Compresses and writes the sink's buffer; `last` ends the stream. */
void dryad_compressor_flush(dryad_sink *sink, bool last);

#endif
