/* SPDX-License-Identifier: MIT */
/*
 * The table ref of a heap: parent int, child int, hidden: position int, label text. One row per reference, duplicates
 * and dangling ones included; positions from 0; labels as dryad_edge_write writes them.
 *
 * Looked up without a scan: parent, child (=, in), both together, position with a parent, and ranges of parents or
 * children. Rows in order of parent or child cost no sorting. Inserted and deleted rows are collected
 * (sql/reference_edit.h); a parent of 0 pins the child.
 */
#ifndef DRYAD_SQL_REFERENCE_TABLE_H
#define DRYAD_SQL_REFERENCE_TABLE_H

#include "sql/heap_table.h"

extern const dryad_heap_module dryad_reference_module;

#endif
