/* SPDX-License-Identifier: MIT */
#include "analysis/class_shares.h"

#include <string.h>

#include "analysis/kinds.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/sort.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };
enum { UNKNOWN = DRYAD_NONE, NOBODY = DRYAD_NONE - 1 };
enum { NOT_JUDGED, COMMON, NOT_COMMON };

typedef struct dividing {
  const dryad_graph *graph;
  const dryad_classes *classes;
  const dryad_dominators *dominators;
  unsigned char *judged; /* by class */
  /* By id: what objects of common classes below it belong to: a class, NOBODY, or UNKNOWN if nothing asked for it yet;
     a block of graph->count. */
  uint32_t *owners;
  dryad_class_share *shares; /* by class */
} dividing;

static bool is_common(dividing *d, uint32_t class, dryad_id id)
{
  unsigned char *judged = &d->judged[class];
  if (*judged == NOT_JUDGED) *judged = dryad_class_is_common(d->classes, class, id) ? COMMON : NOT_COMMON;
  return *judged == COMMON;
}

/* The owner that an object has by itself or because it was found before; UNKNOWN: those above it decide. */
static uint32_t known_owner(dividing *d, dryad_id id)
{
  if (d->owners[id] != UNKNOWN) return d->owners[id];
  const uint32_t class = dryad_class_number(d->classes, id);
  return is_common(d, class, id) ? UNKNOWN : class;
}

/* Each object is passed twice in all: on the way up, and when its owner is noted. */
static uint32_t owner_of(dividing *d, dryad_id id)
{
  uint32_t owner = NOBODY;
  dryad_id above = id;
  while (above != DRYAD_NONE && (owner = known_owner(d, above)) == UNKNOWN) above = d->dominators->parents[above];
  if (above == DRYAD_NONE) owner = NOBODY;
  for (; id != above; id = d->dominators->parents[id]) d->owners[id] = owner;
  if (id != DRYAD_NONE) d->owners[id] = owner;
  return owner;
}

static dryad_status divide(dividing *d, const dryad_progress *progress, dryad_error *error)
{
  const uint32_t count = d->dominators->reachable_count;
  for (uint32_t i = 0; i < count; i++) {
    if (i % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "dividing among classes", i, count))
      return dryad_fail_cancelled(error);
    const dryad_id id = d->dominators->children[i];
    const uint32_t class = dryad_class_number(d->classes, id);
    const uint64_t size = dryad_size(d->graph, id);
    uint32_t owner = owner_of(d, id);
    if (owner == NOBODY) owner = class;
    dryad_class_share *share = &d->shares[owner];
    share->bytes = dryad_add_sizes(share->bytes, size);
    if (owner != class) continue;
    share->count++;
    share->size = dryad_add_sizes(share->size, size);
  }
  return DRYAD_OK;
}

/* Writes the shares with objects, in the order of the result. */
static dryad_status sort(const dividing *d, dryad_class_shares *out, dryad_error *error)
{
  const dryad_allocator *allocator = out->allocator;
  uint32_t count = 0;
  for (uint32_t class = 0; class < d->classes->count; class ++) count += d->shares[class].count > 0;
  uint64_t *keys = dryad_alloc(allocator, count, sizeof *keys);
  uint32_t *order = dryad_alloc(allocator, count, sizeof *order), next = 0;
  out->shares = dryad_alloc(allocator, count, sizeof *out->shares);
  if (out->shares) out->count = count;
  dryad_status status = keys && order && out->shares ? DRYAD_OK : dryad_fail_memory(error);
  for (uint32_t class = 0; class < d->classes->count && !status; class ++) {
    if (d->shares[class].count == 0) continue;
    keys[next] = UINT64_MAX - d->shares[class].bytes;
    order[next++] = class;
  }
  if (!status) status = dryad_sort(allocator, keys, order, count, error);
  for (uint32_t i = 0; i < count && !status; i++) {
    out->shares[i] = d->shares[order[i]];
    out->shares[i].class = order[i];
  }
  dryad_free(allocator, keys, count, sizeof *keys);
  dryad_free(allocator, order, count, sizeof *order);
  return status;
}

dryad_status dryad_class_shares_find(dryad_class_shares *out, const dryad_graph *graph, const dryad_classes *classes,
                                     const dryad_dominators *dominators, dryad_progress progress, dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  DRYAD_ASSERT(classes->graph == graph && dominators->count == graph->count);
  *out = (dryad_class_shares){.allocator = allocator};
  dividing d = {.graph = graph,
                .classes = classes,
                .dominators = dominators,
                .judged = dryad_calloc(allocator, classes->count, sizeof *d.judged),
                .owners = dryad_alloc(allocator, graph->count, sizeof *d.owners),
                .shares = dryad_calloc(allocator, classes->count, sizeof *d.shares)};
  dryad_status status = DRYAD_OK;
  if (d.judged && d.owners && d.shares) {
    memset(d.owners, 0xff, graph->count * sizeof *d.owners); /* UNKNOWN */
    status = divide(&d, &progress, error);
    if (!status) status = sort(&d, out, error);
  } else {
    status = dryad_fail_memory(error);
  }
  dryad_free(allocator, d.judged, classes->count, sizeof *d.judged);
  dryad_free(allocator, d.owners, graph->count, sizeof *d.owners);
  dryad_free(allocator, d.shares, classes->count, sizeof *d.shares);
  if (status) dryad_class_shares_deinit(out);
  return status;
}

void dryad_class_shares_deinit(dryad_class_shares *shares)
{
  if (shares->allocator) dryad_free(shares->allocator, shares->shares, shares->count, sizeof *shares->shares);
  *shares = (dryad_class_shares){0};
}
