/* SPDX-License-Identifier: MIT */
/* Binds Lua values to the parameters of a statement. */
#ifndef DRYAD_SCRIPT_SQL_PARAMETERS_H
#define DRYAD_SCRIPT_SQL_PARAMETERS_H

#include <lua.h>

#include "sql/database.h"

/* Binds the values of the table at `index` (nil: none): an array with its length in the field n, in the order of the
   parameters, or values by name. A value is nil, dryad.None (both NULL), a boolean (1 or 0), a number, a string, an
   object (its address), a list (for list(?)) or {blob = string}. Raises if values and parameters do not match. */
void dryad_lua_bind(lua_State *L, dryad_statement *statement, int index);

#endif
