/* SPDX-License-Identifier: MIT */
/* Threads run each share once; segments are each done once, and a failure stops the rest. */
#include "base/parallel.h"

#include <stdatomic.h>

#include "base/error.h"
#include "intake/segments.h"
#include "testing.h"

typedef struct shares {
  atomic_uint runs[DRYAD_MAX_THREADS];
} shares;

static void count_run(void *context, unsigned index)
{
  shares *s = context;
  atomic_fetch_add(&s->runs[index], 1);
}

static void each_share_runs_once(void **state)
{
  (void)state;
  for (unsigned threads = 1; threads <= DRYAD_MAX_THREADS; threads = threads * 2 + 1) {
    shares s = {0};
    dryad_parallel("count", threads, count_run, &s);
    for (unsigned i = 0; i < DRYAD_MAX_THREADS; i++) assert_int_equal(atomic_load(&s.runs[i]), i < threads);
  }
}

static void the_number_of_threads_has_limits(void **state)
{
  (void)state;
  assert_in_range(dryad_thread_count(0), 1, DRYAD_MAX_THREADS);
  assert_int_equal(dryad_thread_count(1), 1);
  assert_int_equal(dryad_thread_count(7), 7);
  assert_int_equal(dryad_thread_count(DRYAD_MAX_THREADS), DRYAD_MAX_THREADS);
  assert_int_equal(dryad_thread_count(1000000), DRYAD_MAX_THREADS);
}

enum { SEGMENTS = 500 };

typedef struct work {
  const dryad_segment *segments;
  atomic_uint done[SEGMENTS];
  unsigned threads, fail_at; /* SEGMENTS: never */
} work;

static dryad_status do_segment(void *context, const dryad_segment *segment, unsigned thread, dryad_error *error)
{
  work *w = context;
  unsigned i = (unsigned)(segment - w->segments);
  assert_true(thread < w->threads);
  atomic_fetch_add(&w->done[i], 1);
  if (i >= w->fail_at) return dryad_fail(error, DRYAD_LIMIT, "segment %u", w->fail_at);
  return DRYAD_OK;
}

static const dryad_segment_telling silent = {.stage = "working", .pass = "work"};

static void each_segment_is_done_once(void **state)
{
  (void)state;
  static const dryad_segment segments[SEGMENTS];
  for (unsigned threads = 1; threads <= 4; threads++) {
    for (unsigned count = 0; count <= SEGMENTS; count = count * 3 + 1) {
      work w = {.segments = segments, .threads = threads, .fail_at = SEGMENTS};
      assert_int_equal(dryad_for_segments(segments, count, threads, do_segment, &w, &silent, NULL), DRYAD_OK);
      for (unsigned i = 0; i < SEGMENTS; i++) assert_int_equal(atomic_load(&w.done[i]), i < count);
    }
  }
}

static void a_failure_stops_the_rest(void **state)
{
  (void)state;
  static const dryad_segment segments[SEGMENTS];
  for (unsigned threads = 1; threads <= 4; threads++) {
    work w = {.segments = segments, .threads = threads, .fail_at = 40};
    dryad_error error = {0};
    assert_int_equal(dryad_for_segments(segments, SEGMENTS, threads, do_segment, &w, &silent, &error), DRYAD_LIMIT);
    assert_int_equal(error.status, DRYAD_LIMIT);
    assert_string_equal(error.text, "segment 40");
    unsigned beyond = 0;
    for (unsigned i = 40; i < SEGMENTS; i++) beyond += atomic_load(&w.done[i]);
    assert_in_range(beyond, 1, threads);
  }
}

static bool cancel_at_forty(void *context, const char *stage, uint64_t done, uint64_t total)
{
  uint64_t *last = context;
  assert_string_equal(stage, "working");
  assert_true(done >= *last && done >= 1000 && done <= total);
  *last = done;
  return done < 1040;
}

static void a_pass_that_is_cancelled_stops(void **state)
{
  (void)state;
  static const dryad_segment segments[SEGMENTS];
  uint64_t last = 0;
  const dryad_segment_telling telling = {{cancel_at_forty, &last}, "working", "work", 1000, 1000 + SEGMENTS};
  work w = {.segments = segments, .threads = 1, .fail_at = SEGMENTS};
  dryad_error error = {0};
  assert_int_equal(dryad_for_segments(segments, SEGMENTS, 1, do_segment, &w, &telling, &error), DRYAD_CANCELLED);
  assert_string_equal(error.text, "interrupted");
  for (unsigned i = 0; i < SEGMENTS; i++) assert_int_equal(atomic_load(&w.done[i]), i < 40);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_share_runs_once),           cmocka_unit_test(the_number_of_threads_has_limits),
      cmocka_unit_test(each_segment_is_done_once),      cmocka_unit_test(a_failure_stops_the_rest),
      cmocka_unit_test(a_pass_that_is_cancelled_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
