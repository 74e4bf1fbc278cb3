/* SPDX-License-Identifier: MIT */
/* Blocks in files: what they hold, when there is no room for them, and how long the allocator lives. */
#include "base/spill.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "failing.h"
#include "graph/graph.h"
#include "same_graph.h"

enum { LEAST = 4096 };

static const dryad_allocator *spill_to(const char *folder, const dryad_allocator *small)
{
  const dryad_allocator *allocator;
  dryad_error error = {0};
  if (dryad_spill_new(&allocator, folder, LEAST, small, &error)) fail_msg("%s", error.text);
  return allocator;
}

static void fill(unsigned char *block, size_t length)
{
  for (size_t i = 0; i < length; i++) block[i] = (unsigned char)(i * 31 >> 3);
}

static void assert_filled(const unsigned char *block, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (block[i] != (unsigned char)(i * 31 >> 3)) fail_msg("byte %zu of %zu changed", i, length);
}

static void blocks_keep_their_bytes_when_they_grow_and_shrink(void **state)
{
  (void)state;
  const size_t sizes[] = {1, LEAST - 1, LEAST, LEAST + 1, 3 * LEAST, 3 * LEAST + 1, 100 * LEAST + 7};
  enum { SIZES = sizeof sizes / sizeof *sizes };
  const dryad_allocator *allocator = spill_to("/tmp", NULL);
  for (unsigned from = 0; from < SIZES; from++) {
    for (unsigned to = 0; to < SIZES; to++) {
      unsigned char *block = dryad_alloc(allocator, sizes[from], 1);
      assert_non_null(block);
      fill(block, sizes[from]);
      block = dryad_realloc(allocator, block, sizes[from], sizes[to], 1);
      assert_non_null(block);
      assert_filled(block, sizes[from] < sizes[to] ? sizes[from] : sizes[to]);
      fill(block, sizes[to]);
      dryad_free(allocator, block, sizes[to], 1);
    }
  }
  dryad_spill_release(allocator);
}

static void new_blocks_are_zero_where_that_is_asked_for(void **state)
{
  (void)state;
  const dryad_allocator *allocator = spill_to("/tmp", NULL);
  for (int again = 0; again < 2; again++) {
    unsigned char *block = dryad_calloc(allocator, 5 * LEAST, 1);
    assert_non_null(block);
    for (size_t i = 0; i < 5 * LEAST; i++) assert_int_equal(block[i], 0);
    fill(block, 5 * LEAST);
    dryad_free(allocator, block, 5 * LEAST, 1);
  }
  dryad_spill_release(allocator);
}

static void only_small_blocks_are_taken_from_the_allocator_below(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l}, *allocator = spill_to("/tmp", &counting);
  const int64_t own = l.bytes;
  void *small = dryad_alloc(allocator, LEAST - 1, 1);
  assert_int_equal(l.bytes, own + LEAST - 1);
  void *large = dryad_alloc(allocator, 1000, LEAST);
  assert_int_equal(l.bytes, own + LEAST - 1);
  dryad_free(allocator, small, LEAST - 1, 1);
  dryad_free(allocator, large, 1000, LEAST);
  dryad_spill_release(allocator);
  assert_int_equal(l.blocks, 0);
}

static void the_allocator_lives_as_long_as_its_last_block(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l}, *allocator = spill_to("/tmp", &counting);
  void *small = dryad_alloc(allocator, 10, 1), *large = dryad_alloc(allocator, 10, LEAST);
  dryad_spill_release(allocator);
  small = dryad_realloc(allocator, small, 10, 20, 1);
  large = dryad_realloc(allocator, large, 10, 20, LEAST);
  assert_non_null(small);
  assert_non_null(large);
  dryad_free(allocator, small, 20, 1);
  assert_int_equal(l.blocks, 1);
  dryad_free(allocator, large, 20, LEAST);
  assert_int_equal(l.blocks, 0);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
  (void)state;
  const dryad_allocator *allocator;
  dryad_error error = {0};
  assert_int_equal(dryad_spill_new(&allocator, "/nowhere/at/all", LEAST, NULL, &error), DRYAD_IO);
  assert_null(allocator);
  assert_string_equal(error.text, "cannot spill to '/nowhere/at/all': No such file or directory");
}

static void a_file_in_place_of_a_folder_is_told(void **state)
{
  (void)state;
  temporary file = write_temporary("x", 1);
  const dryad_allocator *allocator;
  dryad_error error = {0};
  assert_int_equal(dryad_spill_new(&allocator, file.path, LEAST, NULL, &error), DRYAD_IO);
  assert_non_null(strstr(error.text, "Not a directory"));
  remove_temporary(&file);
}

/* ---- no room: in a child, whose limit on the size of files is its own -------------------------------- */

static void in_child(void (*run)(void))
{
  int status;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    run();
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                          \
      _exit(1);                                                                                                        \
    }                                                                                                                  \
  } while (0)

static void limit_files(uint64_t bytes)
{
  const struct rlimit limit = {bytes, RLIM_INFINITY};
  CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void grow_too_far(void)
{
  const dryad_allocator *allocator = spill_to("/tmp", NULL);
  dryad_error error = {.text = "out of memory"};
  limit_files(64 * LEAST);
  unsigned char *block = dryad_alloc(allocator, 64, LEAST);
  CHECK(block);
  fill(block, 64 * LEAST);
  CHECK(!dryad_realloc(allocator, block, 64, 65, LEAST));
  for (size_t i = 0; i < 64 * LEAST; i++) CHECK(block[i] == (unsigned char)(i * 31 >> 3));
  dryad_spill_explain(allocator, DRYAD_NO_MEMORY, &error);
  CHECK(strcmp(error.text, "no room for the heap in the folder '/tmp': File too large") == 0);
  dryad_free(allocator, block, 64, LEAST);
  dryad_spill_release(allocator);
}

static void a_block_that_finds_no_room_to_grow_stays_as_it_is(void **state)
{
  (void)state;
  in_child(grow_too_far);
}

/* A fork shares the files of blocks that exist, so it makes none itself. */
static void a_fork_makes_plain_memory(void **state)
{
  (void)state;
  const dryad_allocator *allocator = spill_to("/tmp", NULL);
  unsigned char *block = dryad_alloc(allocator, 1, 4 * LEAST);
  int status;
  assert_non_null(block);
  fill(block, 4 * LEAST);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    limit_files(0);
    unsigned char *moved = dryad_realloc(allocator, block, 1, 1, 4 * LEAST);
    unsigned char *grown = dryad_alloc(allocator, 1, 9 * LEAST);
    CHECK(moved == block && grown);
    fill(grown, 9 * LEAST);
    grown = dryad_realloc(allocator, grown, 9, 12, LEAST);
    CHECK(grown);
    for (size_t i = 0; i < 9 * LEAST; i++) CHECK(grown[i] == (unsigned char)(i * 31 >> 3));
    dryad_free(allocator, grown, 12, LEAST);
    dryad_free(allocator, block, 1, 4 * LEAST);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_filled(block, 4 * LEAST);
  dryad_free(allocator, block, 1, 4 * LEAST);
  dryad_spill_release(allocator);
}

static void the_memory_below_that_runs_out_is_not_blamed_on_the_folder(void **state)
{
  (void)state;
  failing f = {.fail_at = 2};
  const dryad_allocator refusing = {failing_resize, &f}, *allocator = spill_to("/tmp", &refusing);
  dryad_error error = {.text = "out of memory"};
  assert_null(dryad_alloc(allocator, 10, 1));
  dryad_spill_explain(allocator, DRYAD_NO_MEMORY, &error);
  assert_string_equal(error.text, "out of memory");
  dryad_spill_release(allocator);
}

/* ---- heaps ----------------------------------------------------------------------------------------- */

/* A chain of instances and their dicts, wide enough that every column of it is a large block. */
static dump_text write_chain(unsigned count)
{
  dump_text t = {0};
  for (unsigned i = 0; i < count; i++) {
    unsigned a = 1000 + 32 * i;
    text_add(&t, "{\"address\": %u, \"type\": \"Thing\", \"size\": 64, \"refs\": [%u, 8]}\n", a, a + 8);
    text_add(&t, "{\"address\": %u, \"type\": \"dict\", \"size\": 280, \"len\": 1, \"refs\": [%u, %u]}\n", a + 8,
             a + 16, a + 32);
    text_add(&t, "{\"address\": %u, \"type\": \"str\", \"size\": 40, \"len\": 9, \"value\": \"v %u\", \"refs\": []}\n",
             a + 16, i);
  }
  text_add(&t, "{\"address\": 8, \"type\": \"type\", \"size\": 904, \"name\": \"Thing\", \"refs\": []}\n");
  return t;
}

enum { CHAIN = 20000 };

static void assert_same(const dryad_graph *a, const dryad_graph *b)
{
  const char *difference = graph_difference(a, b);
  if (difference) fail_msg("they differ in %s", difference);
}

static void a_spilled_heap_is_the_heap_in_memory(void **state)
{
  (void)state;
  dump_text t = write_chain(CHAIN);
  dryad_heap *spilled =
      load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 2, .spill = "/tmp"});
  dryad_heap *in_memory = load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 2});
  assert_same(dryad_heap_graph(spilled), dryad_heap_graph(in_memory));
  dryad_heap_free(spilled);
  dryad_heap_free(in_memory);
  text_free(&t);
}

static void the_arrays_of_a_spilled_heap_take_no_memory(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l};
  dump_text t = write_chain(CHAIN);
  dryad_heap *heap = load_text(
      &t,
      &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 1, .spill = "/tmp", .allocator = &counting});
  const dryad_dominators *dominators;
  assert_int_equal(dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, NULL), DRYAD_OK);
  if (l.bytes > 4 * (int64_t)DRYAD_SPILL_SIZE) fail_msg("%lld bytes", (long long)l.bytes);
  dryad_heap_free(heap);
  assert_int_equal(l.blocks, 0);
  text_free(&t);
}

static void a_graph_that_outlives_its_spilled_heap_is_whole(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l};
  dump_text t = write_chain(CHAIN);
  dryad_heap *heap =
      load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .spill = "/tmp", .allocator = &counting});
  dryad_heap *other = load_text(&t, NULL);
  const dryad_graph *graph = dryad_heap_graph(heap);
  const dryad_graph *held = dryad_graph_retain(graph);
  dryad_heap_free(heap);
  assert_same(graph, dryad_heap_graph(other));
  dryad_graph_release(held);
  assert_int_equal(l.blocks, 0);
  dryad_heap_free(other);
  text_free(&t);
}

static void loading_to_a_folder_that_is_not_there_is_told(void **state)
{
  (void)state;
  dump_text t = write_chain(1);
  dryad_heap *heap;
  dryad_error error = {0};
  assert_int_equal(
      load_pieces(&heap, &t, 0, &(dryad_load_options){.size = sizeof(dryad_load_options), .spill = "/nowhere"}, &error),
      DRYAD_IO);
  assert_null(heap);
  assert_string_equal(error.text, "cannot spill to '/nowhere': No such file or directory");
  text_free(&t);
}

static void load_without_room(void)
{
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l};
  dump_text t = write_chain(CHAIN);
  dryad_heap *heap;
  dryad_error error = {0};
  limit_files(DRYAD_SPILL_SIZE);
  const dryad_load_options options = {.size = sizeof options, .spill = "/tmp", .allocator = &counting};
  CHECK(load_pieces(&heap, &t, 0, &options, &error) == DRYAD_NO_MEMORY);
  CHECK(!heap && l.blocks == 0);
  CHECK(strcmp(error.text, "no room for the heap in the folder '/tmp': File too large") == 0);
  text_free(&t);
}

static void loading_without_room_in_the_folder_is_told_and_leaves_nothing(void **state)
{
  (void)state;
  in_child(load_without_room);
}

/* An allocator that refuses the block number `refuse_at`, from 1, and passes everything else on. */
typedef struct refusing {
  const dryad_allocator *to;
  uint64_t number, refuse_at;
} refusing;

static void *refusing_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  refusing *r = context;
  if (new_size > (block ? old_size : 0) && ++r->number == r->refuse_at) return NULL;
  return r->to->resize(r->to->context, block, old_size, new_size);
}

static dryad_status load_and_dominate(const dump_text *t, const dryad_allocator *allocator, dryad_error *error)
{
  dryad_heap *heap;
  const dryad_dominators *dominators;
  const dryad_load_options options = {.size = sizeof options, .threads = 1, .allocator = allocator};
  dryad_status status = load_pieces(&heap, t, 0, &options, error);
  if (status) return status;
  status = dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, error);
  dryad_heap_free(heap);
  return status;
}

static void each_block_may_be_refused_and_nothing_stays(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l};
  dump_text t = write_chain(200);
  refusing r = {.to = spill_to("/tmp", &counting)};
  const dryad_allocator allocator = {refusing_resize, &r};
  dryad_status status;
  do {
    dryad_error error = {0};
    r.number = 0;
    r.refuse_at++;
    status = load_and_dominate(&t, &allocator, &error);
    if (status) assert_int_equal(error.status, DRYAD_NO_MEMORY);
    assert_int_equal(l.blocks, 1);
  } while (status);
  assert_true(r.refuse_at > 40);
  dryad_spill_release(r.to);
  assert_int_equal(l.blocks, 0);
  text_free(&t);
}

static void dominate_without_room(void)
{
  dump_text t = write_chain(CHAIN);
  dryad_heap *heap = load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .spill = "/tmp"});
  const dryad_dominators *dominators;
  dryad_error error = {0};
  limit_files(DRYAD_SPILL_SIZE);
  CHECK(dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, &error) == DRYAD_NO_MEMORY && !dominators);
  dryad_spill_explain(dryad_heap_graph(heap)->allocator, DRYAD_NO_MEMORY, &error);
  CHECK(strcmp(error.text, "no room for the heap in the folder '/tmp': File too large") == 0);
  limit_files(1 << 30);
  CHECK(dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, &error) == DRYAD_OK);
  dryad_heap_free(heap);
  text_free(&t);
}

static void an_analysis_without_room_is_told_and_the_heap_stays(void **state)
{
  (void)state;
  in_child(dominate_without_room);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blocks_keep_their_bytes_when_they_grow_and_shrink),
      cmocka_unit_test(new_blocks_are_zero_where_that_is_asked_for),
      cmocka_unit_test(only_small_blocks_are_taken_from_the_allocator_below),
      cmocka_unit_test(the_allocator_lives_as_long_as_its_last_block),
      cmocka_unit_test(a_folder_that_is_not_there_is_told),
      cmocka_unit_test(a_file_in_place_of_a_folder_is_told),
      cmocka_unit_test(a_block_that_finds_no_room_to_grow_stays_as_it_is),
      cmocka_unit_test(a_fork_makes_plain_memory),
      cmocka_unit_test(the_memory_below_that_runs_out_is_not_blamed_on_the_folder),
      cmocka_unit_test(a_spilled_heap_is_the_heap_in_memory),
      cmocka_unit_test(the_arrays_of_a_spilled_heap_take_no_memory),
      cmocka_unit_test(a_graph_that_outlives_its_spilled_heap_is_whole),
      cmocka_unit_test(loading_to_a_folder_that_is_not_there_is_told),
      cmocka_unit_test(loading_without_room_in_the_folder_is_told_and_leaves_nothing),
      cmocka_unit_test(an_analysis_without_room_is_told_and_the_heap_stays),
      cmocka_unit_test(each_block_may_be_refused_and_nothing_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
