/* SPDX-License-Identifier: MIT */
/*
 * The table obj of a heap:
 *   address int, type text, name text, value, size int, len int, mark int, repr text,
 *   hidden: num_refs int, num_parents int, retained int, idom int
 *
 * Values are as in the dump: booleans 1 or 0, integers beyond 64 bits as decimal text, bytes as Latin-1. Addresses are
 * signed, like all SQL integers. The first use of `retained` or `idom` computes the heap's dominators. Looked up
 * without a scan: address, type, idom (=, in), and ranges of addresses. Rows in order of address or type cost no
 * sorting. A statement sees one graph throughout. Changes are collected (sql/object_edit.h).
 */
#ifndef DRYAD_SQL_OBJECT_TABLE_H
#define DRYAD_SQL_OBJECT_TABLE_H

#include "sql/heap_table.h"

extern const dryad_heap_module dryad_object_module;

#endif
