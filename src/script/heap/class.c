/* SPDX-License-Identifier: MIT */
#include "script/heap/class.h"

#include "graph/graph.h"
#include "heap/heap.h"
#include "script/base/fail.h"
#include "script/base/ids.h"

const dryad_classes *dryad_lua_classes(lua_State *L, const dryad_lua_heap *heap)
{
  const dryad_classes *classes;
  dryad_error error;
  dryad_lua_check(L, dryad_heap_classes(heap->heap, &classes, &error), &error);
  return classes;
}

static void push_name(lua_State *L, const dryad_classes *classes, uint32_t number)
{
  if (dryad_class_is_known(classes, number))
    dryad_lua_push_text(L, dryad_class_name(classes, number));
  else
    lua_pushnil(L);
}

void dryad_lua_push_class(lua_State *L, const dryad_classes *classes, dryad_id id)
{
  push_name(L, classes, dryad_class_number(classes, id));
}

/* core.class_names(heap): the qualified names of all classes. */
static int class_names(lua_State *L)
{
  const dryad_classes *classes = dryad_lua_classes(L, dryad_lua_check_heap(L, 1));
  lua_createtable(L, (int)classes->known_count, 0);
  for (uint32_t number = 0; number < classes->known_count; number++) {
    push_name(L, classes, number);
    lua_rawseti(L, -2, (lua_Integer)number + 1);
  }
  return 1;
}

/* The number of the class with this name; DRYAD_NONE: there is none. O(classes). */
static uint32_t find_class(const dryad_classes *classes, dryad_text name)
{
  for (uint32_t number = 0; number < classes->known_count; number++)
    if (dryad_text_equal(dryad_class_name(classes, number), name)) return number;
  return DRYAD_NONE;
}

/* core.list_of_class(heap, name): the objects of the class with this qualified name, in address order. */
static int list_of_class(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  dryad_text name;
  name.data = luaL_checklstring(L, 2, &name.length);
  uint32_t class = find_class(classes, name);
  uint64_t count = 0;
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, lua_gettop(L), heap);
  for (dryad_id id = 0; id < heap->graph->count && class != DRYAD_NONE; id++)
    count += dryad_class_number(classes, id) == class;
  dryad_lua_reserve_ids(L, list, count);
  for (dryad_id id = 0, next = 0; next < count; id++)
    if (dryad_class_number(classes, id) == class) list->ids[next++] = id;
  dryad_lua_weigh_ids(L, list);
  dryad_lua_check_sound(L, heap->graph);
  return 1;
}

void dryad_lua_open_class(lua_State *L)
{
  static const luaL_Reg functions[] = {{"class_names", class_names}, {"list_of_class", list_of_class}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
