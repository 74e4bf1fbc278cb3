/* SPDX-License-Identifier: MIT */
/* Compares the parser's results for the lines of a block with the tolerant reader's for each line. */
#ifndef DRYAD_TESTS_CHECK_LINES_H
#define DRYAD_TESTS_CHECK_LINES_H

#include "feed.h"
#include "formats/meliae/parser.h"
#include "padded.h"
#include "same_graph.h"

typedef struct expectation {
  dryad_parser parser;
  dryad_record_scratch scratch;
  uint64_t records, refs, noted, ambiguous, bad_lines, mended;
  bool is_cut;
} expectation;

static inline dryad_text value_text(const dryad_record *r)
{
  bool is_bytes = r->value_kind == DRYAD_VALUE_TEXT && same_text(r->type, (dryad_text){"bytes", 5});
  return is_bytes ? r->value.bytes : r->value.text;
}

static inline void assert_record(expectation *e, const dryad_record *r)
{
  const dryad_batch *batch = &e->parser.batch;
  uint64_t n = e->records++;
  assert_true(n < batch->count);
  assert_number(((const uint64_t *)batch->addresses.data)[n], r->address);
  assert_true(same_text(dryad_store_type_name(batch->store, ((const uint32_t *)batch->types.data)[n]), r->type));
  assert_number(dryad_store_widen(batch->store, ((const uint32_t *)batch->sizes.data)[n]), r->size);
  uint32_t len = ((const uint32_t *)batch->lens.data)[n], label = ((const uint32_t *)batch->labels.data)[n];
  assert_int_equal(len != DRYAD_NONE, r->has_len);
  if (r->has_len) assert_number(dryad_store_widen(batch->store, len), (uint64_t)r->len);
  dryad_value value = dryad_store_value(batch->store, label);
  dryad_value expected = {r->value_kind, r->boolean, r->integer, r->real, value_text(r)};
  assert_true(same_value(&value, &expected));
  assert_true(same_text(dryad_store_name(batch->store, label), r->name));
  assert_number(((const uint32_t *)batch->ref_counts.data)[n], r->ref_count);
  for (uint64_t i = 0; i < r->ref_count; i++)
    assert_number(((const uint64_t *)batch->refs.data)[e->refs++], r->refs[i]);
  if (r->value_kind != DRYAD_VALUE_TEXT || !r->value.differ || !same_text(r->type, (dryad_text){"str", 3})) return;
  assert_true(e->ambiguous < e->parser.ambiguous_count);
  const dryad_ambiguous *entry = (const dryad_ambiguous *)e->parser.ambiguous.data + e->ambiguous++;
  assert_number(entry->record, n);
  value = dryad_store_value(batch->store, entry->bytes_label);
  expected.text = r->value.bytes;
  assert_true(same_value(&value, &expected));
  assert_true(same_text(dryad_store_name(batch->store, entry->bytes_label), r->name));
}

static inline void assert_noted(expectation *e, const dryad_block *block, uint64_t line, uint64_t at,
                                const char *reason)
{
  if (e->noted == DRYAD_MAX_PROBLEMS) return;
  assert_true(e->noted < e->parser.noted_count);
  const dryad_noted *noted = (const dryad_noted *)e->parser.noted.data + e->noted++;
  assert_number(noted->block, block->number);
  assert_number(noted->line, line);
  assert_number(noted->offset, block->offset + at);
  assert_string_equal(noted->reason, reason);
}

static inline void assert_line(expectation *e, const dryad_block *block, uint64_t line, size_t start, size_t end)
{
  dryad_record r;
  dryad_line what;
  dryad_status status = dryad_record_read(&r, &what, block->data + start, end - start, &e->scratch, NULL);
  assert_int_equal(status, DRYAD_OK);
  switch (what) {
  case DRYAD_LINE_RECORD:
    assert_record(e, &r);
    e->mended += r.problems[0] != NULL;
    for (unsigned i = 0; r.problems[i]; i++) assert_noted(e, block, line, start, r.problems[i]);
    break;
  case DRYAD_LINE_BLANK: break;
  case DRYAD_LINE_CUT:
    if (end == block->length && block->is_last) {
      e->is_cut = true;
      assert_noted(e, block, line, start, "truncated last line");
      break;
    }
    /* fall through */
  case DRYAD_LINE_BAD: e->bad_lines++; assert_noted(e, block, line, start, r.problems[0]);
  }
}

/* Parses these bytes as a block and compares with the tolerant reader line by line. */
static inline void check_lines(const dump_text *t)
{
  static expectation e;
  dryad_segment segment;
  uint64_t lines, line = 0;
  dryad_block block = padded_block(t->data, t->length);
  block.number = 5;
  block.offset = 123456789;
  block.is_last = t->length > 0 && t->data[t->length - 1] != '\n';
  e = (expectation){.records = 0};
  assert_true(dryad_parser_init(&e.parser, NULL));
  dryad_record_scratch_init(&e.scratch, NULL);
  assert_int_equal(dryad_parser_read(&e.parser, &block, &segment, &lines, NULL), DRYAD_OK);
  for (size_t start = 0; start < block.length; line++) {
    const char *newline = memchr(block.data + start, '\n', block.length - start);
    size_t end = newline ? (size_t)(newline - block.data) : block.length;
    assert_line(&e, &block, line, start, end);
    start = end + 1;
  }
  assert_number(lines, line);
  assert_number(segment.first + segment.first_ref, 0);
  assert_number(segment.count, e.records);
  assert_number(e.parser.batch.count, e.records);
  assert_number(e.parser.batch.ref_count, e.refs);
  assert_number(e.parser.noted_count, e.noted);
  assert_number(e.parser.ambiguous_count, e.ambiguous);
  assert_number(e.parser.bad_lines, e.bad_lines);
  assert_number(e.parser.mended, e.mended);
  assert_int_equal(e.parser.is_cut, e.is_cut);
  dryad_parser_deinit(&e.parser);
  dryad_record_scratch_deinit(&e.scratch);
  free(block.data);
}

#endif
