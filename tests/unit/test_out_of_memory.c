/* Every allocation of every operation on a finished graph fails once: it is told, and nothing leaks. */
#include "core/error.h"
#include "core/graph.h"
#include "core/heap.h"
#include "core/idlist.h"
#include "core/reach.h"
#include "network.h"

/* A ledger whose n-th request for more memory fails, counted from 1; 0: none does. */
typedef struct failing {
  ledger ledger;
  uint64_t requests, fail_at;
} failing;

static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  failing *f = context;
  if (new_size > (block ? old_size : 0) && ++f->requests == f->fail_at) return NULL;
  return ledger_resize(&f->ledger, block, old_size, new_size);
}

/* ---- the operations ----------------------------------------------------------------------------- */

enum { OBJECTS = 300 };

static dryad_id all[OBJECTS];

static dryad_status release(const dryad_graph *g, dryad_status status, dryad_id *ids, uint64_t count)
{
  if (!status) dryad_free(g->allocator, ids, count, sizeof *ids);
  return status;
}

static dryad_status of_type(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_ids_of_type(g, DRYAD_NONE, &ids, &count, error);
  return release(g, status, ids, count);
}

static dryad_status rank(dryad_heap *heap, dryad_error *error)
{
  dryad_id ids[OBJECTS];
  memcpy(ids, all, sizeof ids);
  return dryad_ids_rank(dryad_heap_graph(heap), ids, OBJECTS, error);
}

static dryad_status combine(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_status status = DRYAD_OK;
  for (dryad_set_operation operation = DRYAD_UNION; operation <= DRYAD_INTERSECTION && !status; operation++) {
    dryad_id *ids;
    uint64_t count;
    status = dryad_ids_combine(g, operation, all, OBJECTS, all + 5, 100, &ids, &count, error);
    status = release(g, status, ids, count);
  }
  return status;
}

static dryad_status neighbours(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_ids_children(g, all, OBJECTS / 2, &ids, &count, error);
  status = release(g, status, ids, count);
  if (status) return status;
  status = dryad_ids_parents(g, all, 10, &ids, &count, error);
  return release(g, status, ids, count);
}

static dryad_status reach(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_reach(g, all, 3, all + 7, 2, &ids, &count, NULL, (dryad_progress){0}, error);
  return release(g, status, ids, count);
}

static dryad_status summarize(dryad_heap *heap, dryad_error *error)
{
  dryad_summary *summary;
  dryad_status status = dryad_summarize(&summary, dryad_heap_graph(heap), NULL, 0, error);
  dryad_summary_free(summary);
  return status;
}

/* More changes than the history has room for at first. */
static dryad_status change(dryad_heap *heap, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (unsigned changes = 0; changes < 9 && !status; changes++) {
    dryad_graph *next = dryad_graph_new(dryad_heap_graph(heap)->allocator, dryad_heap_graph(heap)->store);
    status = next ? dryad_heap_install(heap, next, error) : dryad_fail_memory(error);
  }
  while (dryad_heap_undo(heap)) continue;
  return status;
}

/* ---- each failure of each ----------------------------------------------------------------------- */

typedef dryad_status (*operation)(dryad_heap *heap, dryad_error *error);

static void check(operation run)
{
  uint64_t seed = 40;
  for (uint64_t n = 1;; n++) {
    failing f = {.fail_at = 0};
    const dryad_allocator allocator = {failing_resize, &f};
    dryad_heap *heap = random_network(&seed, OBJECTS, 5, 100, &allocator);
    dryad_error error = {0};
    int64_t before = f.ledger.blocks;
    f.fail_at = f.requests + n;
    dryad_status status = run(heap, &error);
    bool has_failed = f.requests >= f.fail_at;
    assert_int_equal(status, has_failed ? DRYAD_NO_MEMORY : DRYAD_OK);
    assert_int_equal(error.status, status);
    if (has_failed) assert_string_equal(error.text, "out of memory");
    assert_int_equal(f.ledger.blocks, before);
    f.fail_at = 0;
    assert_int_equal(run(heap, NULL), DRYAD_OK);
    dryad_heap_free(heap);
    assert_int_equal(f.ledger.blocks, 0);
    assert_int_equal(f.ledger.bytes, 0);
    if (has_failed) continue;
    assert_true(n > 1);
    return;
  }
}

static void every_operation(void **state)
{
  (void)state;
  const operation operations[] = {of_type, rank, combine, neighbours, reach, summarize, change};
  for (dryad_id id = 0; id < OBJECTS; id++) all[id] = OBJECTS - 1 - id;
  for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++) check(operations[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
