/* Reading records one by one, without a graph: what dryad.records uses. Loading is in dryad.h. */
#ifndef DRYAD_FORMATS_LOAD_H
#define DRYAD_FORMATS_LOAD_H

#include "formats/record.h"
#include "formats/stream.h"

typedef struct dryad_lines dryad_lines;

/* Takes over `stream`. */
dryad_status dryad_lines_new(dryad_lines **out, dryad_stream *stream, const dryad_allocator *allocator,
                             dryad_error *error);
/* The next line's record, whatever became of it; *more false at the end. `record` is valid until the next call.
   A compressed stream that is cut or corrupt ends with a DRYAD_LINE_CUT whose problem says so. */
dryad_status dryad_lines_next(dryad_lines *lines, dryad_record *record, dryad_line *what, uint64_t *line,
                              uint64_t *offset, bool *more, dryad_error *error);
void dryad_lines_free(dryad_lines *lines);

#endif
