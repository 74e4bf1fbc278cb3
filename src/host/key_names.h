/* SPDX-License-Identifier: MIT */
/* Keys and the mouse, as ncurses reports them, under the names that dryad.curses has for them. */
#ifndef DRYAD_HOST_KEY_NAMES_H
#define DRYAD_HOST_KEY_NAMES_H

#include <stdbool.h>
#include <wchar.h>

struct lua_State;

/* Pushes what a code of get_wch means: the name of a key or a character, or what the mouse did, with its row and
   column. `is_special` is whether get_wch returned KEY_CODE_YES. Returns how many values, 0 if nothing is known by that
   code. */
int dryad_push_key(struct lua_State *L, wint_t code, bool is_special);

#endif
