/* SPDX-License-Identifier: MIT */
/* The table unreferenced of a heap: address int. The objects that had no referrer when the dump was read, in ascending
   order (unsigned); see dryad_heap_unreferenced. */
#ifndef DRYAD_SQL_UNREFERENCED_TABLE_H
#define DRYAD_SQL_UNREFERENCED_TABLE_H

#include "sql/heap_table.h"

extern const dryad_heap_module dryad_unreferenced_module;

#endif
