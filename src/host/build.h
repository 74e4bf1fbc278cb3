/* SPDX-License-Identifier: MIT */
/* What the program was built from. */
#ifndef DRYAD_HOST_BUILD_H
#define DRYAD_HOST_BUILD_H

struct lua_State;

/* A lua_CFunction that pushes the table of the Lua module `dryad.build`:
     text: what --version prints, "dryad 0.2.0 (0123456789ab)\nLua 5.4.6, SQLite 3.46.1"; without the commit where it
       was not built in a git tree */
int dryad_open_build(struct lua_State *L);

#endif
