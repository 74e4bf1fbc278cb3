/* SPDX-License-Identifier: MIT */
/* Reading records one by one, without a graph: what dryad.records uses. */
#ifndef DRYAD_FORMATS_MELIAE_RECORDS_H
#define DRYAD_FORMATS_MELIAE_RECORDS_H

#include "formats/meliae/record.h"
#include "io/stream.h"

typedef struct dryad_records dryad_records;

/* Takes over `stream`. */
dryad_status dryad_records_new(dryad_records **out, dryad_stream *stream, const dryad_allocator *allocator,
                               dryad_error *error);
/* The next line's record, whatever became of it; *more false at the end. `record` is valid until the next call.
   A compressed stream that is cut or corrupt ends with a DRYAD_LINE_CUT whose problem says so. */
dryad_status dryad_records_next(dryad_records *lines, dryad_record *record, dryad_line *what, uint64_t *line,
                                uint64_t *offset, bool *more, dryad_error *error);
void dryad_records_free(dryad_records *lines);

#endif
