/* SPDX-License-Identifier: MIT */
#include "formats/meliae/records.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "io/squeezer.h"

#define FIRST_CAPACITY ((size_t)1 << 18)
#define LONGEST_LINE ((size_t)1 << 19) /* that is held as it is */

struct dryad_records {
  const dryad_allocator *allocator;
  dryad_stream *stream;
  dryad_record_scratch scratch;
  char *buffer;
  size_t capacity;
  size_t start, searched, end; /* in the buffer: the next line, the searched part without a newline, the end */
  uint64_t line, offset;       /* of the next line */
  bool ended;                  /* the stream */
  bool is_long;                /* the next line: what was searched of it is shortened */
  uint64_t left_out;           /* of it */
  dryad_squeezer squeezer;
  const char *problem; /* of the stream, not reported yet */
};

dryad_status dryad_records_new(dryad_records **out, dryad_stream *stream, const dryad_allocator *allocator,
                               dryad_error *error)
{
  DRYAD_ASSERT(out && stream);
  *out = NULL;
  dryad_records *lines = dryad_calloc(allocator, 1, sizeof *lines);
  char *buffer = dryad_alloc(allocator, FIRST_CAPACITY, 1);
  if (!lines || !buffer) {
    dryad_free(allocator, lines, 1, sizeof *lines);
    dryad_free(allocator, buffer, FIRST_CAPACITY, 1);
    dryad_stream_close(stream);
    return dryad_fail_memory(error);
  }
  lines->allocator = allocator;
  lines->stream = stream;
  dryad_record_scratch_init(&lines->scratch, DRYAD_MAX_TEXT, allocator);
  lines->buffer = buffer;
  lines->capacity = FIRST_CAPACITY;
  lines->line = 1;
  *out = lines;
  return DRYAD_OK;
}

void dryad_records_free(dryad_records *lines)
{
  if (!lines) return;
  dryad_stream_close(lines->stream);
  dryad_record_scratch_deinit(&lines->scratch);
  dryad_free(lines->allocator, lines->buffer, lines->capacity, 1);
  dryad_free(lines->allocator, lines, 1, sizeof *lines);
}

/* Makes room after the partial line, and reads more. */
static dryad_status read_more(dryad_records *lines, dryad_error *error)
{
  size_t kept = lines->end - lines->start, got;
  if (lines->start) memmove(lines->buffer, lines->buffer + lines->start, kept);
  lines->start = 0;
  lines->searched = lines->end = kept;
  if (kept == lines->capacity) {
    char *buffer = dryad_realloc(lines->allocator, lines->buffer, lines->capacity, lines->capacity * 2, 1);
    if (!buffer) return dryad_fail_memory(error);
    lines->buffer = buffer;
    lines->capacity *= 2;
  }
  dryad_status status =
      dryad_stream_read(lines->stream, lines->buffer + kept, lines->capacity - kept, &got, &lines->problem, error);
  if (status != DRYAD_OK) return status;
  lines->end += got;
  lines->ended = got == 0;
  return DRYAD_OK;
}

/* Shortens the part of a long line from `start` to *end, and moves what follows. */
static void shorten(dryad_records *lines, size_t start, size_t *end)
{
  size_t kept = dryad_squeezer_shorten(&lines->squeezer, lines->buffer + start, *end - start);
  size_t gone = *end - start - kept;
  memmove(lines->buffer + start + kept, lines->buffer + *end, lines->end - *end);
  lines->end -= gone;
  lines->left_out += gone;
  *end -= gone;
}

/* The end of the next line: its newline, or the end of the stream. */
static dryad_status find_line(dryad_records *lines, size_t *end, dryad_error *error)
{
  for (;;) {
    size_t left = lines->end - lines->searched;
    const char *newline = left ? memchr(lines->buffer + lines->searched, '\n', left) : NULL;
    *end = newline ? (size_t)(newline - lines->buffer) : lines->end;
    bool is_whole = newline || lines->ended;
    if (lines->is_long) {
      shorten(lines, lines->searched, end);
    } else if (!is_whole && *end - lines->start >= LONGEST_LINE) {
      lines->is_long = true;
      dryad_squeezer_init(&lines->squeezer, DRYAD_LONGEST_FACTS);
      shorten(lines, lines->start, end);
    }
    if (is_whole) return DRYAD_OK;
    dryad_status status = lines->is_long ? dryad_stream_tell(lines->stream, error) : DRYAD_OK;
    if (status == DRYAD_OK) status = read_more(lines, error);
    if (status != DRYAD_OK) return status;
  }
}

dryad_status dryad_records_next(dryad_records *lines, dryad_record *record, dryad_line *what, uint64_t *line,
                                uint64_t *offset, bool *more, dryad_error *error)
{
  DRYAD_ASSERT(record && what && line && offset && more);
  size_t end;
  *more = false;
  dryad_status status = find_line(lines, &end, error);
  if (status != DRYAD_OK) return status;
  *line = lines->line;
  *offset = lines->offset;
  *more = end > lines->start || end < lines->end;
  if (!*more) {
    *more = lines->problem != NULL;
    *what = DRYAD_LINE_CUT;
    *record = (dryad_record){.problems = {lines->problem}};
    lines->problem = NULL;
    return DRYAD_OK;
  }
  status = dryad_record_read(record, what, lines->buffer + lines->start, end - lines->start, &lines->scratch, error);
  size_t next = end < lines->end ? end + 1 : end;
  lines->line++;
  lines->offset += next - lines->start + lines->left_out;
  lines->start = lines->searched = next;
  lines->is_long = false;
  lines->left_out = 0;
  return status;
}
