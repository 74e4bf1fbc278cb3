/* SPDX-License-Identifier: MIT */
/* Whether an address follows a call instruction, and so may be a return address. */
#ifndef DRYAD_ATTACH_CALL_SITE_H
#define DRYAD_ATTACH_CALL_SITE_H

#include "attach/elf_object.h"

/* Also true if the code before `address` cannot be read. */
bool dryad_follows_call(dryad_target_memory *memory, dryad_machine machine, uint64_t address);

#endif
