/* SPDX-License-Identifier: MIT */
/* The reader of lines: any bytes are a line, whatever it gives is well-formed, and neither more white
   space around the line nor a scratch that was used before changes it. */
#include "base/utf8.h"
#include "formats/json/json_string.h"
#include "formats/meliae/record.h"
#include "mutate_dump.h"

/* UTF-8 with lone surrogates as three bytes, but never a pair of them. */
static void check_text(dryad_text text)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  bool after_high = false;
  while (p < end) {
    bool valid, high, low;
    unsigned length = dryad_utf8_sequence(p, end, &valid);
    CHECK(valid);
    high = length == 3 && p[0] == 0xed && p[1] >= 0xa0 && p[1] < 0xb0;
    low = length == 3 && p[0] == 0xed && p[1] >= 0xb0;
    CHECK(!after_high || !low);
    after_high = high;
    p += length;
  }
}

static bool same_text(dryad_text a, dryad_text b)
{
  return a.length == b.length && !a.data == !b.data && (!a.length || !memcmp(a.data, b.data, a.length));
}

static void check_details(const dryad_record *record)
{
  const dryad_record_details *d = &record->details;
  CHECK(d->kinds < 1u << DRYAD_DETAIL_KINDS);
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    if (!(d->kinds >> kind & 1)) continue;
    if (dryad_detail_is_text(kind))
      check_text(d->texts[kind]);
    else
      CHECK(d->numbers[kind] <= INT64_MAX);
  }
  if (d->root.data) check_text(d->root);
  for (uint64_t i = 0; d->names && i < record->ref_count; i++)
    if (d->names[i].data) check_text(d->names[i]);
  dryad_text sites = d->texts[DRYAD_DETAIL_ALLOCATED], site;
  unsigned count = 0;
  for (; dryad_next_site(&sites, &site); count++) CHECK(site.length > 0);
  CHECK(count <= DRYAD_MAX_SITES && (count > 0) == (d->kinds >> DRYAD_DETAIL_ALLOCATED & 1));
}

static void check_record(const dryad_record *record)
{
  check_details(record);
  CHECK(record->type.data);
  check_text(record->type);
  if (record->name.data) check_text(record->name);
  CHECK(record->size <= INT64_MAX);
  switch (record->value_kind) {
  case DRYAD_VALUE_TEXT:
    CHECK(record->value.text.data && record->value.bytes.data);
    check_text(record->value.text);
    CHECK(record->value.differ || record->value.text.data == record->value.bytes.data);
    CHECK(record->value.differ == !same_text(record->value.text, record->value.bytes));
    break;
  case DRYAD_VALUE_BIG_INTEGER:
    CHECK(record->value.text.length >= 19);
    for (size_t i = 0; i < record->value.text.length; i++) {
      char c = record->value.text.data[i];
      CHECK((c >= '0' && c <= '9') || (i == 0 && c == '-'));
    }
    break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL:
  case DRYAD_VALUE_BOOLEAN:
  case DRYAD_VALUE_INTEGER:
  case DRYAD_VALUE_FLOAT: break;
  }
}

static bool same_problem(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

static void check_same_details(const dryad_record *a, const dryad_record *b)
{
  CHECK(a->details.kinds == b->details.kinds && same_text(a->details.root, b->details.root));
  CHECK(!memcmp(a->details.numbers, b->details.numbers, sizeof a->details.numbers));
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
    CHECK(same_text(a->details.texts[kind], b->details.texts[kind]));
  CHECK(!a->details.names == !b->details.names);
  for (uint64_t i = 0; a->details.names && i < a->ref_count; i++)
    CHECK(same_text(a->details.names[i], b->details.names[i]));
}

static void check_same(const dryad_record *a, const dryad_record *b)
{
  check_same_details(a, b);
  CHECK(a->address == b->address && a->size == b->size);
  CHECK(a->has_len == b->has_len && a->len == b->len);
  CHECK(a->value_kind == b->value_kind && a->boolean == b->boolean && a->integer == b->integer);
  CHECK(!memcmp(&a->real, &b->real, sizeof a->real));
  CHECK(same_text(a->type, b->type) && same_text(a->name, b->name));
  CHECK(same_text(a->value.text, b->value.text) && same_text(a->value.bytes, b->value.bytes));
  CHECK(a->ref_count == b->ref_count);
  CHECK(!a->ref_count || !memcmp(a->refs, b->refs, a->ref_count * sizeof *a->refs));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  dryad_record_scratch scratch, other;
  dryad_record record, again;
  dryad_line what, what_again;
  char *line = malloc(size + 1), *padded = malloc(size + 3);
  CHECK(line && padded);
  if (size) memcpy(line, data, size);
  padded[0] = ' ';
  if (size) memcpy(padded + 1, data, size);
  padded[size + 1] = ' ';
  padded[size + 2] = '\r';
  dryad_record_scratch_init(&scratch, DRYAD_MAX_TEXT, NULL);
  dryad_record_scratch_init(&other, DRYAD_MAX_TEXT, NULL);
  CHECK(dryad_record_read(&record, &what, line, size, &scratch, NULL) == DRYAD_OK);
  if (what == DRYAD_LINE_RECORD) {
    check_record(&record);
    CHECK(dryad_record_read(&again, &what_again, line, size, &other, NULL) == DRYAD_OK);
    bool has_mark = size >= 3 && !memcmp(line, "\xef\xbb\xbf", 3);
    if (!has_mark) CHECK(dryad_record_read(&again, &what_again, padded, size + 3, &other, NULL) == DRYAD_OK);
    CHECK(what_again == DRYAD_LINE_RECORD && same_problem(record.problems[0], again.problems[0]));
    check_same(&record, &again);
  } else {
    CHECK(what == DRYAD_LINE_BLANK || record.problems[0]);
  }
  dryad_record_scratch_deinit(&scratch);
  dryad_record_scratch_deinit(&other);
  free(line);
  free(padded);
  return 0;
}

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  return mutate_after(0, data, size, max_size, seed);
}
#endif
