/* SPDX-License-Identifier: MIT */
/*
 * The table ref of a heap: parent int, child int, hidden: position int, label text. A row a reference, duplicates and
 * those to what is not there too; positions from 0; labels as dryad_edge_write writes them.
 *
 * Found without a scan: parent, child (=, in), both together, position beside a parent, and ranges of parents or
 * children. Rows come in order of parents or of children, at no cost. Changes are collected: rows that come and go; a
 * parent 0 pins the child.
 */
#ifndef DRYAD_SQL_REFERENCE_TABLE_H
#define DRYAD_SQL_REFERENCE_TABLE_H

#include "sql/heap_table.h"

extern const dryad_heap_module dryad_reference_module;

#endif
