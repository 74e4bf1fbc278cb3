/* SPDX-License-Identifier: MIT */
#include "intake/dangling.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/sort.h"

void dryad_dangling_init(dryad_dangling *dangling, const dryad_allocator *allocator, uint32_t max_tickets)
{
  *dangling = (dryad_dangling){.allocator = allocator, .max_tickets = max_tickets};
}

void dryad_dangling_deinit(dryad_dangling *dangling)
{
  for (unsigned t = 0; t < DRYAD_MAX_THREADS; t++)
    dryad_column_free(&dangling->refs[t], dangling->allocator, sizeof(dryad_dangling_ref));
  dryad_free(dangling->allocator, dangling->addresses, dangling->total, sizeof *dangling->addresses);
  dryad_free(dangling->allocator, dangling->places, dangling->total, sizeof *dangling->places);
}

dryad_status dryad_dangling_add(dryad_dangling *dangling, unsigned thread, uint64_t address, uint32_t *ticket,
                                dryad_error *error)
{
  DRYAD_ASSERT(thread < DRYAD_MAX_THREADS && ticket);
  uint64_t count = dangling->counts[thread], next = atomic_fetch_add(&dangling->tickets, 1);
  if (next >= dangling->max_tickets)
    return dryad_fail(error, DRYAD_LIMIT, "more than 4294967294 objects and dangling references");
  if (!dryad_column_reserve(&dangling->refs[thread], dangling->allocator, count + 1, sizeof(dryad_dangling_ref)))
    return dryad_fail_memory(error);
  *ticket = (uint32_t)next;
  ((dryad_dangling_ref *)dangling->refs[thread].data)[count] = (dryad_dangling_ref){address, *ticket};
  dangling->counts[thread]++;
  return DRYAD_OK;
}

/* Keeps the first of each run of equal addresses and records its position for every ticket. */
static void number_distinct(dryad_dangling *dangling, const uint32_t *tickets)
{
  uint64_t *addresses = dangling->addresses;
  for (uint64_t i = 0; i < dangling->total; i++) {
    if (dangling->distinct == 0 || addresses[dangling->distinct - 1] != addresses[i])
      addresses[dangling->distinct++] = addresses[i];
    dangling->places[tickets[i]] = dangling->distinct - 1;
  }
}

dryad_status dryad_dangling_settle(dryad_dangling *dangling, dryad_error *error)
{
  dangling->total = atomic_load(&dangling->tickets);
  uint32_t *tickets = dryad_alloc(dangling->allocator, dangling->total, sizeof *tickets);
  dangling->addresses = dryad_alloc(dangling->allocator, dangling->total, sizeof *dangling->addresses);
  dangling->places = dryad_alloc(dangling->allocator, dangling->total, sizeof *dangling->places);
  bool ok = tickets && dangling->addresses && dangling->places;
  uint64_t n = 0;
  for (unsigned t = 0; t < DRYAD_MAX_THREADS && ok; t++) {
    const dryad_dangling_ref *refs = dangling->refs[t].data;
    for (uint64_t i = 0; i < dangling->counts[t]; i++, n++) {
      dangling->addresses[n] = refs[i].address;
      tickets[n] = refs[i].ticket;
    }
  }
  dryad_status status =
      ok ? dryad_sort(dangling->allocator, dangling->addresses, tickets, n, error) : dryad_fail_memory(error);
  if (!status) number_distinct(dangling, tickets);
  dryad_free(dangling->allocator, tickets, dangling->total, sizeof *tickets);
  return status;
}

bool dryad_dangling_append(const dryad_dangling *dangling, dryad_graph *graph)
{
  DRYAD_ASSERT(dangling->distinct <= dangling->total);
  graph->missing = dangling->distinct;
  graph->dangling_refs = dangling->total;
  if (dangling->distinct == 0) return true;
  if (!dryad_array_resize(graph->addresses, (uint64_t)graph->count + dangling->distinct)) return false;
  memcpy((uint64_t *)graph->addresses->data + graph->count, dangling->addresses,
         dangling->distinct * sizeof *dangling->addresses);
  return true;
}
