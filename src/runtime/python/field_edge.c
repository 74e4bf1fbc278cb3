/* SPDX-License-Identifier: MIT */
#include "runtime/python/field_edge.h"

#include <string.h>

/* The next traceback if there is one, the frame. */
static const char *traceback_edge(const dryad_owner *o, uint64_t position)
{
  bool has_next = dryad_owner_has(o, 0, DRYAD_PY_TRACEBACK);
  if (position == has_next && dryad_owner_has(o, has_next, DRYAD_PY_FRAME)) return "tb_frame";
  return position == 0 && has_next ? "tb_next" : NULL;
}

/* What it refers to weakly is not visited. */
static const char *weakref_edge(const dryad_owner *o, uint64_t position)
{
  return position == 0 && o->refs.count == 1 ? "__callback__" : NULL;
}

/* The function, its dict. */
static const char *wrapper_edge(const dryad_owner *o, uint64_t position)
{
  if (position == 0) return "__func__";
  return position == 1 && dryad_owner_has(o, 1, DRYAD_PY_DICT) ? "__dict__" : NULL;
}

/* Up to three functions, the documentation, from 3.13 on the name. */
static const char *property_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"fget", "fset", "fdel"}, *const texts[] = {"__doc__", "__name__"};
  enum { NAMES = sizeof names / sizeof *names, TEXTS = sizeof texts / sizeof *texts };
  uint64_t functions = 0;
  while (functions < NAMES && dryad_owner_has(o, functions, DRYAD_PY_FUNCTION)) functions++;
  if (position < functions) return names[position];
  bool is_text = dryad_owner_has(o, position, DRYAD_PY_STR) || dryad_owner_has(o, position, DRYAD_PY_UNICODE) ||
                 dryad_owner_has(o, position, DRYAD_PY_NONE);
  return functions > 0 && is_text && position - functions < TEXTS ? texts[position - functions] : NULL;
}

/* What is called, its arguments as a tuple and a dict, its own dict. */
static const char *partial_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"func", "args", "keywords", "__dict__"};
  if (!dryad_owner_has(o, 1, DRYAD_PY_TUPLE) || !dryad_owner_has(o, 2, DRYAD_PY_DICT)) return NULL;
  return position < sizeof names / sizeof *names ? names[position] : NULL;
}

/* Loops are of many classes, all called so. */
static bool is_loop(const dryad_owner *o, uint64_t position)
{
  static const char end[] = "Loop";
  if (position >= o->refs.count || o->refs.ids[position] >= o->graph->count) return false;
  dryad_text type = dryad_graph_type_name(o->graph, dryad_types(o->graph)[o->refs.ids[position]]);
  return type.length >= strlen(end) && memcmp(type.data + type.length - strlen(end), end, strlen(end)) == 0;
}

/* Loop, callback and its context, ...: those that a future has after `first`. */
static const char *future_part(const dryad_owner *o, uint64_t position, uint64_t first)
{
  if (!is_loop(o, first)) return NULL;
  if (position == first) return "_loop";
  bool has_callback = dryad_owner_has(o, first + 2, DRYAD_PY_CONTEXT);
  if (has_callback && position == first + 1) return "_callback0";
  return has_callback && position == first + 2 ? "_context0" : NULL;
}
static const char *future_edge(const dryad_owner *o, uint64_t position) { return future_part(o, position, 0); }

/* Context, coroutine, name, while it waits the future, what a future has. */
static const char *task_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"_context", "_coro", "_name", "_fut_waiter"};
  enum { NAME = 2, WAITER };
  bool has_name = dryad_owner_has(o, NAME, DRYAD_PY_STR) || dryad_owner_has(o, NAME, DRYAD_PY_INT);
  if (!dryad_owner_has(o, 0, DRYAD_PY_CONTEXT) || !has_name) return NULL;
  uint64_t loop = is_loop(o, WAITER) ? WAITER : WAITER + 1;
  return position < loop && is_loop(o, loop) ? names[position] : future_part(o, position, loop);
}

static const char *future_iterator_edge(const dryad_owner *o, uint64_t position)
{
  bool is_future = dryad_owner_has(o, 0, DRYAD_PY_FUTURE) || dryad_owner_has(o, 0, DRYAD_PY_TASK);
  return position == 0 && is_future ? "future" : NULL;
}

static const char *hamt_edge(const dryad_owner *o, uint64_t position)
{
  return position == 0 && o->refs.count == 1 ? "h_root" : NULL;
}

static const char *context_edge(const dryad_owner *o, uint64_t position)
{
  bool has_previous = dryad_owner_has(o, 0, DRYAD_PY_CONTEXT);
  if (position == has_previous && dryad_owner_has(o, has_previous, DRYAD_PY_HAMT)) return "ctx_vars";
  return position == 0 && has_previous ? "ctx_prev" : NULL;
}

/* Each is NULL, and so not visited, while it is empty. */
static const char *abc_data_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"_abc_registry", "_abc_cache", "_abc_negative_cache"};
  return o->refs.count == sizeof names / sizeof *names ? names[position] : NULL;
}

/* ---- lru_cache ---------------------------------------------------------------------------------- */

static bool is_entry_type(const dryad_owner *o, uint64_t position)
{
  dryad_text name = {0};
  if (dryad_owner_has(o, position, DRYAD_PY_TYPE)) name = dryad_graph_name(o->graph, o->refs.ids[position]);
  const char *whole = "functools._lru_list_elem", *bare = strchr(whole, '.') + 1;
  return dryad_text_equal(name, (dryad_text){whole, strlen(whole)}) ||
         dryad_text_equal(name, (dryad_text){bare, strlen(bare)});
}

/* Keys and results of a bounded cache, from 3.9 on each pair with the type of entries; the cache and the function (up
   to 3.8 in the other order); from 3.10 on a mark and the type of entries; the type of cache_info; the function's dict;
   in Dryad's dumps the entries. */
static const char *lru_edge(const dryad_owner *o, uint64_t position)
{
  uint64_t end = o->refs.count, count;
  while (end > 0 && dryad_owner_has(o, end - 1, DRYAD_PY_LRU_ELEMENT)) end--;
  bool has_dict = end > 0 && dryad_owner_has(o, end - 1, DRYAD_PY_DICT);
  count = end - has_dict;
  if (count < 3 || !dryad_owner_has(o, count - 1, DRYAD_PY_TYPE)) return NULL;
  if (has_dict && position == count) return "__dict__";
  count--;
  bool has_mark = is_entry_type(o, count - 1);
  if (has_mark) count -= count >= 4 ? 2 : count;
  if (count < 2) return NULL;
  uint64_t cache = dryad_owner_has(o, count - 1, DRYAD_PY_DICT) ? count - 1 : count - 2;
  uint64_t function = cache == count - 1 ? count - 2 : count - 1, step = is_entry_type(o, 2) ? 3 : 2;
  if (!dryad_owner_has(o, cache, DRYAD_PY_DICT)) return NULL;
  if (position == cache) return "cache";
  if (position == function) return "__wrapped__";
  if (position >= count - 2 || (count - 2) % step != 0 || position % step == 2) return NULL;
  return position % step == 0 ? "key" : "result";
}

/* ---- all ---------------------------------------------------------------------------------------- */

const char *dryad_field_edge(const dryad_owner *o, uint64_t position)
{
  static const struct {
    dryad_python_type type;
    const char *(*edge)(const dryad_owner *o, uint64_t position);
  } rules[] = {{DRYAD_PY_TRACEBACK, traceback_edge},
               {DRYAD_PY_WEAKREF, weakref_edge},
               {DRYAD_PY_WEAKREF_FROM_3_10, weakref_edge},
               {DRYAD_PY_STATIC_METHOD, wrapper_edge},
               {DRYAD_PY_CLASS_METHOD, wrapper_edge},
               {DRYAD_PY_PROPERTY, property_edge},
               {DRYAD_PY_PARTIAL, partial_edge},
               {DRYAD_PY_LRU_CACHE, lru_edge},
               {DRYAD_PY_TASK, task_edge},
               {DRYAD_PY_FUTURE, future_edge},
               {DRYAD_PY_FUTURE_ITERATOR, future_iterator_edge},
               {DRYAD_PY_HAMT, hamt_edge},
               {DRYAD_PY_ABC_DATA, abc_data_edge},
               {DRYAD_PY_CONTEXT, context_edge}};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    if (!dryad_python_is(o->graph, o->known, o->id, rules[i].type)) continue;
    dryad_owner rest = dryad_owner_without_class(o, &position);
    return position == DRYAD_NO_POSITION ? NULL : rules[i].edge(&rest, position);
  }
  return NULL;
}
