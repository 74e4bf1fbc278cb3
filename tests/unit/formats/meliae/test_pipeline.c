/* SPDX-License-Identifier: MIT */
/* Many blocks on many threads: lines and offsets of problems are those of the whole dump, strictness finds the first of
   them, and stopping at any moment leaks nothing. */
#include "formats/meliae/pipeline.h"

#include "feed.h"

/* ---- a dump with known problems ----------------------------------------------------------------- */

typedef struct expected_problem {
  uint64_t line, offset;
  const char *reason;
} expected_problem;

typedef struct problem_dump {
  dump_text text;
  expected_problem problems[2000];
  uint64_t lines, objects, problem_count, bad_lines, mended;
} problem_dump;

static void add_problem(problem_dump *d, const char *line, const char *reason, bool is_bad)
{
  assert_true(d->problem_count < sizeof d->problems / sizeof *d->problems);
  d->problems[d->problem_count++] = (expected_problem){d->lines + 1, d->text.length, reason};
  text_add(&d->text, "%s\n", line);
  d->bad_lines += is_bad;
  d->mended += !is_bad;
  d->objects += !is_bad;
  d->lines++;
}

static void add_object(problem_dump *d, uint64_t *seed)
{
  text_add(&d->text, "{\"address\": %llu, \"type\": \"type%u\", \"size\": %u, \"value\": \"%*s\", \"refs\": [16]}\n",
           (unsigned long long)(16 * (d->lines + 1000)), random_below(seed, 50), random_below(seed, 100),
           (int)random_below(seed, 200), "");
  d->objects++;
  d->lines++;
}

/* A problem about every `distance` lines. */
static problem_dump *make_dump(size_t length, unsigned distance, uint64_t *seed)
{
  problem_dump *d = calloc(1, sizeof *d);
  assert_non_null(d);
  while (d->text.length < length) {
    char line[100];
    switch (distance ? random_below(seed, 3 * distance) : 3) {
    case 0: add_problem(d, "what is this?", "not a JSON object", true); break;
    case 1: add_problem(d, "{\"type\": \"a\", \"size\": 1, \"refs\": []}", "no address", true); break;
    case 2:
      snprintf(line, sizeof line, "{\"address\": %u, \"type\": \"a\", \"refs\": []}", (unsigned)d->lines * 16 + 8);
      add_problem(d, line, "no size", false);
      break;
    default: add_object(d, seed);
    }
  }
  return d;
}

static void free_dump(problem_dump *d)
{
  text_free(&d->text);
  free(d);
}

static void assert_report(const dryad_heap *heap, const problem_dump *d)
{
  const dryad_report *report = dryad_heap_report(heap);
  uint64_t told = d->problem_count < DRYAD_MAX_PROBLEMS ? d->problem_count : DRYAD_MAX_PROBLEMS;
  assert_number(report->lines, d->lines);
  assert_number(report->bytes, d->text.length);
  assert_number(report->objects, d->objects);
  assert_number(report->bad_lines, d->bad_lines);
  assert_number(report->mended, d->mended);
  assert_false(report->truncated);
  assert_number(report->problem_count, told);
  for (uint64_t i = 0; i < told; i++) {
    assert_number(report->problems[i].line, d->problems[i].line);
    assert_number(report->problems[i].offset, d->problems[i].offset);
    assert_string_equal(report->problems[i].reason, d->problems[i].reason);
  }
  assert_number(dryad_graph_count(dryad_heap_graph(heap)), d->objects);
}

/* Loads from a file, or from a callback in pieces. */
static dryad_status load(dryad_heap **heap, const temporary *file, const dump_text *from,
                         const dryad_load_options *options, dryad_error *error)
{
  return file ? dryad_heap_load(heap, file->path, options, error) : load_pieces(heap, from, 70001, options, error);
}

static void check_problems(size_t length, unsigned distance, uint64_t seed)
{
  problem_dump *d = make_dump(length, distance, &seed);
  temporary file = write_temporary(d->text.data, d->text.length);
  for (unsigned threads = 1; threads <= 4; threads++) {
    for (int from_file = 0; from_file < 2; from_file++) {
      dryad_heap *heap;
      dryad_error error = {0};
      dryad_load_options options = {.size = sizeof options, .threads = threads, .raw = true};
      if (load(&heap, from_file ? &file : NULL, &d->text, &options, &error)) fail_msg("%s", error.text);
      assert_report(heap, d);
      dryad_heap_free(heap);
      options.strict = true;
      dryad_status status = load(&heap, from_file ? &file : NULL, &d->text, &options, &error);
      assert_int_equal(status, d->problem_count ? DRYAD_FORMAT : DRYAD_OK);
      if (d->problem_count) {
        assert_null(heap);
        assert_number(error.line, d->problems[0].line);
        assert_number(error.offset, d->problems[0].offset);
        assert_non_null(strstr(error.text, d->problems[0].reason));
        assert_non_null(strstr(error.text, from_file ? file.path : "text"));
      }
      dryad_heap_free(heap);
    }
  }
  remove_temporary(&file);
  free_dump(d);
}

static void no_problem(void **state)
{
  (void)state;
  check_problems(5 * DRYAD_BLOCK_SIZE, 0, 28);
}

static void few_problems_far_apart(void **state)
{
  (void)state;
  check_problems(6 * DRYAD_BLOCK_SIZE, 2000, 29);
  check_problems(6 * DRYAD_BLOCK_SIZE, 500, 30);
}

static void more_problems_than_are_told(void **state)
{
  (void)state;
  check_problems(4 * DRYAD_BLOCK_SIZE, 30, 31);
  check_problems(DRYAD_BLOCK_SIZE / 4, 2, 32);
}

static void a_strict_load_reads_little_beyond_the_first_problem(void **state)
{
  (void)state;
  uint64_t seed = 37;
  problem_dump *d = make_dump(10 * DRYAD_BLOCK_SIZE, 0, &seed);
  memcpy(d->text.data + DRYAD_BLOCK_SIZE + DRYAD_BLOCK_SIZE / 2, "\n!", 2);
  feed f = {&d->text, 0, 0};
  dryad_load_options options = {.size = sizeof options, .strict = true, .threads = 2};
  dryad_heap *heap;
  dryad_status status = dryad_heap_load_source(&heap, (dryad_source){feed_read, &f}, "text", &options, NULL);
  assert_int_equal(status, DRYAD_FORMAT);
  assert_in_range(f.position, DRYAD_BLOCK_SIZE, 4 * DRYAD_BLOCK_SIZE);
  free_dump(d);
}

/* ---- stopping ----------------------------------------------------------------------------------- */

typedef struct watch {
  uint64_t calls, stop_at; /* 0: never */
  const char *stages[8];
  unsigned stage_count;
} watch;

static bool count_call(void *context, const char *stage, uint64_t done, uint64_t total)
{
  watch *w = context;
  assert_non_null(stage);
  assert_true(total == 0 || done <= total);
  if (!w->stage_count || strcmp(w->stages[w->stage_count - 1], stage)) {
    assert_true(w->stage_count < 8);
    w->stages[w->stage_count++] = stage;
  }
  return ++w->calls != w->stop_at;
}

/* The status of a load that is stopped at call number `stop_at`; *calls is the number of calls. */
static dryad_status stop(const temporary *file, const dump_text *from, unsigned threads, uint64_t stop_at,
                         uint64_t *calls)
{
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  watch w = {.stop_at = stop_at};
  dryad_load_options options = {
      .size = sizeof options, .threads = threads, .progress = {count_call, &w}, .allocator = &allocator};
  dryad_heap *heap;
  dryad_error error = {0};
  dryad_status status = load(&heap, file, from, &options, &error);
  *calls = w.calls;
  assert_int_equal(error.status, status);
  if (status) {
    assert_null(heap);
    assert_number(w.calls, stop_at);
    assert_string_equal(error.text, "interrupted");
  } else {
    /* Other threads may read all of a file. */
    if (threads == 1) assert_string_equal(w.stages[0], "reading");
    assert_string_equal(w.stages[w.stage_count - 1], "inverting");
  }
  dryad_heap_free(heap);
  assert_int_equal(l.blocks, 0);
  return status;
}

static void stopping_at_any_call_leaves_nothing(void **state)
{
  (void)state;
  uint64_t seed = 33;
  problem_dump *d = make_dump(5 * DRYAD_BLOCK_SIZE, 300, &seed);
  temporary file = write_temporary(d->text.data, d->text.length);
  for (unsigned threads = 1; threads <= 3; threads++) {
    for (int from_file = 0; from_file < 2; from_file++) {
      const temporary *path = from_file ? &file : NULL;
      uint64_t all, calls;
      assert_int_equal(stop(path, &d->text, threads, 0, &all), DRYAD_OK);
      assert_true(all >= (threads == 1 ? 10 : 5));
      for (uint64_t at = 1; at <= all; at++) {
        /* How often the first thread reads varies when there are others. */
        dryad_status status = stop(path, &d->text, threads, at, &calls);
        if (threads > 1 && calls < at)
          assert_int_equal(status, DRYAD_OK);
        else
          assert_int_equal(status, DRYAD_CANCELLED);
      }
    }
  }
  remove_temporary(&file);
  free_dump(d);
}

/* ---- a source that fails ------------------------------------------------------------------------ */

typedef struct failing {
  feed feed;
  size_t fail_from;
} failing;

static ptrdiff_t read_failing(void *context, void *buffer, size_t capacity)
{
  failing *f = context;
  if (f->feed.position >= f->fail_from) return -1;
  return feed_read(&f->feed, buffer, capacity);
}

static void a_source_that_fails_in_the_middle(void **state)
{
  (void)state;
  uint64_t seed = 34;
  problem_dump *d = make_dump(4 * DRYAD_BLOCK_SIZE, 0, &seed);
  for (unsigned threads = 1; threads <= 3; threads++) {
    for (size_t from = 0; from < d->text.length; from += d->text.length / 7 + 1) {
      ledger l = {0};
      const dryad_allocator allocator = {ledger_resize, &l};
      dryad_load_options options = {.size = sizeof options, .threads = threads, .allocator = &allocator};
      failing f = {{&d->text, 10007, 0}, from};
      dryad_heap *heap;
      dryad_error error = {0};
      dryad_status status =
          dryad_heap_load_source(&heap, (dryad_source){read_failing, &f}, "a socket", &options, &error);
      assert_int_equal(status, DRYAD_IO);
      assert_int_equal(error.status, DRYAD_IO);
      assert_string_equal(error.text, "a socket: cannot be read");
      assert_null(heap);
      assert_int_equal(l.blocks, 0);
    }
  }
  free_dump(d);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_problem),
      cmocka_unit_test(few_problems_far_apart),
      cmocka_unit_test(more_problems_than_are_told),
      cmocka_unit_test(a_strict_load_reads_little_beyond_the_first_problem),
      cmocka_unit_test(stopping_at_any_call_leaves_nothing),
      cmocka_unit_test(a_source_that_fails_in_the_middle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
