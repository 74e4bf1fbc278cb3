/* SPDX-License-Identifier: MIT */
#include "runtime/python/owner.h"

#include "runtime/python/dict_items.h"

dryad_owner dryad_owner_without_class(const dryad_owner *o, uint64_t *position)
{
  dryad_owner rest = *o;
  uint64_t count = o->refs.count;
  if (count > 0 && dryad_is_class_of(o->graph, o->refs.ids[0], o->id)) {
    rest.refs = (dryad_ids){o->refs.ids + 1, count - 1};
    *position = *position == 0 ? DRYAD_NO_POSITION : *position - 1;
  } else if (count > 0 && dryad_is_class_of(o->graph, o->refs.ids[count - 1], o->id)) {
    rest.refs.count--;
    if (*position == count - 1) *position = DRYAD_NO_POSITION;
  }
  return rest;
}
