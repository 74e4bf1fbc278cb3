/* SPDX-License-Identifier: MIT */
/* Symbols of an object in the target's memory, from its dynamic symbol table. */
#ifndef DRYAD_ATTACH_SYMBOLS_H
#define DRYAD_ATTACH_SYMBOLS_H

#include "attach/elf_object.h"
#include "attach/target_memory.h"

enum {
  DRYAD_SYMBOL_NAME = 128,        /* bytes kept of a name in a walk, NUL included */
  DRYAD_SYMBOLS_MAX = 1024 * 1024 /* the most symbols that are read of one object */
};

typedef struct dryad_symbol {
  uint64_t address;
  uint64_t size;
  bool is_function; /* STT_FUNC or STT_GNU_IFUNC */
  bool is_indirect; /* STT_GNU_IFUNC: `address` is that of the resolver, which returns the function */
} dryad_symbol;

/* Finds the definition of `name` that a newly linked program would get: the default version. False: there is none, or
 * the tables cannot be read; `symbol` is then undefined. O(1) if the tables are sound, bounded otherwise. */
bool dryad_symbol_find(dryad_symbol *symbol, dryad_target_memory *memory, const dryad_elf_object *object,
                       const char *name);

/* Calls `visit` with every defined function until it returns false. False: the tables cannot be read, so some or all
 * functions are missing. `name` is cut to fit, and may hold any bytes. */
typedef bool dryad_symbol_visit(void *context, const char *name, const dryad_symbol *symbol);
bool dryad_symbol_each_function(dryad_target_memory *memory, const dryad_elf_object *object, dryad_symbol_visit *visit,
                                void *context);

#endif
