/* SPDX-License-Identifier: MIT */
/* DWARF's stack machine, to the extent that call frame information uses it. */
#ifndef DRYAD_ATTACH_DWARF_EXPRESSION_H
#define DRYAD_ATTACH_DWARF_EXPRESSION_H

#include "attach/elf_object.h"
#include "attach/registers.h"

/* Runs the instructions in `code`, with `first` on the stack unless it is NULL. False: an unknown instruction or
 * register, unreadable memory, or too many steps. */
bool dryad_dwarf_evaluate(uint64_t *value, dryad_target_memory *memory, dryad_span code,
                          const dryad_registers *registers, const uint64_t *first);

#endif
