/* SPDX-License-Identifier: MIT */
/* Symbols of an object in the target's memory, by its dynamic symbol table. */
#ifndef DRYAD_ATTACH_SYMBOLS_H
#define DRYAD_ATTACH_SYMBOLS_H

#include "attach/elf_object.h"
#include "attach/target_memory.h"

enum {
  DRYAD_SYMBOL_NAME = 128,        /* bytes kept of a name in a walk, NUL included */
  DRYAD_SYMBOLS_MAX = 1024 * 1024 /* symbols that are looked at in one object */
};

typedef struct dryad_symbol {
  uint64_t address;
  uint64_t size;
  bool is_function; /* STT_FUNC or STT_GNU_IFUNC */
  bool is_indirect; /* STT_GNU_IFUNC: `address` is that of the resolver, which gives the function's */
} dryad_symbol;

/* The definition of `name` that a program linked today would get: that of the default version. False: the object has
 * none, or its tables cannot be followed; `symbol` is then undefined. O(1) where the tables are sound; bounded where
 * not. */
bool dryad_symbol_find(dryad_symbol *symbol, dryad_target_memory *memory, const dryad_elf_object *object,
                       const char *name);

/* Calls `visit` with every defined function until it returns false. False: the tables cannot be followed, so that some
 * or all are missing. `name` is cut to fit, and holds whatever bytes the target likes. */
typedef bool dryad_symbol_visit(void *context, const char *name, const dryad_symbol *symbol);
bool dryad_symbol_each_function(dryad_target_memory *memory, const dryad_elf_object *object, dryad_symbol_visit *visit,
                                void *context);

#endif
