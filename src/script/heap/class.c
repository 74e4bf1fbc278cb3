/* SPDX-License-Identifier: MIT */
#include "script/heap/class.h"

#include "analysis/class_objects.h"
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

void dryad_lua_push_class(lua_State *L, const dryad_classes *classes, dryad_id id)
{
  uint32_t number = dryad_class_number(classes, id);
  if (dryad_class_is_known(classes, number))
    dryad_lua_push_text(L, dryad_class_name(classes, number));
  else
    lua_pushnil(L);
}

void dryad_lua_push_qualname(lua_State *L, const dryad_classes *classes, dryad_id id)
{
  uint32_t number = dryad_class_number_of_class(classes, id);
  dryad_lua_push_optional_text(L, number == DRYAD_NONE ? (dryad_text){0} : dryad_class_name(classes, number));
}

/* The number of the class with this name; DRYAD_NONE: there is none. O(classes). */
static uint32_t find_class(const dryad_classes *classes, dryad_text name)
{
  for (uint32_t number = 0; number < classes->known_count; number++)
    if (dryad_text_equal(dryad_class_name(classes, number), name)) return number;
  return DRYAD_NONE;
}

/* Pushes the list of the objects of a class; DRYAD_NONE: an empty one. */
static int push_objects(lua_State *L, int box, dryad_lua_heap *heap, uint32_t class)
{
  const dryad_classes *classes = dryad_lua_classes(L, heap);
  const dryad_type_index *index;
  dryad_error error;
  dryad_lua_list *list = dryad_lua_new_list(L, box, heap);
  if (class == DRYAD_NONE) {
    dryad_lua_reserve_ids(L, list, 0);
    return 1;
  }
  dryad_lua_check(L, dryad_heap_type_index(heap->heap, &index, &error), &error);
  dryad_lua_check(L, dryad_objects_of_class(classes, index, class, &list->ids, &list->count, &error), &error);
  dryad_lua_weigh_ids(L, list);
  dryad_lua_check_sound(L, heap->graph);
  return 1;
}

void dryad_lua_push_origin(lua_State *L, dryad_class_origin origin)
{
  static const char *const names[] = {[DRYAD_CLASS_OF_INTERPRETER] = "interpreter",
                                      [DRYAD_CLASS_OF_STANDARD_LIBRARY] = "library",
                                      [DRYAD_CLASS_OF_PACKAGE] = "package",
                                      [DRYAD_CLASS_OF_PROGRAM] = "program"};
  lua_pushstring(L, names[origin]);
}

void dryad_lua_set_class(lua_State *L, int box, const dryad_classes *classes, uint32_t number, dryad_id id)
{
  dryad_lua_push_class(L, classes, id);
  lua_setfield(L, -2, "class");
  dryad_lua_push_type(L, box, classes->graph, dryad_types(classes->graph)[id]);
  lua_setfield(L, -2, "type_str");
  dryad_lua_push_origin(L, dryad_class_origin_of(classes, number));
  lua_setfield(L, -2, "origin");
}

/* core.list_of_class(heap, name): the objects of the class with this qualified name, in address order. */
static int list_of_class(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_text name;
  name.data = luaL_checklstring(L, 2, &name.length);
  uint32_t class = find_class(dryad_lua_classes(L, heap), name);
  dryad_lua_push_box(L, 1);
  return push_objects(L, lua_gettop(L), heap, class);
}

/* core.list_of_same_class(object): the objects of the same class, in address order. */
static int list_of_same_class(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, false);
  uint32_t class = dryad_class_number(dryad_lua_classes(L, object->heap), object->id);
  dryad_lua_push_box(L, 1);
  return push_objects(L, lua_gettop(L), object->heap, class);
}

/* core.list_of_versions(object): the class objects with the name of an object's class, in address order. */
static int list_of_versions(lua_State *L)
{
  const dryad_lua_object *object = dryad_lua_check_object(L, 1, false);
  const dryad_classes *classes = dryad_lua_classes(L, object->heap);
  uint32_t class = dryad_class_number(classes, object->id);
  dryad_lua_push_box(L, 1);
  dryad_lua_list *list = dryad_lua_new_list(L, lua_gettop(L), object->heap);
  dryad_lua_reserve_ids(L, list, dryad_class_versions(classes, class));
  for (uint32_t i = dryad_classes_first(classes, class), next = 0; next < list->count; i++)
    if (classes->numbers[i] == class) list->ids[next++] = classes->objects[i];
  dryad_lua_weigh_ids(L, list);
  return 1;
}

void dryad_lua_open_class(lua_State *L)
{
  static const luaL_Reg functions[] = {{"list_of_class", list_of_class},
                                       {"list_of_same_class", list_of_same_class},
                                       {"list_of_versions", list_of_versions},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
