/* SPDX-License-Identifier: MIT */
/* Rows of results and statements as text, for Lua: in pieces, so that memory does not grow with their number. */
#ifndef DRYAD_SCRIPT_SQL_ROW_TEXT_H
#define DRYAD_SCRIPT_SQL_ROW_TEXT_H

#include <lua.h>

#include "script/sql/slots.h"

/* Pushes an iterator over the rows of a statement as text, `texts`: each call returns the text of some rows, and how
 * many lone surrogates are escaped in it (CSV only); nothing when all rows are done. The form at `form` is
 *   "json"        an array of values each, with commas in between
 *   "objects"     an object each, with commas in between; the first call takes an array of the names, which must differ
 *   "jsonl"       the same, each on a line of its own and without commas
 *   "csv"         a line each, as core.csv writes them; "excel" likewise
 * At `database` is the database, at `holder` the owner of the statement, and at `sql` its text, for the trace. */
void dryad_lua_push_statement_texts(lua_State *L, int form, int database, int holder, int sql);

/* Adds its functions to the core table on the top. */
void dryad_lua_open_row_text(lua_State *L);

#endif
