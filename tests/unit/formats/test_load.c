/* SPDX-License-Identifier: MIT */
/* Damaged dumps through the whole loader, against the tolerant reader line by line and a plain list. */
#include <limits.h>

#include "feed.h"
#include "formats/meliae/record.h"
#include "io/stream.h"
#include "same_graph.h"

/* ---- expected records --------------------------------------------------------------------------- */

/* One kept record; texts and references are copies. */
typedef struct kept {
  dryad_record record;
  char type[64], name[64], value[200];
  uint64_t refs[16];
} kept;

enum { MOST = 600 };

typedef struct reading {
  kept kept[MOST];
  unsigned count;
  uint64_t lines, duplicates, conflicts, bad_lines, mended, problems;
  bool truncated, is_python_2;
} reading;

static dryad_text copy_text(char *to, size_t room, dryad_text from)
{
  if (!from.data) return from;
  assert_true(from.length < room);
  memcpy(to, from.data, from.length);
  return (dryad_text){to, from.length};
}

static bool is_text(dryad_text actual, const char *expected)
{
  return same_text(actual, (dryad_text){expected, strlen(expected)});
}

static void keep(reading *r, const dryad_record *record)
{
  r->is_python_2 |= is_text(record->type, "classobj");
  for (unsigned i = 0; i < r->count; i++) {
    if (r->kept[i].record.address != record->address) continue;
    const dryad_record *first = &r->kept[i].record;
    r->duplicates++;
    r->conflicts +=
        !same_text(first->type, record->type) || first->size != record->size || first->ref_count != record->ref_count;
    return;
  }
  assert_true(r->count < MOST && record->ref_count <= 16);
  kept *k = &r->kept[r->count++];
  k->record = *record;
  k->record.type = copy_text(k->type, sizeof k->type, record->type);
  k->record.name = copy_text(k->name, sizeof k->name, record->name);
  k->record.value.text = copy_text(k->value, sizeof k->value / 2, record->value.text);
  k->record.value.bytes = copy_text(k->value + sizeof k->value / 2, sizeof k->value / 2, record->value.bytes);
  k->record.refs = memcpy(k->refs, record->refs ? record->refs : k->refs, record->ref_count * sizeof *k->refs);
}

static void read_lines(reading *r, const dump_text *dump)
{
  dryad_record_scratch scratch;
  dryad_record_scratch_init(&scratch, DRYAD_MAX_TEXT, NULL);
  *r = (reading){.count = 0};
  for (size_t start = 0; start < dump->length; r->lines++) {
    const char *newline = memchr(dump->data + start, '\n', dump->length - start);
    size_t end = newline ? (size_t)(newline - dump->data) : dump->length;
    dryad_record record;
    dryad_line what;
    assert_int_equal(dryad_record_read(&record, &what, dump->data + start, end - start, &scratch, NULL), DRYAD_OK);
    if (what == DRYAD_LINE_RECORD) keep(r, &record);
    bool is_cut = what == DRYAD_LINE_CUT && !newline;
    r->mended += what == DRYAD_LINE_RECORD && record.problems[0];
    for (unsigned i = 0; what == DRYAD_LINE_RECORD && record.problems[i]; i++) r->problems++;
    r->bad_lines += what == DRYAD_LINE_BAD || (what == DRYAD_LINE_CUT && newline);
    r->truncated |= is_cut;
    start = end + 1;
  }
  r->problems += r->bad_lines + r->truncated + (r->conflicts > 0);
  dryad_record_scratch_deinit(&scratch);
}

/* ---- comparing ---------------------------------------------------------------------------------- */

static void assert_object(const dryad_graph *g, const reading *r, const dryad_record *record)
{
  dryad_id id = dryad_graph_find(g, record->address);
  int64_t len = 0;
  assert_true(id != DRYAD_NONE);
  assert_true(same_text(dryad_graph_type_name(g, dryad_graph_type(g, id)), record->type));
  assert_number(dryad_graph_size(g, id), record->size);
  assert_int_equal(dryad_graph_len(g, id, &len), record->has_len);
  assert_true(len == record->len);
  assert_true(same_text(dryad_graph_name(g, id), record->name));
  bool as_bytes = is_text(record->type, "bytes") || (r->is_python_2 && is_text(record->type, "str"));
  dryad_value value = dryad_graph_value(g, id);
  dryad_value expected = {record->value_kind, record->boolean, record->integer, record->real, record->value.text};
  if (as_bytes && record->value_kind == DRYAD_VALUE_TEXT) expected.text = record->value.bytes;
  assert_true(same_value(&value, &expected));
  dryad_ids children = dryad_graph_children(g, id);
  assert_number(children.count, record->ref_count);
  for (uint64_t i = 0; i < children.count; i++) assert_number(dryad_graph_address(g, children.ids[i]), record->refs[i]);
}

/* Whether a NUL, the one control character here that is no white space, comes before the first bracket. */
static bool is_binary(const dump_text *dump)
{
  for (size_t i = 0; i < dump->length && i < DRYAD_STREAM_HEAD; i++) {
    if (dump->data[i] == '{' || dump->data[i] == '[') return false;
    if (dump->data[i] == '\0') return true;
  }
  return false;
}

static void check(const dump_text *dump, size_t piece)
{
  static reading r;
  dryad_heap *heap;
  dryad_error error = {0};
  read_lines(&r, dump);
  dryad_status status = load_pieces(
      &heap, dump, piece, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 2}, &error);
  if (r.count == 0 || is_binary(dump)) {
    assert_int_equal(status, DRYAD_FORMAT);
    assert_null(heap);
    return;
  }
  if (status) fail_msg("%s", error.text);
  const dryad_report *report = dryad_heap_report(heap);
  assert_number(report->lines, r.lines);
  assert_number(report->bytes, dump->length);
  assert_number(report->objects, r.count);
  assert_number(report->duplicates, r.duplicates);
  assert_number(report->conflicts, r.conflicts);
  assert_number(report->bad_lines, r.bad_lines);
  assert_number(report->mended, r.mended);
  assert_int_equal(report->truncated, r.truncated);
  assert_int_equal(report->python, r.is_python_2 ? 2 : 3);
  assert_number(report->problem_count, r.problems < DRYAD_MAX_PROBLEMS ? r.problems : DRYAD_MAX_PROBLEMS);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_number(dryad_graph_count(g), r.count);
  for (unsigned i = 0; i < r.count; i++) assert_object(g, &r, &r.kept[i].record);
  dryad_heap_free(heap);
}

/* ---- damaged dumps ------------------------------------------------------------------------------ */

static void add_object(dump_text *t, uint64_t *seed)
{
  static const char *const values[] = {"\"a value\"", "\"\\u00e9\"", "-17",   "12345678901234567890123",
                                       "1.5",         "null",        "true",  "\"\\ud800\"",
                                       "\"tab\\t\"",  "\"\xff\"",    "[1,2]", "123456789012"};
  static const char *const types[] = {"str", "str", "bytes", "int", "a type with a long name", "dict"};
  text_add(t, "{\"address\": %u, \"type\": \"%s\", \"size\": %u", random_below(seed, 500), types[random_below(seed, 6)],
           random_below(seed, 1000));
  if (chance(seed, 20)) text_add(t, ", \"name\": \"name %u\"", random_below(seed, 20));
  if (chance(seed, 40)) text_add(t, ", \"len\": %u", random_below(seed, 20));
  if (chance(seed, 50)) text_add(t, ", \"value\": %s", values[random_below(seed, 12)]);
  text_add(t, ", \"refs\": [");
  for (unsigned refs = random_below(seed, 5), i = 0; i < refs; i++)
    text_add(t, "%s%u", i ? ", " : "", random_below(seed, 600));
  text_add(t, "]}%s", chance(seed, 95) ? "\n" : chance(seed, 50) ? ",\r\n" : " \n\n");
}

static void damage(dump_text *t, uint64_t *seed)
{
  static const char bytes[] = "\0\t\n\r \"\\,:[]{}019-.eu\x80\xff";
  for (unsigned count = random_below(seed, 30); count > 0 && t->length; count--) {
    size_t at = random_next(seed) % t->length;
    switch (random_below(seed, 3)) {
    case 0: t->data[at] = bytes[random_below(seed, sizeof bytes - 1)]; break;
    case 1: memmove(t->data + at, t->data + at + 1, --t->length - at); break;
    default: t->data[at] = t->data[random_next(seed) % t->length];
    }
  }
  if (chance(seed, 20)) t->length = random_next(seed) % (t->length + 1);
}

static void damaged_dumps(void **state)
{
  (void)state;
  uint64_t seed = 35;
  for (int round = 0; round < 1500; round++) {
    dump_text t = {0};
    for (unsigned objects = random_below(&seed, 60); objects > 0; objects--) add_object(&t, &seed);
    if (chance(&seed, 20)) text_add(&t, "{\"address\": 1000, \"type\": \"classobj\", \"size\": 1, \"refs\": []}\n");
    damage(&t, &seed);
    check(&t, chance(&seed, 50) ? 0 : 1 + random_below(&seed, 100));
    text_free(&t);
  }
}

static void a_python_that_does_not_exist_is_an_argument(void **state)
{
  (void)state;
  static const int wrong[] = {-1, 1, 4, 7, INT_MAX};
  const dump_text text = text_of("{\"address\": 1, \"type\": \"list\", \"size\": 8, \"refs\": []}\n");
  dryad_load_options options = {.size = sizeof options};
  dryad_error error;
  dryad_heap *heap;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    options.python = wrong[i];
    assert_int_equal(load_pieces(&heap, &text, 0, &options, &error), DRYAD_ARGUMENT);
    assert_non_null(strstr(error.text, "python must be 2 or 3, or 0"));
    assert_null(heap);
    assert_int_equal(dryad_heap_load(&heap, "/nowhere.dryad", &options, &error), DRYAD_ARGUMENT);
    assert_null(heap);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(damaged_dumps),
      cmocka_unit_test(a_python_that_does_not_exist_is_an_argument),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
