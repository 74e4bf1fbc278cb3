/* SPDX-License-Identifier: MIT */
/* Compression of what a sink writes. With DRYAD_SINK_PLAIN there is none, and zlib and zstd are not needed: for a
 * library that is loaded where they may not be. */
#ifndef DRYAD_SCANNER_PACKER_H
#define DRYAD_SCANNER_PACKER_H

#include "sink.h"

/* Makes the compressor for the sink's packing; false without memory, or where there is none. */
bool dryad_packer_init(dryad_sink *sink);

/* Packs what waits in the sink's buffer and writes it; `last` ends the stream. */
void dryad_packer_pack(dryad_sink *sink, bool last);

#endif
