/* SPDX-License-Identifier: MIT */
/* Every allocation fails once, in turn: each failure is reported as such, and nothing leaks. */
#include <inttypes.h>
#include <stdatomic.h>
#include <unistd.h>
#include <zlib.h>

#include "annotated.h"
#include "base/error.h"

/* ---- an allocator that fails on demand -------------------------------------------------------- */

/* Growing and new blocks are numbered from 1; number `fail_at` fails, and with `fail_on` all later ones too. */
typedef struct faulty {
  uint64_t fail_at;
  bool fail_on;
  atomic_uint_fast64_t number, failures, live_blocks, wrong_sizes;
} faulty;

#define HEADER 64 /* keeps the alignment of malloc; holds the block's size */

static void *faulty_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  faulty *f = context;
  char *start = block ? (char *)block - HEADER : NULL;
  if (start && *(size_t *)(void *)start != old_size) f->wrong_sizes++;
  if (new_size == 0) {
    if (start) f->live_blocks--;
    free(start);
    return NULL;
  }
  if (!start || new_size > old_size) {
    uint64_t number = ++f->number;
    if (number == f->fail_at || (f->fail_on && f->fail_at && number > f->fail_at)) {
      f->failures++;
      return NULL;
    }
  }
  char *moved = realloc(start, HEADER + new_size);
  if (!moved) abort();
  if (!start) f->live_blocks++;
  *(size_t *)(void *)moved = new_size;
  return moved + HEADER;
}

/* ---- a dump with something of everything ------------------------------------------------------- */

static char *dump_text;
static size_t dump_length;
static char plain_path[] = "/tmp/dryad-allocation-XXXXXX";
static char gzip_path[] = "/tmp/dryad-allocation-XXXXXX";

static void write_dump(FILE *out)
{
  fputs("{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{\\\"pid\\\": 7}\", \"refs\": []}\n", out);
  fputs("{\"address\": 8, \"type\": \"type\", \"size\": 904, \"name\": \"Thing\", \"qualname\": \"things.Thing\", "
        "\"refcount\": 5000000000, \"root\": \"modules\", \"refs\": [16], \"names\": [\"m\"]}\n",
        out);
  fputs("{\"address\": 16, \"type\": \"module\", \"size\": 56, \"name\": \"things\", \"refs\": [24]}\n", out);
  fputs("{\"address\": 24, \"type\": \"dict\", \"size\": 280, \"len\": 0, \"refs\": []}\n", out);
  fputs("not an object\n", out);
  fputs("{\"refs\": [1], \"type\": \"odd\\u00e9\", \"value\": 123456789012345678901234567890, \"address\": 32}\n", out);
  fputs("{\"address\": 40, \"type\": \"float\", \"size\": -1, \"value\": 1.5, \"refs\": [\"no\"]}\n", out);
  fputs("{\"address\": 48, \"type\": \"long\", \"size\": 5000000000, \"value\": -9007199254740993, \"refs\": []}\n",
        out);
  for (int i = 0; i < 200; i++) {
    /* Enough white space to give several threads something to read. */
    if (i == 100) fprintf(out, "%*s\n", 300000, ""), fprintf(out, "%*s\n", 300000, "");
    int a = 1000 + 32 * i;
    fprintf(out, "{\"address\": %d, \"type\": \"Thing\", \"size\": 64, \"refs\": [%d, 8]}\n", a, a + 8);
    fprintf(out,
            "{\"address\": %d, \"type\": \"dict\", \"size\": 280, \"len\": 1, \"refcount\": 1, \"allocated\": "
            "[\"a.py:%d\"], \"refs\": [%d, %d]}\n",
            a + 8, i, a + 16, a + 32);
    fprintf(out,
            "{\"address\": %d, \"type\": \"str\", \"size\": 40, \"len\": 9, \"value\": \"value %d\\u00ff\", \"refs\": "
            "[]}\n",
            a + 16, i);
    fprintf(out,
            "{\"address\":%d,\"size\":24,\"type\":\"type %d\",\"value\":%d,\"file\":\"f%d\\u00e9\",\"line\":%d,"
            "\"refs\":[%d,%d],\"names\":[\"\\u00e9%d\",null]}\n",
            a + 24, i, i, i, i, a + 4, a, i);
  }
  fputs("{\"address\": 8, \"type\": \"again\", \"size\": 1, \"refs\": []}\n", out);
  fputs("{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": 808, \"refs\": []}", out);
}

static int make_files(void **state)
{
  (void)state;
  FILE *out = open_memstream(&dump_text, &dump_length);
  write_dump(out);
  fclose(out);
  int plain = mkstemp(plain_path), compressed = mkstemp(gzip_path);
  if (plain < 0 || compressed < 0 || write(plain, dump_text, dump_length) != (ssize_t)dump_length) return -1;
  close(plain);
  gzFile gz = gzdopen(compressed, "wb");
  return gzwrite(gz, dump_text, (unsigned)dump_length) == (int)dump_length && gzclose(gz) == Z_OK ? 0 : -1;
}

static int remove_files(void **state)
{
  (void)state;
  unlink(plain_path);
  unlink(gzip_path);
  free(dump_text);
  return 0;
}

static ptrdiff_t read_text(void *context, void *buffer, size_t capacity)
{
  size_t *position = context;
  size_t length = dump_length - *position;
  if (length > capacity) length = capacity;
  if (length > 1000) length = 1000;
  memcpy(buffer, dump_text + *position, length);
  *position += length;
  return (ptrdiff_t)length;
}

/* ---- a heap with names and roots ---------------------------------------------------------------- */

static annotated two_of_everything(void)
{
  annotated a = {.count = 0};
  unsigned names = 0;
  for (uint64_t base = 0; base < 2000; base += 1000) {
    annotated_object *o = annotated_add(&a, base + 8, "Thing");
    annotated_refer(o, base + 16, ++names);
    annotated_refer(o, base + 24, ++names);
    o->root = DRYAD_ROOT_THREAD;
    for (unsigned kind = DRYAD_DETAIL_REFCOUNT + 1; kind < DRYAD_DETAIL_KINDS; kind++) o->details[kind] = kind;
    o = annotated_add(&a, base + 16, "dict");
    annotated_refer(o, base + 24, ++names);
    annotated_refer(o, base + 32, ++names);
    for (unsigned i = 0; i < a.count; i++) a.objects[i].details[DRYAD_DETAIL_REFCOUNT] = 1;
    annotated_add(&a, base + 24, "type");
    o = annotated_add(&a, base + 32, "module");
    o->root = DRYAD_ROOT_MODULES;
    annotated_refer(o, base + 40, ++names);
  }
  return a;
}

static dryad_status change_annotated(dryad_heap *heap, dryad_error *error)
{
  uint64_t count;
  const dryad_roots *roots;
  dryad_status status = dryad_heap_roots(heap, &roots, (dryad_progress){0}, error);
  if (status == DRYAD_OK) status = dryad_heap_collapse(heap, &count, (dryad_progress){0}, error);
  if (status == DRYAD_OK) status = dryad_heap_remove_expensive_references(heap, &count, (dryad_progress){0}, error);
  if (status != DRYAD_OK) return status;
  dryad_change *change = dryad_change_new(dryad_heap_graph(heap)->allocator, DRYAD_CHANGE_EDIT);
  if (!change || !dryad_numbers_add(&change->objects, change->allocator, 8)) {
    dryad_change_free(change);
    return dryad_fail_memory(error);
  }
  status = dryad_heap_apply(heap, change, NULL, NULL, (dryad_progress){0}, error);
  if (status == DRYAD_OK) status = dryad_heap_roots(heap, &roots, (dryad_progress){0}, error);
  if (status == DRYAD_OK) assert_int_equal(dryad_roots_ids(roots).count, 3);
  return status;
}

static dryad_status run_annotated(faulty *f, dryad_error *error)
{
  const dryad_allocator allocator = {faulty_resize, f};
  const annotated a = two_of_everything();
  uint64_t seed = 1;
  dryad_heap *heap;
  dryad_status status = heap_of_annotated(&heap, &a, f->fail_at % 2, &seed, &allocator, error);
  if (status != DRYAD_OK) return dryad_fail_memory(error);
  status = change_annotated(heap, error);
  dryad_heap_free(heap);
  return status;
}

/* ---- the loop ----------------------------------------------------------------------------------- */

typedef struct work {
  const char *path; /* NULL: from a callback */
  unsigned threads;
  bool raw;          /* load raw, then make every kind of change */
  bool is_annotated; /* instead: a heap made by hand */
} work;

static dryad_status load(const work *w, const dryad_allocator *allocator, dryad_heap **heap, dryad_error *error)
{
  dryad_load_options options = {.size = sizeof options, .raw = w->raw, .threads = w->threads, .allocator = allocator};
  if (w->path) return dryad_heap_load(heap, w->path, &options, error);
  size_t position = 0;
  return dryad_heap_load_source(heap, (dryad_source){read_text, &position}, "text", &options, error);
}

static dryad_status dominate(dryad_heap *heap, dryad_error *error)
{
  const dryad_dominators *dominators = NULL;
  dryad_status status = dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, error);
  assert_int_equal(!dominators, status != DRYAD_OK);
  return status;
}

static dryad_status change(dryad_heap *heap, dryad_error *error)
{
  uint64_t count;
  dryad_status status = dominate(heap, error);
  if (status == DRYAD_OK) status = dryad_heap_collapse(heap, &count, (dryad_progress){0}, error);
  if (status != DRYAD_OK) return status;
  assert_int_equal(count, 201);
  status = dominate(heap, error);
  if (status == DRYAD_OK) status = dryad_heap_remove_expensive_references(heap, &count, (dryad_progress){0}, error);
  if (status == DRYAD_OK) status = dominate(heap, error);
  if (status != DRYAD_OK) return status;
  assert_true(count > 0);
  assert_true(dryad_heap_undo(heap));
  return dominate(heap, error);
}

static dryad_status run(const work *w, faulty *f, dryad_error *error)
{
  const dryad_allocator allocator = {faulty_resize, f};
  dryad_heap *heap;
  dryad_summary *summary;
  if (w->is_annotated) return run_annotated(f, error);
  dryad_status status = load(w, &allocator, &heap, error);
  if (status != DRYAD_OK) {
    assert_null(heap);
    return status;
  }
  assert_string_equal(dryad_heap_report(heap)->incomplete,
                      "1 of the records that its end record counts repeats an address");
  if (w->raw) status = change(heap, error);
  if (status == DRYAD_OK) {
    status = dryad_summarize(&summary, dryad_heap_graph(heap), NULL, 0, error);
    if (status == DRYAD_OK) {
      assert_int_equal(summary->total_count, 605);
      dryad_summary_free(summary);
    } else {
      assert_null(summary);
    }
  }
  dryad_heap_free(heap);
  return status;
}

static void check_every_failure(void **state)
{
  const work *w = *state;
  for (int fail_on = 0; fail_on < 2; fail_on++) {
    for (uint64_t n = 1;; n++) {
      faulty f = {.fail_at = n, .fail_on = fail_on};
      dryad_error error = {0};
      dryad_status status = run(w, &f, &error);
      if (f.live_blocks || f.wrong_sizes) {
        fail_msg("failing allocation %" PRIu64 ": %" PRIu64 " blocks leak, %" PRIu64 " sizes are wrong", n,
                 (uint64_t)f.live_blocks, (uint64_t)f.wrong_sizes);
      }
      if (!f.failures) {
        assert_int_equal(status, DRYAD_OK);
        assert_true(n > 10);
        break;
      }
      if (status != DRYAD_NO_MEMORY) fail_msg("failing allocation %" PRIu64 ": status %d, %s", n, status, error.text);
      assert_int_equal(error.status, DRYAD_NO_MEMORY);
      assert_string_equal(error.text, "out of memory");
    }
  }
}

int main(void)
{
  static work plain_1 = {.path = plain_path, .threads = 1}, plain_2 = {.path = plain_path, .threads = 2};
  static work gzip_1 = {.path = gzip_path, .threads = 1}, gzip_2 = {.path = gzip_path, .threads = 2};
  static work source_1 = {.threads = 1}, source_2 = {.threads = 2};
  static work changes = {.path = plain_path, .threads = 1, .raw = true}, annotations = {.is_annotated = true};
#define EVERY_FAILURE(w)                                                                                               \
  {                                                                                                                    \
    "out of memory is reported: " #w, check_every_failure, NULL, NULL, &(w)                                            \
  }
  const struct CMUnitTest tests[] = {
      EVERY_FAILURE(plain_1),  EVERY_FAILURE(plain_2),  EVERY_FAILURE(gzip_1),  EVERY_FAILURE(gzip_2),
      EVERY_FAILURE(source_1), EVERY_FAILURE(source_2), EVERY_FAILURE(changes), EVERY_FAILURE(annotations),
  };
  return cmocka_run_group_tests(tests, make_files, remove_files);
}
