/* SPDX-License-Identifier: MIT */
/* All objects of a graph by class, with what the objects of each retain. */
#ifndef DRYAD_ANALYSIS_CLASS_TABLE_H
#define DRYAD_ANALYSIS_CLASS_TABLE_H

#include "analysis/dominators.h"
#include "runtime/classes.h"

typedef enum dryad_class_order {
  DRYAD_CLASSES_BY_RETAINED,
  DRYAD_CLASSES_BY_SIZE,
  DRYAD_CLASSES_BY_COUNT,
  DRYAD_CLASSES_BY_NAME
} dryad_class_order;

typedef struct dryad_class_row {
  uint32_t class;
  dryad_id largest;  /* the object that retains most; of unreachable ones, the largest */
  uint64_t count;    /* objects, unreachable ones included */
  uint64_t size;     /* their bytes */
  uint64_t retained; /* the sum of what those retain that are not below another one of their class */
} dryad_class_row;

typedef struct dryad_class_table {
  const dryad_allocator *allocator;
  dryad_class_row *rows; /* a block of `capacity`: those of the classes that have objects, `count` */
  uint32_t count, capacity;
} dryad_class_table;

/* Rows in no order. The dominators are those of the classes' graph. O(objects). Scratch: 4 bytes per object and class,
   and 12 for each level of the dominator tree. Sums stop at 2^63 - 1. */
dryad_status dryad_class_table_init(dryad_class_table *table, const dryad_classes *classes,
                                    const dryad_dominators *dominators, dryad_progress progress, dryad_error *error);
/* Drops the rows whose names do not contain a text; letters of ASCII match in either case. O(bytes of names * length).
 */
void dryad_class_table_select(dryad_class_table *table, const dryad_classes *classes, dryad_text text);
/* Largest first; equal rows, and all rows by name, in the order of their names. */
void dryad_class_table_sort(dryad_class_table *table, const dryad_classes *classes, dryad_class_order order);
void dryad_class_table_deinit(dryad_class_table *table); /* all zero is allowed */

#endif
