/* SPDX-License-Identifier: MIT */
#include "attach/frame_rules.h"

#include <string.h>

#include "attach/dwarf_cursor.h"

enum { INSTRUCTIONS_MAX = 100 * 1000, REMEMBERED_MAX = 8 };

/* DW_CFA_... The first three have an operand in their low six bits. */
enum {
  CFA_ADVANCE = 0x40,
  CFA_OFFSET = 0x80,
  CFA_RESTORE = 0xc0,
  CFA_NOP = 0x00,
  CFA_SET_LOCATION = 0x01,
  CFA_ADVANCE1 = 0x02,
  CFA_ADVANCE2 = 0x03,
  CFA_ADVANCE4 = 0x04,
  CFA_OFFSET_EXTENDED = 0x05,
  CFA_RESTORE_EXTENDED = 0x06,
  CFA_UNDEFINED = 0x07,
  CFA_SAME_VALUE = 0x08,
  CFA_REGISTER = 0x09,
  CFA_REMEMBER_STATE = 0x0a,
  CFA_RESTORE_STATE = 0x0b,
  CFA_DEF = 0x0c,
  CFA_DEF_REGISTER = 0x0d,
  CFA_DEF_OFFSET = 0x0e,
  CFA_DEF_EXPRESSION = 0x0f,
  CFA_EXPRESSION = 0x10,
  CFA_OFFSET_EXTENDED_SIGNED = 0x11,
  CFA_DEF_SIGNED = 0x12,
  CFA_DEF_OFFSET_SIGNED = 0x13,
  CFA_VALUE_OFFSET = 0x14,
  CFA_VALUE_OFFSET_SIGNED = 0x15,
  CFA_VALUE_EXPRESSION = 0x16,
  CFA_AARCH64_NEGATE_SIGNED = 0x2d,
  CFA_GNU_ARGUMENTS_SIZE = 0x2e
};

typedef struct runner {
  const dryad_frame_entry *entry;
  dryad_frame_rules *rules;
  dryad_frame_rules initial; /* after the CIE's instructions: what "restore" goes back to */
  dryad_frame_rules remembered[REMEMBERED_MAX];
  unsigned depth;
  dryad_dwarf_cursor code;
  uint64_t location, wanted;
  unsigned instructions;
  bool failed, done;
} runner;

/* Registers that unwinding does not need, such as vector registers, have no rule. */
static void set(runner *r, uint64_t number, dryad_rule_kind kind, uint64_t value)
{
  if (number < DRYAD_RULES) r->rules->at[number] = (dryad_rule){.kind = kind, .number = value};
}

static uint64_t factored(runner *r) { return dryad_dwarf_uleb(&r->code) * (uint64_t)r->entry->data_factor; }

static uint64_t factored_signed(runner *r)
{
  return (uint64_t)dryad_dwarf_sleb(&r->code) * (uint64_t)r->entry->data_factor;
}

static dryad_span block(runner *r)
{
  uint64_t length = dryad_dwarf_uleb(&r->code), from = r->code.at;
  dryad_dwarf_skip(&r->code, length);
  return (dryad_span){from, r->code.at};
}

static void set_expression(runner *r, dryad_rule_kind kind)
{
  uint64_t number = dryad_dwarf_uleb(&r->code);
  dryad_span code = block(r);
  if (number < DRYAD_RULES) r->rules->at[number] = (dryad_rule){.kind = kind, .code = code};
}

/* The rules so far hold up to the new location. */
static void move_to(runner *r, uint64_t location)
{
  if (location < r->location) r->failed = true;
  r->location = location;
  r->done = location > r->wanted;
}

static void advance(runner *r, uint64_t by) { move_to(r, r->location + by * r->entry->code_factor); }

static void restore(runner *r, uint64_t number)
{
  if (number < DRYAD_RULES) r->rules->at[number] = r->initial.at[number];
}

static void remember(runner *r)
{
  if (r->depth == REMEMBERED_MAX)
    r->failed = true;
  else
    r->remembered[r->depth++] = *r->rules;
}

static void restore_state(runner *r)
{
  if (!r->depth)
    r->failed = true;
  else
    *r->rules = r->remembered[--r->depth];
}

static void define(runner *r, uint64_t number, uint64_t offset)
{
  r->rules->cfa_is_expression = false;
  r->rules->cfa_register = number;
  r->rules->cfa_offset = offset;
}

static void define_by_expression(runner *r)
{
  r->rules->cfa_is_expression = true;
  r->rules->cfa_code = block(r);
}

static void change_offset(runner *r, uint64_t offset)
{
  if (r->rules->cfa_is_expression) r->failed = true;
  r->rules->cfa_offset = offset;
}

static void change_register(runner *r, uint64_t number)
{
  if (r->rules->cfa_is_expression) r->failed = true;
  r->rules->cfa_register = number;
}

static bool run_cfa(runner *r, unsigned op)
{
  uint64_t number;
  switch (op) {
  case CFA_DEF:
    number = dryad_dwarf_uleb(&r->code);
    define(r, number, dryad_dwarf_uleb(&r->code));
    return true;
  case CFA_DEF_SIGNED:
    number = dryad_dwarf_uleb(&r->code);
    define(r, number, factored_signed(r));
    return true;
  case CFA_DEF_REGISTER: change_register(r, dryad_dwarf_uleb(&r->code)); return true;
  case CFA_DEF_OFFSET: change_offset(r, dryad_dwarf_uleb(&r->code)); return true;
  case CFA_DEF_OFFSET_SIGNED: change_offset(r, factored_signed(r)); return true;
  case CFA_DEF_EXPRESSION: define_by_expression(r); return true;
  default: return false;
  }
}

static bool run_location(runner *r, unsigned op)
{
  switch (op) {
  case CFA_SET_LOCATION: move_to(r, dryad_dwarf_pointer(&r->code, r->entry->encoding, 0)); return true;
  case CFA_ADVANCE1: advance(r, dryad_dwarf_unsigned(&r->code, 1)); return true;
  case CFA_ADVANCE2: advance(r, dryad_dwarf_unsigned(&r->code, 2)); return true;
  case CFA_ADVANCE4: advance(r, dryad_dwarf_unsigned(&r->code, 4)); return true;
  default: return false;
  }
}

/* Instructions whose first operand is a register number. */
static bool run_register(runner *r, unsigned op)
{
  if (op == CFA_EXPRESSION || op == CFA_VALUE_EXPRESSION) {
    set_expression(r, op == CFA_EXPRESSION ? DRYAD_RULE_EXPRESSION : DRYAD_RULE_VALUE_EXPRESSION);
    return true;
  }
  if (op < CFA_OFFSET_EXTENDED || op > CFA_VALUE_OFFSET_SIGNED) return false;
  uint64_t number = dryad_dwarf_uleb(&r->code);
  switch (op) {
  case CFA_OFFSET_EXTENDED: set(r, number, DRYAD_RULE_OFFSET, factored(r)); return true;
  case CFA_OFFSET_EXTENDED_SIGNED: set(r, number, DRYAD_RULE_OFFSET, factored_signed(r)); return true;
  case CFA_VALUE_OFFSET: set(r, number, DRYAD_RULE_VALUE, factored(r)); return true;
  case CFA_VALUE_OFFSET_SIGNED: set(r, number, DRYAD_RULE_VALUE, factored_signed(r)); return true;
  case CFA_REGISTER: set(r, number, DRYAD_RULE_REGISTER, dryad_dwarf_uleb(&r->code)); return true;
  case CFA_RESTORE_EXTENDED: restore(r, number); return true;
  case CFA_UNDEFINED: set(r, number, DRYAD_RULE_UNDEFINED, 0); return true;
  case CFA_SAME_VALUE: set(r, number, DRYAD_RULE_SAME, 0); return true;
  default: return false;
  }
}

static bool run_other(runner *r, unsigned op)
{
  switch (op) {
  case CFA_NOP: return true;
  case CFA_REMEMBER_STATE: remember(r); return true;
  case CFA_RESTORE_STATE: restore_state(r); return true;
  case CFA_AARCH64_NEGATE_SIGNED: r->rules->is_signed = !r->rules->is_signed; return true;
  case CFA_GNU_ARGUMENTS_SIZE: dryad_dwarf_uleb(&r->code); return true;
  default: return false;
  }
}

static bool run_plain(runner *r, unsigned op)
{
  return run_location(r, op) || run_cfa(r, op) || run_other(r, op) || run_register(r, op);
}

static void run_one(runner *r)
{
  unsigned op = (unsigned)dryad_dwarf_unsigned(&r->code, 1), low = op & 0x3f;
  switch (op & 0xc0) {
  case CFA_ADVANCE: advance(r, low); break;
  case CFA_OFFSET: set(r, low, DRYAD_RULE_OFFSET, factored(r)); break;
  case CFA_RESTORE: restore(r, low); break;
  default: r->failed |= !run_plain(r, op); break;
  }
}

static bool run(runner *r, dryad_target_memory *memory, const dryad_span *code)
{
  dryad_dwarf_start(&r->code, memory, code->from, code->to);
  while (r->code.at < r->code.end && !r->done) {
    if (r->instructions++ == INSTRUCTIONS_MAX) return false;
    run_one(r);
    if (r->failed || r->code.failed) return false;
  }
  return true;
}

bool dryad_frame_rules_find(dryad_frame_rules *rules, dryad_target_memory *memory, const dryad_frame_entry *entry,
                            uint64_t address)
{
  runner r;
  memset(rules, 0, sizeof *rules);
  r.entry = entry;
  r.rules = rules;
  r.initial = *rules;
  r.depth = r.instructions = 0;
  r.location = entry->from;
  r.wanted = address;
  r.failed = r.done = false;
  if (!run(&r, memory, &entry->common)) return false;
  r.initial = *rules;
  return run(&r, memory, &entry->own);
}
