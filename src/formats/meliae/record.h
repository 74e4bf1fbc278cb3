/* SPDX-License-Identifier: MIT */
/*
 * Tolerant reading of one line of a dump: any key order, white space, escapes, and repairs. The fast path (fast_path.h)
 * must give the same results for the lines that it accepts.
 */
#ifndef DRYAD_FORMATS_MELIAE_RECORD_H
#define DRYAD_FORMATS_MELIAE_RECORD_H

#include "dryad.h"
#include "formats/json/scratch.h"
#include "formats/meliae/record_details.h"

/* The result of reading a line. */
typedef enum dryad_line {
  DRYAD_LINE_RECORD, /* an object; `problems` lists the repairs */
  DRYAD_LINE_BLANK,  /* nothing to keep: white space, "[", "]" */
  DRYAD_LINE_BAD,    /* unusable; the first of `problems` says why */
  DRYAD_LINE_CUT     /* unusable because it ends too early; the last line counts as truncated */
} dryad_line;

/* A string as read. `text` is the decoded UTF-8. `bytes` is the same, but with each escape \u0000-\u00ff as one byte;
   it equals `text.data` unless `differ` is set. */
typedef struct dryad_string {
  dryad_text text;
  dryad_text bytes;
  bool differ;
} dryad_string;

typedef struct dryad_record {
  uint64_t address;
  dryad_text type;
  uint64_t size; /* bytes */
  bool has_len;
  int64_t len;
  dryad_value_kind value_kind;
  bool boolean;
  int64_t integer;
  double real;
  dryad_string value; /* TEXT; BIG_INTEGER: its decimal text in value.text */
  dryad_text name;    /* data NULL: none */
  const uint64_t *refs;
  uint64_t ref_count;
  dryad_record_details details;
  /* The repairs, each kind once in the order of the line, or why the line is bad: static strings, followed by NULL. */
  const char *problems[DRYAD_MAX_MENDS + 1];
  bool is_lossy;                 /* a repair took its size, references, or what decides about roots */
  uint64_t cut_texts, cut_bytes; /* texts and long integers that were cut, and what they lost */
} dryad_record;

/* Bytes of the facts of the process that are kept: one more than may be. */
#define DRYAD_LONGEST_FACTS (DRYAD_MAX_FACTS + 1)
/* Whether its value is those facts (formats/meliae/framing.h). */
bool dryad_is_process_record(const dryad_record *record);

/* Memory for the strings and refs of the last record read; reused from line to line. */
typedef struct dryad_record_scratch {
  dryad_json_scratch json;
  uint64_t *refs;
  uint64_t ref_capacity;
  dryad_record_details_scratch details;
  size_t max_text;
} dryad_record_scratch;

/* Of a text or an integer, `max_text` bytes are kept: see dryad_load_options. */
void dryad_record_scratch_init(dryad_record_scratch *scratch, size_t max_text, const dryad_allocator *allocator);
void dryad_record_scratch_deinit(dryad_record_scratch *scratch);

/* Whether the text stands for the float that is not a number, which JSON lacks: of a float, or of an instance of a
   subclass, whose name says nothing. Text has a length, and the value of a frame is the name of its function. */
bool dryad_record_is_nan(dryad_text type, bool has_len, dryad_text value);

/* Reads the line [line, line + length), which has no newline. `record` points into `scratch` and, for strings that are
   plain ASCII, into the line; it is valid until the next call, as long as both exist. For a line that is BLANK, BAD or
   CUT, only `problems` has meaning. Facts of the process are cut only at DRYAD_LONGEST_FACTS. DRYAD_NO_MEMORY is the
   only failure. O(length), no recursion. The last of duplicate keys counts. */
dryad_status dryad_record_read(dryad_record *record, dryad_line *what, const char *line, size_t length,
                               dryad_record_scratch *scratch, dryad_error *error);

#endif
