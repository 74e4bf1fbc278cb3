/* SPDX-License-Identifier: MIT */
#include "formats/meliae/parser.h"

#include <string.h>

#include "analysis/root_reasons.h"
#include "base/error.h"
#include "runtime/runtimes.h"

bool dryad_parser_init(dryad_parser *parser, size_t max_text, const dryad_allocator *allocator)
{
  *parser = (dryad_parser){.allocator = allocator};
  dryad_record_scratch_init(&parser->scratch, max_text, allocator);
  dryad_type_cache_init(&parser->types);
  dryad_framing_init(&parser->framing, allocator);
  return dryad_batch_init(&parser->batch, allocator, dryad_runtime_named("python"));
}

void dryad_parser_deinit(dryad_parser *parser)
{
  dryad_batch_deinit(&parser->batch);
  dryad_record_scratch_deinit(&parser->scratch);
  dryad_framing_deinit(&parser->framing);
  dryad_column_free(&parser->noted, parser->allocator, sizeof(dryad_noted));
  dryad_column_free(&parser->ambiguous, parser->allocator, sizeof(dryad_ambiguous));
  *parser = (dryad_parser){.allocator = parser->allocator};
}

/* A parser meets problems in file order, and only the first ones are ever reported. */
static dryad_status note(dryad_parser *parser, const dryad_noted *problem, dryad_error *error)
{
  uint64_t n = parser->noted_count;
  if (n == DRYAD_MAX_PROBLEMS) return DRYAD_OK;
  if (!dryad_column_reserve(&parser->noted, parser->allocator, n + 1, sizeof *problem)) return dryad_fail_memory(error);
  ((dryad_noted *)parser->noted.data)[parser->noted_count++] = *problem;
  return DRYAD_OK;
}

static bool is_text(dryad_text text, const char *word)
{
  return text.length == strlen(word) && memcmp(text.data, word, text.length) == 0;
}

/* The label of a record whose text value, if it has one, is `text`. */
static dryad_status label_of(dryad_store *store, const dryad_record *r, dryad_text text, uint32_t *label,
                             dryad_error *error)
{
  const dryad_value value = {r->value_kind, r->boolean, r->integer, r->real, text};
  return dryad_store_label(store, &value, r->name, label, error);
}

/* The label of the record about to be appended, with a note when the version of Python decides. */
static dryad_status choose_label(dryad_parser *parser, const dryad_record *r, uint32_t *label, dryad_error *error)
{
  dryad_store *store = parser->batch.store;
  bool is_bytes = r->value_kind == DRYAD_VALUE_TEXT && is_text(r->type, "bytes");
  dryad_status status = label_of(store, r, is_bytes ? r->value.bytes : r->value.text, label, error);
  bool is_ambiguous = r->value_kind == DRYAD_VALUE_TEXT && r->value.differ && is_text(r->type, "str");
  if (status || !is_ambiguous) return status;
  dryad_ambiguous entry = {.record = parser->batch.count};
  status = label_of(store, r, r->value.bytes, &entry.bytes_label, error);
  if (status) return status;
  if (!dryad_column_reserve(&parser->ambiguous, parser->allocator, parser->ambiguous_count + 1, sizeof entry))
    return dryad_fail_memory(error);
  ((dryad_ambiguous *)parser->ambiguous.data)[parser->ambiguous_count++] = entry;
  return DRYAD_OK;
}

/* What only some records have, for the record appended last. */
static dryad_status append_details(dryad_batch *batch, const dryad_record *r, dryad_error *error)
{
  const dryad_record_details *d = &r->details;
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < r->ref_count && d->names && !status; i++)
    if (d->names[i].data) status = dryad_batch_name_ref(batch, i, d->names[i], error);
  if (!status && d->root.data) status = dryad_batch_add_root(batch, dryad_root_reason_named(d->root), error);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && !status; kind++) {
    if (!(d->kinds >> kind & 1)) continue;
    status = dryad_detail_is_text(kind) ? dryad_batch_add_text(batch, kind, d->texts[kind], error)
                                        : dryad_batch_add_number(batch, kind, d->numbers[kind], error);
  }
  return status;
}

static dryad_status append(dryad_parser *parser, const dryad_record *r, dryad_error *error)
{
  dryad_batch *batch = &parser->batch;
  if (r->ref_count > UINT32_MAX)
    return dryad_fail(error, DRYAD_LIMIT, "an object with more than 4294967295 references");
  if (!dryad_batch_reserve(batch, 1, r->ref_count)) return dryad_fail_memory(error);
  uint64_t n = batch->count;
  uint32_t *lens = batch->lens.data;
  dryad_status status =
      dryad_store_type(batch->store, r->type.data, r->type.length, (uint32_t *)batch->types.data + n, error);
  if (!status) status = choose_label(parser, r, (uint32_t *)batch->labels.data + n, error);
  if (!status) status = dryad_store_narrow(batch->store, r->size, (uint32_t *)batch->sizes.data + n, error);
  lens[n] = DRYAD_NONE;
  if (!status && r->has_len) status = dryad_store_narrow(batch->store, (uint64_t)r->len, &lens[n], error);
  if (status) return status;
  ((uint64_t *)batch->addresses.data)[n] = r->address;
  ((uint32_t *)batch->ref_counts.data)[n] = (uint32_t)r->ref_count;
  if (r->ref_count) memcpy((uint64_t *)batch->refs.data + batch->ref_count, r->refs, r->ref_count * sizeof *r->refs);
  batch->address_bits |= r->address;
  batch->ref_count += r->ref_count;
  batch->count++;
  return append_details(batch, r, error);
}

/* Keeps a record; *problem is what is wrong with it beyond its own problems, or NULL. */
static dryad_status keep(dryad_parser *parser, const dryad_record *r, const dryad_record_place *place,
                         const char **problem, dryad_error *error)
{
  *problem = NULL;
  if (dryad_is_process_record(r)) return dryad_framing_take_process(&parser->framing, r, place, problem, error);
  if (!dryad_is_end_record(r)) return append(parser, r, error);
  dryad_framing_take_end(&parser->framing, r, place, problem);
  return DRYAD_OK;
}

/* `problem` as from keep. */
static bool is_lossy(const dryad_record *r, const char *problem)
{
  if (dryad_is_process_record(r)) return problem != NULL;
  return r->is_lossy && !dryad_is_end_record(r);
}

/* Parses a line of any shape, at `place`; `is_end`: it ends the dump without a newline. */
static dryad_status read_any(dryad_parser *parser, const char *line, size_t length, bool is_end,
                             const dryad_record_place *place, dryad_error *error)
{
  dryad_record record;
  dryad_line what;
  dryad_noted noted = {place->block, place->line, place->offset, NULL};
  dryad_status status = dryad_record_read(&record, &what, line, length, &parser->scratch, error);
  if (!status && what == DRYAD_LINE_RECORD) status = keep(parser, &record, place, &noted.reason, error);
  if (status || what == DRYAD_LINE_BLANK) return status;
  if (what == DRYAD_LINE_RECORD) {
    parser->mended += record.problems[0] || noted.reason;
    parser->lossy_lines += is_lossy(&record, noted.reason);
    parser->cut_texts += record.cut_texts;
    parser->cut_bytes += record.cut_bytes;
    if (noted.reason) status = note(parser, &noted, error);
  } else if (what == DRYAD_LINE_CUT && is_end) {
    parser->is_cut = true;
    record.problems[0] = "truncated last line";
  } else {
    parser->bad_lines++;
  }
  for (const char **problem = record.problems; *problem && !status; problem++) {
    noted.reason = *problem;
    status = note(parser, &noted, error);
  }
  return status;
}

dryad_status dryad_parser_read(dryad_parser *parser, const dryad_block *block, dryad_segment *segment, uint64_t *lines,
                               dryad_error *error)
{
  dryad_batch *batch = &parser->batch;
  const char *p = block->data, *end = p + block->length;
  *segment = (dryad_segment){.first = batch->count, .first_ref = batch->ref_count};
  *lines = 0;
  while (p < end) {
    size_t left = (size_t)(end - p);
    if (!dryad_batch_reserve(batch, dryad_fast_path_max_records(left), dryad_fast_path_max_refs(left)))
      return dryad_fail_memory(error);
    dryad_status status = dryad_fast_path_read(batch, &parser->types, &p, end, parser->scratch.max_text, lines, error);
    if (status) return status;
    if (p == end) break;
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    size_t length = (size_t)((newline ? newline : end) - p);
    const dryad_record_place place = {.offset = block->offset + (uint64_t)(p - block->data),
                                      .block = block->number,
                                      .line = *lines,
                                      .objects = batch->count - segment->first};
    status = read_any(parser, p, length, !newline && block->is_last, &place, error);
    if (status) return status;
    p = newline ? newline + 1 : end;
    ++*lines;
  }
  segment->count = (uint32_t)(batch->count - segment->first);
  return DRYAD_OK;
}
