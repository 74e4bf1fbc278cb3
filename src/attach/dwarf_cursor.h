/* SPDX-License-Identifier: MIT */
/* Reads DWARF numbers in sequence from a range of the target's memory. */
#ifndef DRYAD_ATTACH_DWARF_CURSOR_H
#define DRYAD_ATTACH_DWARF_CURSOR_H

#include "attach/target_memory.h"

/* How pointers are written in .eh_frame: DW_EH_PE_..., a format and what it is relative to. */
enum {
  DRYAD_ENCODING_ABSOLUTE = 0x00,
  DRYAD_ENCODING_FORMAT = 0x0f,
  DRYAD_ENCODING_BASE = 0x70,
  DRYAD_ENCODING_PC_RELATIVE = 0x10,
  DRYAD_ENCODING_DATA_RELATIVE = 0x30,
  DRYAD_ENCODING_INDIRECT = 0x80,
  DRYAD_ENCODING_OMITTED = 0xff
};

/* Reads nothing beyond `end`. After the first failure every read gives 0 and `failed` stays true. */
typedef struct dryad_dwarf_cursor {
  dryad_target_memory *memory;
  uint64_t at, end;
  bool failed;
  unsigned char window[64]; /* the bytes at `window_at` */
  uint64_t window_at;
  size_t window_size;
} dryad_dwarf_cursor;

void dryad_dwarf_start(dryad_dwarf_cursor *cursor, dryad_target_memory *memory, uint64_t from, uint64_t to);

uint64_t dryad_dwarf_unsigned(dryad_dwarf_cursor *cursor, size_t bytes); /* 1, 2, 4 or 8 */
int64_t dryad_dwarf_signed(dryad_dwarf_cursor *cursor, size_t bytes);
uint64_t dryad_dwarf_uleb(dryad_dwarf_cursor *cursor);
int64_t dryad_dwarf_sleb(dryad_dwarf_cursor *cursor);
void dryad_dwarf_skip(dryad_dwarf_cursor *cursor, uint64_t bytes);

/* `data`: the base of data-relative pointers. An indirect pointer gives its own address. Fails for encodings that
 * .eh_frame does not use on Linux: text-relative, function-relative and aligned. */
uint64_t dryad_dwarf_pointer(dryad_dwarf_cursor *cursor, unsigned encoding, uint64_t data);

#endif
