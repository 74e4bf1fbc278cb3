/* SPDX-License-Identifier: MIT */
#include "analysis/matching.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

static bool same_text(dryad_text a, dryad_text b)
{
  return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static bool same_value(dryad_value a, dryad_value b)
{
  return a.kind == b.kind && a.boolean == b.boolean && a.integer == b.integer &&
         memcmp(&a.real, &b.real, sizeof a.real) == 0 && same_text(a.text, b.text);
}

static bool same_type(const dryad_graph *a, dryad_id in_a, const dryad_graph *b, dryad_id in_b)
{
  return same_text(dryad_graph_type_name(a, dryad_types(a)[in_a]), dryad_graph_type_name(b, dryad_types(b)[in_b]));
}

static bool same_object(const dryad_graph *a, dryad_id in_a, const dryad_graph *b, dryad_id in_b)
{
  return same_type(a, in_a, b, in_b) && same_value(dryad_graph_value(a, in_a), dryad_graph_value(b, in_b)) &&
         same_text(dryad_graph_name(a, in_a), dryad_graph_name(b, in_b));
}

dryad_status dryad_match_objects(dryad_id *matches, const dryad_graph *one, const dryad_graph *other,
                                 dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(matches || one->count == 0);
  const uint64_t *here = dryad_addresses(one), *there = dryad_addresses(other);
  dryad_id at = 0;
  for (dryad_id id = 0; id < one->count; id++) {
    while (at < other->count && there[at] < here[id]) at++;
    bool found = at < other->count && there[at] == here[id] && same_object(one, id, other, at);
    matches[id] = found ? at : DRYAD_NONE;
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(&progress, "comparing", id, one->count))
      return dryad_fail_cancelled(error);
  }
  return DRYAD_OK;
}

uint32_t dryad_common_addresses(const dryad_graph *one, const dryad_graph *other)
{
  const uint64_t *here = dryad_addresses(one), *there = dryad_addresses(other);
  uint32_t common = 0;
  for (dryad_id id = 0, at = 0; id < one->count && at < other->count; id++) {
    while (at < other->count && there[at] < here[id]) at++;
    if (at < other->count && there[at] == here[id]) common += same_type(one, id, other, at);
  }
  return common;
}
