/* SPDX-License-Identifier: MIT */
/* Compares the parser's results for the lines of a block with the tolerant reader's for each line. */
#ifndef DRYAD_TESTS_CHECK_LINES_H
#define DRYAD_TESTS_CHECK_LINES_H

#include "analysis/root_reasons.h"
#include "feed.h"
#include "formats/meliae/parser.h"
#include "padded.h"
#include "same_graph.h"

typedef struct expectation {
  dryad_parser parser;
  dryad_record_scratch scratch;
  uint64_t records, refs, noted, ambiguous, bad_lines, mended, lossy_lines;
  uint64_t details[DRYAD_DETAIL_KINDS], names, roots;
  dryad_framing framing;
  bool is_cut;
} expectation;

static inline dryad_text value_text(const dryad_record *r)
{
  bool is_bytes = r->value_kind == DRYAD_VALUE_TEXT && same_text(r->type, (dryad_text){"bytes", 5});
  return is_bytes ? r->value.bytes : r->value.text;
}

static inline void assert_record_detail(expectation *e, const dryad_record *r, uint64_t n, dryad_detail_kind kind)
{
  const dryad_batch *batch = &e->parser.batch;
  if (!(r->details.kinds >> kind & 1)) return;
  assert_true(e->details[kind] < batch->detail_counts[kind]);
  uint64_t entry = ((const uint64_t *)batch->details[kind].data)[e->details[kind]++];
  assert_number(entry >> 32, n);
  if (dryad_detail_is_text(kind))
    assert_true(same_text(dryad_string_pool_get(&batch->store->texts, (uint32_t)entry), r->details.texts[kind]));
  else
    assert_number(dryad_store_widen(batch->store, (uint32_t)entry), r->details.numbers[kind]);
}

static inline void assert_record_details(expectation *e, const dryad_record *r, uint64_t n)
{
  const dryad_batch *batch = &e->parser.batch;
  uint64_t first_ref = e->refs - r->ref_count;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) assert_record_detail(e, r, n, kind);
  for (uint32_t i = 0; r->details.names && i < r->ref_count; i++) {
    if (!r->details.names[i].data) continue;
    assert_true(e->names < batch->named_ref_count);
    const dryad_named_ref *named = (const dryad_named_ref *)batch->named_refs.data + e->names++;
    assert_true(named->record == n && named->ref == first_ref + i && named->position == i);
    assert_true(same_text(dryad_string_pool_get(&batch->store->texts, named->name), r->details.names[i]));
  }
  if (!r->details.root.data) return;
  assert_true(e->roots < batch->root_record_count);
  const dryad_root_record *root = (const dryad_root_record *)batch->root_records.data + e->roots++;
  assert_true(root->record == n && root->reason == dryad_root_reason_named(r->details.root));
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
  assert_record_details(e, r, n);
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

/* Asserts on a record of any kind; returns what is wrong with it beyond its own problems, or NULL. */
static inline const char *assert_kept_record(expectation *e, const dryad_record *r)
{
  const dryad_record_place place = {0};
  const char *problem = NULL;
  if (dryad_is_process_record(r))
    assert_int_equal(dryad_framing_take_process(&e->framing, r, &place, &problem, NULL), DRYAD_OK);
  else if (dryad_is_end_record(r))
    dryad_framing_take_end(&e->framing, r, &place, &problem);
  else
    assert_record(e, r);
  return problem;
}

static inline void assert_line(expectation *e, const dryad_block *block, uint64_t line, size_t start, size_t end)
{
  dryad_record r;
  dryad_line what;
  dryad_status status = dryad_record_read(&r, &what, block->data + start, end - start, &e->scratch, NULL);
  assert_int_equal(status, DRYAD_OK);
  switch (what) {
  case DRYAD_LINE_RECORD: {
    const char *problem = assert_kept_record(e, &r);
    e->mended += r.problems[0] || problem;
    e->lossy_lines += dryad_is_process_record(&r) ? problem != NULL : r.is_lossy && !dryad_is_end_record(&r);
    if (problem) assert_noted(e, block, line, start, problem);
    for (unsigned i = 0; r.problems[i]; i++) assert_noted(e, block, line, start, r.problems[i]);
    break;
  }
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
  assert_true(dryad_parser_init(&e.parser, DRYAD_MAX_TEXT, NULL));
  dryad_record_scratch_init(&e.scratch, DRYAD_MAX_TEXT, NULL);
  dryad_framing_init(&e.framing, NULL);
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
  assert_number(e.parser.lossy_lines, e.lossy_lines);
  assert_int_equal(e.parser.is_cut, e.is_cut);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
    assert_number(e.parser.batch.detail_counts[kind], e.details[kind]);
  assert_number(e.parser.batch.named_ref_count, e.names);
  assert_number(e.parser.batch.root_record_count, e.roots);
  assert_int_equal(e.parser.framing.has_process, e.framing.has_process);
  assert_int_equal(e.parser.framing.has_end, e.framing.has_end);
  assert_number(e.parser.framing.declared, e.framing.declared);
  dryad_framing_deinit(&e.framing);
  dryad_parser_deinit(&e.parser);
  dryad_record_scratch_deinit(&e.scratch);
  free(block.data);
}

#endif
