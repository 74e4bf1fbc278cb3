/* SPDX-License-Identifier: MIT */
/* How to find the registers of the caller of a frame: DWARF's call frame instructions, run up to an address (DWARF 5,
 * section 6.4). */
#ifndef DRYAD_ATTACH_FRAME_RULES_H
#define DRYAD_ATTACH_FRAME_RULES_H

#include "attach/frame_entry.h"
#include "attach/registers.h"

typedef enum dryad_rule_kind {
  DRYAD_RULE_UNSPECIFIED, /* kept by a function that must keep it, else lost */
  DRYAD_RULE_UNDEFINED,
  DRYAD_RULE_SAME,
  DRYAD_RULE_OFFSET,     /* stored at CFA + offset */
  DRYAD_RULE_VALUE,      /* is CFA + offset */
  DRYAD_RULE_REGISTER,   /* is in another register */
  DRYAD_RULE_EXPRESSION, /* stored at the result of an expression over the CFA */
  DRYAD_RULE_VALUE_EXPRESSION
} dryad_rule_kind;

typedef struct dryad_rule {
  dryad_rule_kind kind;
  uint64_t number; /* offset or register */
  dryad_span code; /* of an expression */
} dryad_rule;

enum { DRYAD_RULES = 35 }; /* registers that have rules: those of both machines, their return address and its signing */

/* The CFA ("canonical frame address") is the stack pointer before the call. */
typedef struct dryad_frame_rules {
  bool cfa_is_expression;
  uint64_t cfa_register, cfa_offset;
  dryad_span cfa_code;
  dryad_rule at[DRYAD_RULES];
  bool is_signed; /* aarch64: the return address */
} dryad_frame_rules;

/* False: an unknown instruction, or tables that cannot be read or make no sense. */
bool dryad_frame_rules_find(dryad_frame_rules *rules, dryad_target_memory *memory, const dryad_frame_entry *entry,
                            uint64_t address);

#endif
