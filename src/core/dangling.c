#include "core/dangling.h"

#include "core/error.h"
#include "core/sort.h"

void dryad_dangling_init(dryad_dangling *dangling, const dryad_allocator *allocator)
{
  *dangling = (dryad_dangling){.allocator = allocator};
}

void dryad_dangling_deinit(dryad_dangling *dangling)
{
  for (unsigned t = 0; t < DRYAD_MAX_THREADS; t++)
    dryad_column_free(&dangling->refs[t], dangling->allocator, sizeof(dryad_dangling_ref));
}

bool dryad_dangling_add(dryad_dangling *dangling, unsigned thread, uint64_t place, uint64_t address)
{
  uint64_t count = dangling->counts[thread];
  if (!dryad_column_reserve(&dangling->refs[thread], dangling->allocator, count + 1, sizeof(dryad_dangling_ref)))
    return false;
  ((dryad_dangling_ref *)dangling->refs[thread].data)[count] = (dryad_dangling_ref){place, address};
  dangling->counts[thread]++;
  return true;
}

static uint64_t remove_duplicates(uint64_t *sorted, uint64_t count)
{
  uint64_t distinct = 0;
  for (uint64_t i = 0; i < count; i++)
    if (distinct == 0 || sorted[distinct - 1] != sorted[i]) sorted[distinct++] = sorted[i];
  return distinct;
}

static dryad_id place_of(const uint64_t *sorted, uint32_t count, uint64_t address)
{
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (sorted[middle] < address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The distinct addresses, ascending, as the tail of the graph's. */
static dryad_status append_addresses(const dryad_dangling *dangling, dryad_graph *graph, uint64_t total,
                                     dryad_error *error)
{
  uint64_t *addresses = dryad_alloc(graph->allocator, total, sizeof *addresses);
  uint32_t *unused = dryad_calloc(graph->allocator, total, sizeof *unused);
  dryad_status status = addresses && unused ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    uint64_t n = 0;
    for (unsigned t = 0; t < DRYAD_MAX_THREADS; t++)
      for (uint64_t i = 0; i < dangling->counts[t]; i++)
        addresses[n++] = ((const dryad_dangling_ref *)dangling->refs[t].data)[i].address;
    status = dryad_sort(graph->allocator, addresses, unused, total, error);
  }
  if (!status) {
    uint64_t distinct = remove_duplicates(addresses, total);
    if (distinct >= DRYAD_NONE - graph->count)
      status = dryad_fail(error, DRYAD_LIMIT, "more than 4294967294 objects and dangling addresses");
    else if (!dryad_array_resize(graph->addresses, graph->count + distinct))
      status = dryad_fail_memory(error);
    else
      graph->missing = (uint32_t)distinct;
  }
  for (uint32_t i = 0; i < graph->missing && !status; i++)
    ((uint64_t *)graph->addresses->data)[graph->count + i] = addresses[i];
  dryad_free(graph->allocator, addresses, total, sizeof *addresses);
  dryad_free(graph->allocator, unused, total, sizeof *unused);
  return status;
}

dryad_status dryad_dangling_settle(dryad_dangling *dangling, dryad_graph *graph, dryad_error *error)
{
  uint64_t total = 0;
  for (unsigned t = 0; t < DRYAD_MAX_THREADS; t++) total += dangling->counts[t];
  if (total == 0) return DRYAD_OK;
  dryad_status status = append_addresses(dangling, graph, total, error);
  if (status) return status;
  const uint64_t *missing = dryad_addresses(graph) + graph->count;
  dryad_id *children = graph->children->data;
  for (unsigned t = 0; t < DRYAD_MAX_THREADS; t++) {
    const dryad_dangling_ref *refs = dangling->refs[t].data;
    for (uint64_t i = 0; i < dangling->counts[t]; i++)
      children[refs[i].place] = graph->count + place_of(missing, graph->missing, refs[i].address);
  }
  graph->dangling_refs = total;
  return DRYAD_OK;
}
