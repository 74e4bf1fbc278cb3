/* SPDX-License-Identifier: MIT */
/* The classes of objects. */
#ifndef DRYAD_SCRIPT_HEAP_CLASS_H
#define DRYAD_SCRIPT_HEAP_CLASS_H

#include "runtime/classes.h"
#include "script/base/handles.h"

/* The classes of a heap, found on first use. Raises. */
const dryad_classes *dryad_lua_classes(lua_State *L, const dryad_lua_heap *heap);
/* Pushes the name of the class of an object; nil if it is not known. */
void dryad_lua_push_class(lua_State *L, const dryad_classes *classes, dryad_id id);
/* Pushes the name of the class that an object is; nil if it is none. */
void dryad_lua_push_qualname(lua_State *L, const dryad_classes *classes, dryad_id id);
/* Pushes whose code defines a class: "program", "package", "library" or "interpreter". */
void dryad_lua_push_origin(lua_State *L, dryad_class_origin origin);
/* Sets class, type_str and origin, of a class with this number and one of its objects, in the table on the top. */
void dryad_lua_set_class(lua_State *L, int box, const dryad_classes *classes, uint32_t number, dryad_id id);
/* Adds the functions to the core table, which is on the top. */
void dryad_lua_open_class(lua_State *L);

#endif
