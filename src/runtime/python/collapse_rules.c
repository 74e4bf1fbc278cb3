/* SPDX-License-Identifier: MIT */
#include "runtime/python/collapse_rules.h"

#include "runtime/python/types.h"

unsigned dryad_python_collapse_ref_counts(const dryad_known_types *known, uint32_t type)
{
  static const dryad_python_type never[] = {DRYAD_PY_STR,
                                            DRYAD_PY_DICT,
                                            DRYAD_PY_TUPLE,
                                            DRYAD_PY_LIST,
                                            DRYAD_PY_TYPE,
                                            DRYAD_PY_FUNCTION,
                                            DRYAD_PY_WRAPPER_DESCRIPTOR,
                                            DRYAD_PY_CODE,
                                            DRYAD_PY_CLASSOBJ,
                                            DRYAD_PY_INT,
                                            DRYAD_PY_WEAKREF};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++)
    if (type == known->ids[never[i]]) return 0;
  return type == known->ids[DRYAD_PY_MODULE] ? 1u << 1 | 1u << 2 : 1u << 2;
}

static bool is_class_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id class, dryad_id id)
{
  if (dryad_python_is(graph, known, class, DRYAD_PY_TYPE)) return true;
  return dryad_text_equal(dryad_graph_name(graph, class), dryad_graph_type_name(graph, dryad_types(graph)[id]));
}

dryad_part dryad_python_part_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                const dryad_id *refs, uint64_t ref_count)
{
  const dryad_part none = {DRYAD_NO_POSITION, DRYAD_NONE};
  bool starts_with_dict = dryad_python_is(graph, known, refs[0], DRYAD_PY_DICT);
  if (ref_count == 1) return starts_with_dict ? (dryad_part){0, DRYAD_NONE} : none;
  dryad_id second = refs[1];
  if (second == DRYAD_NONE) return none;
  if (starts_with_dict) return is_class_of(graph, known, second, id) ? (dryad_part){0, DRYAD_NONE} : none;
  bool is_old_style =
      dryad_python_is(graph, known, id, DRYAD_PY_INSTANCE) && dryad_python_is(graph, known, refs[0], DRYAD_PY_CLASSOBJ);
  return is_old_style && dryad_python_is(graph, known, second, DRYAD_PY_DICT) ? (dryad_part){1, refs[0]} : none;
}
