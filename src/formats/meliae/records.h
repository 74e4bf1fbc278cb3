/* SPDX-License-Identifier: MIT */
/* Reads records one by one, without a graph; used by dryad.records. */
#ifndef DRYAD_FORMATS_MELIAE_RECORDS_H
#define DRYAD_FORMATS_MELIAE_RECORDS_H

#include "formats/meliae/record.h"
#include "io/stream.h"

typedef struct dryad_records dryad_records;

/* Takes over `stream`. */
dryad_status dryad_records_new(dryad_records **out, dryad_stream *stream, const dryad_allocator *allocator,
                               dryad_error *error);
/* Reads the next line, with whatever result; *more is false at the end. `record` is valid until the next call. A
   compressed stream that is truncated or corrupt ends with a DRYAD_LINE_CUT whose problem says so. */
dryad_status dryad_records_next(dryad_records *lines, dryad_record *record, dryad_line *what, uint64_t *line,
                                uint64_t *offset, bool *more, dryad_error *error);
void dryad_records_free(dryad_records *lines);

#endif
