#include "core/index_parts.h"

#include "core/error.h"
#include "core/parallel.h"

/* Each thread indexes a run of segments; then the indexes are merged in file order. */
typedef struct indexing {
  const dryad_build_input *input;
  dryad_column *ids; /* by part */
  unsigned threads;
  dryad_address_index indexes[DRYAD_MAX_THREADS];
  uint64_t duplicates[DRYAD_MAX_THREADS];
  dryad_status statuses[DRYAD_MAX_THREADS];
  dryad_error errors[DRYAD_MAX_THREADS];
} indexing;

static uint64_t first_segment(const indexing *x, unsigned thread)
{
  return x->input->segment_count * thread / x->threads;
}

static const uint64_t *addresses_of(const indexing *x, const dryad_segment *s)
{
  return (const uint64_t *)x->input->parts[s->part].addresses.data + s->first;
}

static dryad_id *ids_of(const indexing *x, const dryad_segment *s)
{
  return (dryad_id *)x->ids[s->part].data + s->first;
}

/* Works on a copy of its index: those of all threads lie side by side, and every address changes one. */
static void index_share(void *context, unsigned thread)
{
  indexing *x = context;
  dryad_address_index index = x->indexes[thread];
  dryad_status status = DRYAD_OK;
  uint64_t duplicates = 0;
  for (uint64_t k = first_segment(x, thread); k < first_segment(x, thread + 1) && !status; k++) {
    const dryad_segment *s = &x->input->segments[k];
    const uint64_t *addresses = addresses_of(x, s);
    dryad_id *ids = ids_of(x, s);
    for (uint32_t i = 0; i < s->count; i++) {
      bool is_new;
      status = dryad_address_index_add(&index, addresses[i], &is_new, &x->errors[thread]);
      if (status) break;
      ids[i] = is_new ? 0 : DRYAD_NONE;
      duplicates += !is_new;
    }
  }
  x->indexes[thread] = index;
  x->statuses[thread] = status;
  x->duplicates[thread] = duplicates;
}

/* The records of a thread's share whose addresses earlier shares have too are duplicates. */
static void drop_repeated(indexing *x, unsigned thread, const dryad_address_index *again)
{
  for (uint64_t k = first_segment(x, thread); k < first_segment(x, thread + 1); k++) {
    const dryad_segment *s = &x->input->segments[k];
    const uint64_t *addresses = addresses_of(x, s);
    dryad_id *ids = ids_of(x, s);
    for (uint32_t i = 0; i < s->count; i++) {
      if (ids[i] == DRYAD_NONE || dryad_address_index_rank(again, addresses[i]) == DRYAD_NONE) continue;
      ids[i] = DRYAD_NONE;
      x->duplicates[thread]++;
    }
  }
}

static dryad_status merge_share(indexing *x, unsigned thread, uint64_t bits, dryad_error *error)
{
  dryad_address_index again;
  bool ok = dryad_address_index_init(&again, x->input->parts[0].allocator, bits, 0);
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) status = dryad_address_index_merge(&x->indexes[0], &x->indexes[thread], &again, error);
  if (!status && again.count > 0) drop_repeated(x, thread, &again);
  dryad_address_index_deinit(&again);
  return status;
}

static dryad_status run_indexing(indexing *x, uint64_t bits, uint64_t count, dryad_error *error)
{
  for (unsigned t = 0; t < x->threads; t++)
    if (!dryad_address_index_init(&x->indexes[t], x->input->parts[0].allocator, bits, count))
      return dryad_fail_memory(error);
  dryad_parallel(x->threads, index_share, x);
  for (unsigned t = 0; t < x->threads; t++) {
    if (!x->statuses[t]) continue;
    if (error) *error = x->errors[t];
    return x->statuses[t];
  }
  dryad_status status = DRYAD_OK;
  for (unsigned t = 1; t < x->threads && !status; t++) status = merge_share(x, t, bits, error);
  return status ? status : dryad_address_index_order(&x->indexes[0], error);
}

dryad_status dryad_index_parts(dryad_address_index *index, const dryad_build_input *input, dryad_column *ids,
                               uint64_t *duplicates, dryad_error *error)
{
  const dryad_allocator *allocator = input->parts[0].allocator;
  uint64_t bits = 0, count = 0;
  for (uint32_t p = 0; p < input->part_count; p++) {
    bits |= input->parts[p].address_bits;
    count += input->parts[p].count;
    if (!dryad_column_reserve(&ids[p], allocator, input->parts[p].count, sizeof(dryad_id)))
      return dryad_fail_memory(error);
  }
  indexing *x = dryad_calloc(allocator, 1, sizeof *x);
  if (!x) return dryad_fail_memory(error);
  x->input = input;
  x->ids = ids;
  x->threads = input->threads;
  dryad_status status = run_indexing(x, bits, count, error);
  for (unsigned t = 0; t < x->threads; t++) {
    *duplicates += x->duplicates[t];
    if (t > 0) dryad_address_index_deinit(&x->indexes[t]);
  }
  *index = x->indexes[0];
  dryad_free(allocator, x, 1, sizeof *x);
  return status;
}
