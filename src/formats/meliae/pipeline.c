/* SPDX-License-Identifier: MIT */
#include "formats/meliae/pipeline.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"

enum { MAX_WAITING = 2 * DRYAD_MAX_THREADS };

/* A line of this length may take all memory while it is parsed, when nobody asks. */
#define VERY_LONG ((size_t)64 << 20)

#define TICK 50000000 /* nanoseconds between two calls of progress by a thread that waits */

typedef struct run {
  dryad_pipeline *pipeline;
  pthread_mutex_t mutex; /* guards everything below and the results */
  pthread_cond_t changed;
  pthread_t caller;
  unsigned others; /* threads besides the caller's that read for themselves */
  dryad_status status;
  dryad_error error;
  bool is_stopping;                 /* threads are to stop */
  bool is_complete;                 /* the stream has no more blocks */
  dryad_block waiting[MAX_WAITING]; /* filled, oldest first; a stack of spare buffers behind them */
  unsigned waiting_count, max_waiting;
} run;

static void fail(run *r, dryad_status status, const dryad_error *error)
{
  pthread_mutex_lock(&r->mutex);
  if (!r->status) {
    r->status = status;
    r->error = *error;
  }
  r->is_stopping = true;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->mutex);
}

static bool is_stopping(run *r)
{
  pthread_mutex_lock(&r->mutex);
  bool stopping = r->is_stopping;
  pthread_mutex_unlock(&r->mutex);
  return stopping;
}

static bool keep_result(run *r, uint64_t number, const dryad_block_result *result)
{
  dryad_pipeline *p = r->pipeline;
  pthread_mutex_lock(&r->mutex);
  bool ok = dryad_column_reserve(&p->results, p->allocator, number + 1, sizeof *result);
  if (ok) {
    dryad_block_result *results = p->results.data;
    while (p->result_count <= number) results[p->result_count++] = (dryad_block_result){0};
    results[number] = *result;
  }
  pthread_mutex_unlock(&r->mutex);
  return ok;
}

/* A line of references takes eight bytes for each comma. */
static dryad_status check_memory(const dryad_pipeline *p, const dryad_block *block, dryad_error *error)
{
  if (!p->watch || block->length < VERY_LONG) return DRYAD_OK;
  uint64_t commas = 0;
  for (const char *c = block->data, *end = c + block->length; (c = memchr(c, ',', (size_t)(end - c))); c++) commas++;
  return dryad_memory_watch_check(p->watch, commas * sizeof(uint64_t), error);
}

/* Parses one block on this thread; false: stop. */
static bool parse(run *r, unsigned thread, const dryad_block *block)
{
  dryad_pipeline *p = r->pipeline;
  dryad_parser *parser = &p->parsers[thread];
  dryad_block_result result;
  dryad_error error = {0};
  dryad_status status = check_memory(p, block, &error);
  if (!status) status = dryad_parser_read(parser, block, &result.segment, &result.lines, &error);
  result.segment.batch = thread;
  if (!status && !keep_result(r, block->number, &result)) status = dryad_fail_memory(&error);
  if (status) fail(r, status, &error);
  if (p->stop_at_problem && parser->noted_count) {
    pthread_mutex_lock(&r->mutex);
    r->is_stopping = true;
    pthread_mutex_unlock(&r->mutex);
  }
  return !status;
}

/* Called only on the caller's thread. */
static bool tell(run *r, uint64_t done, uint64_t total)
{
  if (!dryad_progress_tell(&r->pipeline->progress, "reading", done, total)) return true;
  dryad_error error;
  fail(r, dryad_fail_cancelled(&error), &error);
  return false;
}

static void where(const dryad_pipeline *p, uint64_t offset, uint64_t *done, uint64_t *total)
{
  *done = offset;
  *total = p->blocks->size;
  if (!dryad_blocks_is_shareable(p->blocks)) dryad_stream_position(p->blocks->stream, done, total);
}

/* While a long line is read: on any thread. */
static dryad_status ask(void *context, uint64_t offset, dryad_error *error)
{
  run *r = context;
  uint64_t done, total;
  where(r->pipeline, offset, &done, &total);
  if (pthread_equal(pthread_self(), r->caller)) tell(r, done, total);
  return is_stopping(r) ? dryad_fail_cancelled(error) : DRYAD_OK;
}

/* ---- every thread reads for itself ------------------------------------------------------------- */

static void count_other(run *r, bool begins)
{
  pthread_mutex_lock(&r->mutex);
  r->others += begins ? 1u : -1u;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->mutex);
}

/* The caller's thread goes on telling while others are busy with long lines. */
static void wait_for_others(run *r)
{
  const uint64_t size = r->pipeline->blocks->size;
  bool is_done = false;
  while (!is_done && !is_stopping(r)) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&r->mutex);
    if (r->others && !r->is_stopping) pthread_cond_timedwait(&r->changed, &r->mutex, &until);
    is_done = r->others == 0;
    pthread_mutex_unlock(&r->mutex);
    if (!is_done) tell(r, size, size);
  }
}

static void read_and_parse(void *context, unsigned thread)
{
  run *r = context;
  dryad_pipeline *p = r->pipeline;
  if (thread > 0) count_other(r, true);
  dryad_block block = {0};
  dryad_error error;
  bool more = true;
  while (more && !is_stopping(r)) {
    dryad_status status = dryad_blocks_next(p->blocks, &block, &more, &error);
    if (status) {
      fail(r, status, &error);
      break;
    }
    if (!more || !parse(r, thread, &block)) break;
    if (thread == 0 && !tell(r, block.offset + block.extent, p->blocks->size)) break;
  }
  dryad_block_deinit(&block, p->allocator);
  if (thread > 0)
    count_other(r, false);
  else
    wait_for_others(r);
}

/* ---- one thread reads, the others parse ---------------------------------------------------------- */

/* Swaps the oldest waiting block for an empty one; false: there is none. Called with the mutex held. */
static bool take(run *r, dryad_block *block)
{
  if (r->waiting_count == 0) return false;
  dryad_block oldest = r->waiting[0];
  for (unsigned i = 1; i < r->waiting_count; i++) r->waiting[i - 1] = r->waiting[i];
  r->waiting[--r->waiting_count] = *block;
  *block = oldest;
  return true;
}

/* Swaps a filled block for a spare one; false if too many wait already: `block` is then the oldest of all and must be
   parsed now, so that each thread gets its blocks in file order. */
static bool put(run *r, dryad_block *block)
{
  pthread_mutex_lock(&r->mutex);
  bool has_room = r->waiting_count < r->max_waiting;
  if (has_room) {
    dryad_block spare = r->waiting[r->waiting_count];
    r->waiting[r->waiting_count++] = *block;
    *block = spare;
    pthread_cond_signal(&r->changed);
  } else if (take(r, block)) {
    r->waiting_count++;
  }
  pthread_mutex_unlock(&r->mutex);
  return has_room;
}

static void parse_waiting(run *r, unsigned thread)
{
  dryad_block block = {0};
  for (;;) {
    pthread_mutex_lock(&r->mutex);
    bool has_block = false;
    while (!r->is_stopping && !(has_block = take(r, &block)) && !r->is_complete)
      pthread_cond_wait(&r->changed, &r->mutex);
    pthread_mutex_unlock(&r->mutex);
    if (!has_block || !parse(r, thread, &block)) break;
  }
  dryad_block_deinit(&block, r->pipeline->allocator);
}

static void read_stream(run *r)
{
  dryad_pipeline *p = r->pipeline;
  dryad_block block = {0};
  dryad_error error;
  bool more = true;
  while (!is_stopping(r)) {
    uint64_t done, total;
    dryad_status status = dryad_blocks_next(p->blocks, &block, &more, &error);
    if (status) fail(r, status, &error);
    if (status || !more) break;
    if (!put(r, &block) && !parse(r, 0, &block)) break;
    where(p, 0, &done, &total);
    if (!tell(r, done, total)) break;
  }
  dryad_block_deinit(&block, p->allocator);
  pthread_mutex_lock(&r->mutex);
  r->is_complete = true;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->mutex);
  parse_waiting(r, 0);
}

static void read_or_parse(void *context, unsigned thread)
{
  if (thread == 0)
    read_stream(context);
  else
    parse_waiting(context, thread);
}

dryad_status dryad_pipeline_run(dryad_pipeline *pipeline, dryad_error *error)
{
  DRYAD_ASSERT(pipeline->threads >= 1 && pipeline->threads <= DRYAD_MAX_THREADS);
  run r = {.pipeline = pipeline,
           .mutex = PTHREAD_MUTEX_INITIALIZER,
           .changed = PTHREAD_COND_INITIALIZER,
           .caller = pthread_self()};
  pipeline->blocks->ask = ask;
  pipeline->blocks->context = &r;
  bool is_shared = dryad_blocks_is_shareable(pipeline->blocks);
  r.max_waiting = pipeline->threads > 1 ? 2 * pipeline->threads : 0;
  dryad_parallel("parse", pipeline->threads, is_shared ? read_and_parse : read_or_parse, &r);
  for (unsigned i = 0; i < MAX_WAITING; i++) dryad_block_deinit(&r.waiting[i], pipeline->allocator);
  pipeline->blocks->ask = NULL;
  pthread_cond_destroy(&r.changed);
  pthread_mutex_destroy(&r.mutex);
  if (r.status && error) *error = r.error;
  return r.status;
}

void dryad_pipeline_deinit(dryad_pipeline *pipeline)
{
  dryad_column_free(&pipeline->results, pipeline->allocator, sizeof(dryad_block_result));
}
