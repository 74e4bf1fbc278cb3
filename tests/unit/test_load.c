/* Loading: every layout of the same objects gives the same heap, from every kind of source, on one
   thread and on two; and what the report says about a file that changes. */
#include "testing.h"

#include <sys/wait.h>
#include <unistd.h>

#include "formats/json_write.h"
#include "formats/stream.h"
#include "same_graph.h"

static char directory[] = "/tmp/dryad-test-XXXXXX";
static char path[sizeof directory + 20];

static int make_directory(void **state)
{
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
  (void)state;
  return rmdir(directory);
}

static void write_dump(const char *name, const dryad_buffer *dump)
{
  dryad_sink *sink;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  assert_int_equal(dryad_sink_open(&sink, path, NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_sink_write(sink, dump->data, dump->length, NULL), DRYAD_OK);
  assert_int_equal(dryad_sink_finish(sink, NULL), DRYAD_OK);
}

static dryad_heap *load(const char *from, unsigned threads, bool raw)
{
  dryad_heap *heap;
  dryad_error error;
  dryad_load_options options = {.threads = threads, .raw = raw};
  if (dryad_heap_load(&heap, from, &options, &error)) fail_msg("%s", error.text);
  return heap;
}

static void assert_same(const dryad_heap *a, const dryad_heap *b)
{
  const char *difference = graph_difference(dryad_heap_graph(a), dryad_heap_graph(b));
  if (difference) fail_msg("not the same: %s", difference);
  const dryad_report *of_a = dryad_heap_report(a), *of_b = dryad_heap_report(b);
  assert_int_equal(of_a->objects, of_b->objects);
  assert_int_equal(of_a->duplicates, of_b->duplicates);
  assert_int_equal(of_a->dangling_refs, of_b->dangling_refs);
  assert_int_equal(of_a->collapsed, of_b->collapsed);
  assert_int_equal(of_a->problem_count, of_b->problem_count);
}

/* ---- objects in any layout ---- */

enum { OBJECTS = 30000 };

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
  random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
  return random_state;
}

static bool one_in(uint64_t n) { return next_random() % n == 0; }

/* Ten addresses in eleven are dumped, some of them twice. */
static uint64_t random_address(void) { return UINT64_C(140000000000000) + 16 * (next_random() % (OBJECTS * 11 / 10)); }

static const char *random_type(void)
{
  static const char *const types[] = {"dict",
                                      "list",
                                      "tuple",
                                      "str",
                                      "Thread",
                                      "module",
                                      "type",
                                      "instance",
                                      "int",
                                      "thread.lock",
                                      "caf\\u00e9",
                                      "",
                                      "a type name longer than sixteen bytes"};
  return types[next_random() % (sizeof types / sizeof *types)];
}

static const char *random_value(void)
{
  static const char *const values[] = {"\"text\"",
                                       "\"\"",
                                       "\"\\u00ff\\u0000\"",
                                       "\"tab\\t\"",
                                       "0",
                                       "-1",
                                       "536870911",
                                       "536870912",
                                       "-9223372036854775808",
                                       "9223372036854775807",
                                       "18446744073709551616",
                                       "1.5",
                                       "-0.0",
                                       "NaN",
                                       "null",
                                       "true",
                                       "false",
                                       "\"a longer text, of 33 characters.\"",
                                       "123456789012345678",
                                       "1234567890123456789"};
  return values[next_random() % (sizeof values / sizeof *values)];
}

enum { FIELDS = 7, LONGEST_FIELD = 2000 };

static unsigned make_fields(char fields[FIELDS][LONGEST_FIELD], const char *colon, const char *comma)
{
  unsigned n = 0;
  uint64_t refs = one_in(3) ? 2 : one_in(100) ? 80 : next_random() % 5;
  sprintf(fields[n++], "\"address\"%s%llu", colon, (unsigned long long)random_address());
  sprintf(fields[n++], "\"type\"%s\"%s\"", colon, random_type());
  sprintf(fields[n++], "\"size\"%s%llu", colon,
          (unsigned long long)(one_in(50) ? next_random() >> 20 : next_random() % 3000));
  if (one_in(4)) sprintf(fields[n++], "\"name\"%s\"name %d\"", colon, (int)(next_random() % 100));
  if (one_in(4)) sprintf(fields[n++], "\"len\"%s%lld", colon, one_in(9) ? -5LL : one_in(9) ? 4294967296LL : 7LL);
  if (one_in(3)) sprintf(fields[n++], "\"value\"%s%s", colon, random_value());
  char *p = fields[n++];
  p += sprintf(p, "\"refs\"%s[", colon);
  for (uint64_t i = 0; i < refs; i++) p += sprintf(p, "%s%llu", i ? comma : "", (unsigned long long)random_address());
  strcpy(p, "]");
  return n;
}

typedef enum layout { CANONICAL, COMPACT, REVERSED, ARRAY, MIXED, LAYOUTS } layout;

/* The same objects for every layout: `random_state` starts the same. */
static void make_dump(dryad_buffer *dump, layout wanted)
{
  static char fields[FIELDS][LONGEST_FIELD];
  random_state = 88172645463325252u;
  if (wanted == ARRAY) assert_true(dryad_buffer_append(dump, "\xef\xbb\xbf[\r\n", 6));
  for (int i = 0; i < OBJECTS; i++) {
    layout this = wanted == MIXED ? (layout)(i / 3 % 4) : wanted;
    const char *colon = this == CANONICAL ? ": "
                        : this == COMPACT ? ":"
                                          : " :\t",
               *comma = this == COMPACT ? "," : ", ";
    unsigned n = make_fields(fields, colon, comma);
    assert_true(dryad_buffer_append(dump, "{", 1));
    for (unsigned k = 0; k < n; k++) {
      const char *field = fields[this == REVERSED ? n - 1 - k : k];
      if (k) assert_true(dryad_buffer_append(dump, comma, strlen(comma)));
      assert_true(dryad_buffer_append(dump, field, strlen(field)));
    }
    const char *end = this == ARRAY ? "},\r\n" : this == REVERSED ? ", \"x\": [{}]}\n\n" : "}\n";
    assert_true(dryad_buffer_append(dump, end, strlen(end)));
  }
  if (wanted == ARRAY) assert_true(dryad_buffer_append(dump, "]", 1));
}

static void every_layout_gives_the_same_heap(void **state)
{
  (void)state;
  for (int raw = 0; raw < 2; raw++) {
    dryad_buffer dump = {0};
    make_dump(&dump, CANONICAL);
    write_dump("canonical", &dump);
    dryad_heap *expected = load(path, 1, raw);
    assert_in_range(dump.length, 1 << 20, 64 << 20);
    assert_in_range(dryad_heap_report(expected)->duplicates, 1000, OBJECTS);
    assert_in_range(dryad_heap_report(expected)->dangling_refs, 1000, OBJECTS * 5);
    assert_int_equal(dryad_heap_report(expected)->problem_count, 0);
    unlink(path);
    dryad_buffer_deinit(&dump);
    for (layout l = CANONICAL; l < LAYOUTS; l++) {
      static const char *const names[] = {"plain", "packed.gz", "packed.zst"};
      make_dump(&dump, l);
      for (unsigned form = 0; form < 3; form++) {
        write_dump(names[form], &dump);
        for (unsigned threads = 1; threads <= 2; threads++) {
          dryad_heap *heap = load(path, threads, raw);
          assert_same(expected, heap);
          dryad_heap_free(heap);
        }
        unlink(path);
      }
      dryad_buffer_deinit(&dump);
    }
    dryad_heap_free(expected);
  }
}

static void problems_are_told_in_file_order_over_all_blocks(void **state)
{
  (void)state;
  static const char object[] = "{\"address\": 1, \"type\": \"t\", \"size\": 1, \"refs\": []}\n";
  enum { LENGTH = sizeof object - 1, LINES = 100000, EVERY = 5000 };
  dryad_buffer dump = {0};
  for (int i = 0; i < LINES; i++) {
    bool bad = i % EVERY == EVERY - 1;
    if (bad) assert_true(dryad_buffer_append(&dump, "{}\n", 3));
    assert_true(dryad_buffer_append(&dump, object, LENGTH));
  }
  write_dump("bad", &dump);
  for (unsigned threads = 1; threads <= 2; threads++) {
    dryad_heap *heap = load(path, threads, false);
    const dryad_report *report = dryad_heap_report(heap);
    assert_int_equal(report->lines, LINES + LINES / EVERY);
    assert_int_equal(report->bad_lines, LINES / EVERY);
    assert_int_equal(report->objects, 1);
    assert_int_equal(report->duplicates, LINES - 1);
    assert_int_equal(report->bytes, dump.length);
    assert_int_equal(report->problem_count, LINES / EVERY);
    for (unsigned k = 0; k < report->problem_count; k++) {
      assert_int_equal(report->problems[k].line, (k + 1) * EVERY + k);
      assert_int_equal(report->problems[k].offset, ((k + 1) * EVERY - 1) * LENGTH + 3 * k);
      assert_string_equal(report->problems[k].reason, "no address");
    }
    dryad_heap_free(heap);
  }
  unlink(path);
  dryad_buffer_deinit(&dump);
}

static void a_named_pipe_is_read(void **state)
{
  (void)state;
  dryad_buffer dump = {0};
  make_dump(&dump, MIXED);
  write_dump("file", &dump);
  dryad_heap *expected = load(path, 1, false);
  unlink(path);
  snprintf(path, sizeof path, "%s/pipe", directory);
  char command[100];
  snprintf(command, sizeof command, "mkfifo %s", path);
  assert_int_equal(system(command), 0);
  pid_t child = fork();
  if (child == 0) {
    FILE *pipe = fopen(path, "wb");
    _exit(!pipe || fwrite(dump.data, 1, dump.length, pipe) != dump.length || fclose(pipe));
  }
  dryad_heap *heap = load(path, 2, false);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_same(expected, heap);
  dryad_heap_free(expected);
  dryad_heap_free(heap);
  unlink(path);
  dryad_buffer_deinit(&dump);
}

/* ---- files that change ---- */

typedef struct change {
  off_t size; /* what the file is made to be when the first progress is told */
  bool done;
} change;

static bool change_file(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)stage, (void)done, (void)total;
  change *c = context;
  if (!c->done) c->done = truncate(path, c->size) == 0;
  return c->done;
}

/* Loads a dump of `lines` equal lines with one thread, while its size changes. */
static dryad_heap *load_changing(unsigned lines, off_t size)
{
  char line[100];
  dryad_buffer dump = {0};
  for (unsigned i = 0; i < lines; i++) {
    int length = sprintf(line, "{\"address\": %7u, \"type\": \"t\", \"size\": 1, \"refs\": []}\n", i);
    assert_true(dryad_buffer_append(&dump, line, (size_t)length));
  }
  write_dump("changing", &dump);
  dryad_buffer_deinit(&dump);
  change c = {size, false};
  dryad_load_options options = {.threads = 1, .progress = {change_file, &c}};
  dryad_heap *heap;
  assert_int_equal(dryad_heap_load(&heap, path, &options, NULL), DRYAD_OK);
  assert_true(c.done);
  unlink(path);
  return heap;
}

enum { LINE = 57, LINES = 100000 };

static void a_file_that_shrinks_ends_there(void **state)
{
  (void)state;
  dryad_heap *heap = load_changing(LINES, LINE * 50000);
  const dryad_report *report = dryad_heap_report(heap);
  assert_int_equal(report->objects, 50000);
  assert_int_equal(report->lines, 50000);
  assert_true(report->truncated);
  assert_int_equal(report->problem_count, 1);
  assert_string_equal(report->problems[0].reason, "the file shrank from 5700000 to 2850000 bytes while it was read");
  dryad_heap_free(heap);
}

static void a_file_that_shrinks_within_a_line_ends_with_that(void **state)
{
  (void)state;
  dryad_heap *heap = load_changing(LINES, LINE * 50000 + 20);
  const dryad_report *report = dryad_heap_report(heap);
  assert_int_equal(report->objects, 50000);
  assert_int_equal(report->bad_lines, 0);
  assert_true(report->truncated);
  assert_int_equal(report->problem_count, 2);
  assert_string_equal(report->problems[0].reason, "truncated last line");
  assert_int_equal(report->problems[0].line, 50001);
  assert_int_equal(report->problems[0].offset, LINE * 50000);
  assert_string_equal(report->problems[1].reason, "the file shrank from 5700000 to 2850020 bytes while it was read");
  dryad_heap_free(heap);
}

static void a_file_that_grows_is_read_as_it_was(void **state)
{
  (void)state;
  dryad_heap *heap = load_changing(LINES, LINE * LINES + 1000);
  const dryad_report *report = dryad_heap_report(heap);
  assert_int_equal(report->objects, LINES);
  assert_false(report->truncated);
  assert_int_equal(report->problem_count, 1);
  assert_string_equal(report->problems[0].reason,
                      "the file grew while it was read; only its first 5700000 bytes count");
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_layout_gives_the_same_heap),
      cmocka_unit_test(problems_are_told_in_file_order_over_all_blocks),
      cmocka_unit_test(a_named_pipe_is_read),
      cmocka_unit_test(a_file_that_shrinks_ends_there),
      cmocka_unit_test(a_file_that_shrinks_within_a_line_ends_with_that),
      cmocka_unit_test(a_file_that_grows_is_read_as_it_was),
  };
  return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
