/* SPDX-License-Identifier: MIT */
#include "runtime/python/python.h"

#include "runtime/python/classes.h"
#include "runtime/python/collapse_rules.h"
#include "runtime/python/definitions.h"
#include "runtime/python/dict_items.h"
#include "runtime/python/edge.h"
#include "runtime/python/expensive_refs.h"
#include "runtime/python/intern_dict.h"
#include "runtime/python/origins.h"
#include "runtime/python/repr.h"
#include "runtime/python/starts.h"
#include "runtime/python/types.h"
#include "runtime/python/values.h"

static dryad_root_reason root_reason(const dryad_known_types *known, uint32_t type)
{
  if (type == known->ids[DRYAD_PY_MODULE]) return DRYAD_ROOT_MODULE;
  return type == known->ids[DRYAD_PY_FRAME] ? DRYAD_ROOT_FRAME : DRYAD_ROOT_NONE;
}

static bool is_sequence(const dryad_known_types *known, uint32_t type)
{
  return type == known->ids[DRYAD_PY_LIST] || type == known->ids[DRYAD_PY_TUPLE];
}

const dryad_runtime dryad_python = {
    .name = "python",
    .find_types = dryad_python_find_types,
    .edge_of = dryad_python_edge_of,
    .write_edge = dryad_python_write_edge,
    .dict_items_of = dryad_python_dict_items_of,
    .dict_items_checked = dryad_python_dict_items_checked,
    .folding_ref_counts = dryad_python_collapse_ref_counts,
    .part_of = dryad_python_part_of,
    .root_reason = root_reason,
    .is_sequence = is_sequence,
    .drop_expensive = dryad_python_drop_expensive,
    .intern_dict = dryad_python_intern_dict,
    .meaning_of = dryad_python_meaning_of,
    .is_bytes_type = dryad_python_is_bytes_type,
    .is_class = dryad_python_is_class,
    .class_name = dryad_python_class_name,
    .class_of = dryad_python_class_of,
    .find_origins = dryad_python_find_origins,
    .has_definitions = dryad_python_has_definitions,
    .definition_of = dryad_python_definition_of,
    .repr_text = dryad_python_repr_text,
    .write_repr = dryad_python_write_repr,
    .start_kind = dryad_python_start_kind,
    .start_name = dryad_python_start_name,
    .start_order = dryad_python_start_order,
    .write_start = dryad_python_write_start,
};
