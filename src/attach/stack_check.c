/* SPDX-License-Identifier: MIT */
#include "attach/stack_check.h"

#include <stdio.h>

#include "attach/call_site.h"

enum { CHUNK_WORDS = 4096, WORD = 8, AARCH64_ADDRESS_BITS = 48 };

typedef struct judge {
  dryad_stack_check *check;
  dryad_target_memory *memory;
  const dryad_mappings *mappings;
  const dryad_elf_objects *objects;
  const dryad_ranges *ranges;
  const dryad_registers *registers;
  dryad_span stack;
} judge;

/* ---- words ---------------------------------------------------------------------------------- */

/* On aarch64, return addresses may be signed in the bits that addresses do not use. */
static uint64_t address_of(const judge *j, uint64_t word)
{
  return j->registers->machine == DRYAD_MACHINE_AARCH64 ? word & ((UINT64_C(1) << AARCH64_ADDRESS_BITS) - 1) : word;
}

static bool is_suspect(judge *j, uint64_t word)
{
  uint64_t address = address_of(j, word);
  dryad_danger danger = dryad_ranges_at(j->ranges, address);
  /* The kernel, not a call, puts the return from a signal handler on the stack. */
  bool is_suspected = danger == DRYAD_DANGER_SIGNAL;
  if (!is_suspected && address) {
    danger = dryad_ranges_at(j->ranges, address - 1);
    is_suspected = danger && dryad_follows_call(j->memory, j->registers->machine, address);
  }
  if (!is_suspected) return false;
  j->check->danger = danger;
  j->check->address = address;
  return true;
}

static void fail(judge *j, dryad_stack_verdict verdict)
{
  j->check->verdict = verdict;
  snprintf(j->check->text, sizeof j->check->text, "%s",
           verdict == DRYAD_STACK_TOO_LARGE ? "has a stack too large to search" : "has a stack that cannot be read");
}

/* Whether any word is a suspect. */
static bool has_suspect(judge *j)
{
  uint64_t words[CHUNK_WORDS], left;
  for (uint64_t at = j->stack.from; (left = j->stack.to - at) >= WORD;) {
    size_t size = left < sizeof words ? (size_t)(left & ~(uint64_t)(WORD - 1)) : sizeof words;
    if (dryad_target_read_some(j->memory, at, words, size) != size) {
      fail(j, DRYAD_STACK_UNREADABLE);
      return false;
    }
    for (size_t i = 0; i < size / WORD; i++)
      if (is_suspect(j, words[i])) return true;
    at += size;
  }
  /* On aarch64, the innermost function may keep its return address in a register. */
  return j->registers->machine == DRYAD_MACHINE_AARCH64 && is_suspect(j, j->registers->at[DRYAD_AARCH64_LR]);
}

/* ---- frames --------------------------------------------------------------------------------- */

static dryad_danger danger_of(const judge *j, const dryad_frame *frame)
{
  dryad_danger danger = dryad_ranges_at(j->ranges, frame->pc);
  if (frame->is_signal || danger == DRYAD_DANGER_SIGNAL) return DRYAD_DANGER_SIGNAL;
  return frame->is_exact ? danger : dryad_ranges_at(j->ranges, frame->pc - 1);
}

static void is_in(judge *j, dryad_danger danger, uint64_t address)
{
  dryad_stack_check *check = j->check;
  check->verdict = DRYAD_STACK_DANGER;
  check->danger = danger;
  check->address = address;
  snprintf(check->text, sizeof check->text, "is in %s", dryad_danger_text(danger));
}

static void may_be_in(judge *j)
{
  dryad_stack_check *check = j->check;
  check->verdict = DRYAD_STACK_DANGER;
  snprintf(check->text, sizeof check->text, "may be in %s: its stack %s", dryad_danger_text(check->danger),
           dryad_unwind_text(check->end));
}

static bool visit(void *context, const dryad_frame *frame)
{
  judge *j = context;
  dryad_danger danger = danger_of(j, frame);
  if (danger) is_in(j, danger, frame->pc);
  return !danger;
}

static void judge_frames(judge *j)
{
  j->check->unwound = true;
  j->check->end = dryad_unwind_each(j->memory, j->objects, j->registers, visit, j);
  if (j->check->end == DRYAD_UNWIND_BASE) {
    j->check->danger = DRYAD_DANGER_NONE;
    j->check->address = 0;
  } else if (j->check->end != DRYAD_UNWIND_LEFT) {
    may_be_in(j);
  }
}

/* ---- everything ------------------------------------------------------------------------------ */

static bool find_stack(judge *j, uint64_t base)
{
  uint64_t sp = 0;
  dryad_register_value(&sp, j->registers, dryad_register_stack_pointer(j->registers->machine));
  const dryad_mapping *mapping = dryad_mappings_find(j->mappings, sp);
  if (!mapping || !mapping->readable) {
    fail(j, DRYAD_STACK_UNREADABLE);
    return false;
  }
  j->stack.from = sp & ~(uint64_t)(WORD - 1);
  j->stack.to = base > sp && base <= mapping->to ? base : mapping->to;
  if (j->stack.to - j->stack.from <= DRYAD_STACK_CHECK_MAX) return true;
  fail(j, DRYAD_STACK_TOO_LARGE);
  return false;
}

void dryad_stack_judge(dryad_stack_check *check, dryad_target_memory *memory, const dryad_mappings *mappings,
                       const dryad_elf_objects *objects, const dryad_ranges *ranges, const dryad_registers *registers,
                       uint64_t base)
{
  judge j = {check, memory, mappings, objects, ranges, registers, {0, 0}};
  *check = (dryad_stack_check){.verdict = DRYAD_STACK_SAFE};
  dryad_danger here = dryad_ranges_at(ranges, registers->pc);
  if (here)
    is_in(&j, here, registers->pc);
  else if (find_stack(&j, base) && has_suspect(&j))
    judge_frames(&j);
}
