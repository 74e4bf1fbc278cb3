/* SPDX-License-Identifier: MIT */
/* DWARF's stack machine, as far as call frame information uses it. */
#ifndef DRYAD_ATTACH_DWARF_EXPRESSION_H
#define DRYAD_ATTACH_DWARF_EXPRESSION_H

#include "attach/elf_object.h"
#include "attach/registers.h"

/* Runs the instructions in `code`; `first` is on the stack before, unless it is NULL. False: an unknown instruction, a
 * register that is not known, memory that cannot be read, too many steps. */
bool dryad_dwarf_evaluate(uint64_t *value, dryad_target_memory *memory, dryad_span code,
                          const dryad_registers *registers, const uint64_t *first);

#endif
