/* SPDX-License-Identifier: MIT */
#include "attach/unwind.h"

#include "attach/dwarf_expression.h"
#include "attach/frame_rules.h"

enum {
  KNOWN_PLACES = 64,
  AARCH64_ADDRESS_BITS = 48,
  X86_64_KEPT = 1 << 3 | 1 << 6 | 0xf << 12, /* rbx, rbp, r12 to r15 */
  AARCH64_KEPT = 0x7ff << 19                 /* x19 to x29 */
};

/* The unwind tables for an address in the code, cached: recursion needs the same ones again and again. */
typedef struct place {
  uint64_t address;
  dryad_unwind_end end; /* the problem with them; DRYAD_UNWIND_BASE: none, or this is the base */
  bool is_known;
  bool is_signal;
  uint64_t return_register;
  dryad_frame_rules rules;
} place;

typedef struct unwinder {
  dryad_target_memory *memory;
  const dryad_elf_objects *objects;
  dryad_registers now, caller;
  dryad_frame frame; /* whose registers are in `now` */
  const place *place;
  uint64_t cfa;
  place places[KNOWN_PLACES]; /* by address, the latest */
} unwinder;

/* ---- places --------------------------------------------------------------------------------- */

static dryad_unwind_end read_place(place *p, unwinder *u)
{
  dryad_frame_entry entry;
  const dryad_elf_object *object = dryad_elf_objects_at(u->objects, p->address);
  if (!object) return DRYAD_UNWIND_NO_TEXT;
  dryad_frame_found found = dryad_frame_entry_find(&entry, u->memory, object, p->address);
  if (found == DRYAD_FRAME_NONE) return DRYAD_UNWIND_NO_FDE;
  if (found == DRYAD_FRAME_DAMAGED || !dryad_frame_rules_find(&p->rules, u->memory, &entry, p->address) ||
      entry.return_register >= DRYAD_RULES)
    return DRYAD_UNWIND_DAMAGED;
  p->return_register = entry.return_register;
  p->is_signal = entry.is_signal;
  return DRYAD_UNWIND_BASE;
}

static const place *place_of(unwinder *u, uint64_t address)
{
  place *p = &u->places[(address ^ address >> 6) % KNOWN_PLACES];
  if (!p->is_known || p->address != address) {
    p->address = address;
    p->is_known = true;
    p->is_signal = false;
    p->end = read_place(p, u);
  }
  return p;
}

static bool is_base(const place *p) { return p->rules.at[p->return_register].kind == DRYAD_RULE_UNDEFINED; }

/* ---- the caller's registers ----------------------------------------------------------------- */

static bool find_cfa(unwinder *u)
{
  const dryad_frame_rules *rules = &u->place->rules;
  if (rules->cfa_is_expression) return dryad_dwarf_evaluate(&u->cfa, u->memory, rules->cfa_code, &u->now, NULL);
  uint64_t value;
  if (!dryad_register_value(&value, &u->now, rules->cfa_register)) return false;
  u->cfa = value + rules->cfa_offset;
  return true;
}

static bool read_number(unwinder *u, uint64_t *value, uint64_t address)
{
  return dryad_target_read(u->memory, address, value, sizeof *value);
}

/* Applies a rule. False: the register is lost, or cannot be found. */
static bool apply(unwinder *u, uint64_t *value, const dryad_rule *rule, uint64_t number)
{
  uint64_t address;
  switch (rule->kind) {
  case DRYAD_RULE_UNSPECIFIED:
  case DRYAD_RULE_SAME: return dryad_register_value(value, &u->now, number);
  case DRYAD_RULE_REGISTER: return dryad_register_value(value, &u->now, rule->number);
  case DRYAD_RULE_OFFSET: return read_number(u, value, u->cfa + rule->number);
  case DRYAD_RULE_VALUE: *value = u->cfa + rule->number; return true;
  case DRYAD_RULE_EXPRESSION:
    return dryad_dwarf_evaluate(&address, u->memory, rule->code, &u->now, &u->cfa) && read_number(u, value, address);
  case DRYAD_RULE_VALUE_EXPRESSION: return dryad_dwarf_evaluate(value, u->memory, rule->code, &u->now, &u->cfa);
  case DRYAD_RULE_UNDEFINED: break;
  }
  return false;
}

static uint32_t kept(const unwinder *u)
{
  return u->now.machine == DRYAD_MACHINE_X86_64 ? (uint32_t)X86_64_KEPT : (uint32_t)AARCH64_KEPT;
}

static void find_registers(unwinder *u)
{
  unsigned sp = dryad_register_stack_pointer(u->now.machine);
  u->caller = (dryad_registers){.machine = u->now.machine};
  for (unsigned i = 0; i < DRYAD_REGISTERS; i++) {
    const dryad_rule *rule = &u->place->rules.at[i];
    bool lost = rule->kind == DRYAD_RULE_UNSPECIFIED && !(kept(u) >> i & 1);
    if (!lost && apply(u, &u->caller.at[i], rule, i)) u->caller.known |= UINT32_C(1) << i;
  }
  if (u->place->rules.at[sp].kind != DRYAD_RULE_UNSPECIFIED) return;
  u->caller.at[sp] = u->cfa;
  u->caller.known |= UINT32_C(1) << sp;
}

/* On x86-64, the return address has a number but is not a register: without a rule it is unknown. */
static bool find_return_address(unwinder *u)
{
  uint64_t number = u->place->return_register;
  const dryad_rule *rule = &u->place->rules.at[number];
  if (u->now.machine == DRYAD_MACHINE_X86_64 && rule->kind == DRYAD_RULE_UNSPECIFIED) return false;
  if (!apply(u, &u->caller.pc, rule, number)) return false;
  if (u->place->rules.is_signed) u->caller.pc &= (UINT64_C(1) << AARCH64_ADDRESS_BITS) - 1;
  return true;
}

/* The stack grows downwards, so callers lie above; but a signal handler may have its own stack, and on aarch64 the
 * innermost function need not use the stack at all. */
static bool leads_on(const unwinder *u, uint64_t sp)
{
  if (u->place->is_signal || sp > u->frame.sp) return true;
  return u->now.machine == DRYAD_MACHINE_AARCH64 && sp == u->frame.sp && u->frame.is_exact;
}

static bool find_caller(unwinder *u, uint64_t *sp)
{
  if (!find_cfa(u)) return false;
  find_registers(u);
  return find_return_address(u) && dryad_register_value(sp, &u->caller, dryad_register_stack_pointer(u->now.machine)) &&
         leads_on(u, *sp);
}

/* ---- frames --------------------------------------------------------------------------------- */

/* Moves to the caller's frame. False: there is none, or it is unknown, for the reason in `end`. */
static bool step(unwinder *u, dryad_unwind_end *end)
{
  uint64_t sp;
  *end = u->place->end;
  if (*end != DRYAD_UNWIND_BASE || is_base(u->place)) return false;
  *end = DRYAD_UNWIND_DAMAGED;
  if (!find_caller(u, &sp)) return false;
  *end = DRYAD_UNWIND_BASE;
  u->frame = (dryad_frame){.pc = u->caller.pc, .sp = sp, .is_exact = u->place->is_signal};
  u->now = u->caller;
  return u->frame.pc != 0;
}

dryad_unwind_end dryad_unwind_each(dryad_target_memory *memory, const dryad_elf_objects *objects,
                                   const dryad_registers *registers, dryad_frame_visit *visit, void *context)
{
  unwinder u;
  dryad_unwind_end end;
  u.memory = memory;
  u.objects = objects;
  u.now = *registers;
  u.frame = (dryad_frame){.pc = registers->pc, .is_exact = true};
  dryad_register_value(&u.frame.sp, registers, dryad_register_stack_pointer(registers->machine));
  for (unsigned i = 0; i < KNOWN_PLACES; i++) u.places[i].is_known = false;
  for (unsigned i = 0; i < DRYAD_FRAMES_VISITED_MAX; i++) {
    u.place = place_of(&u, u.frame.pc - !u.frame.is_exact);
    u.frame.is_signal = u.place->is_signal;
    if (!visit(context, &u.frame)) return DRYAD_UNWIND_LEFT;
    if (!step(&u, &end)) return end;
  }
  return DRYAD_UNWIND_DEEP;
}

static bool keep(void *context, const dryad_frame *frame)
{
  dryad_stack *stack = context;
  if (stack->count == DRYAD_FRAMES_MAX) return false;
  stack->frames[stack->count++] = *frame;
  return true;
}

void dryad_unwind(dryad_stack *stack, dryad_target_memory *memory, const dryad_elf_objects *objects,
                  const dryad_registers *registers)
{
  stack->count = 0;
  stack->end = dryad_unwind_each(memory, objects, registers, keep, stack);
  if (stack->end == DRYAD_UNWIND_LEFT) stack->end = DRYAD_UNWIND_DEEP;
}

const char *dryad_unwind_text(dryad_unwind_end end)
{
  switch (end) {
  case DRYAD_UNWIND_BASE: return "can be unwound to its base";
  case DRYAD_UNWIND_NO_TEXT: return "contains code of no library";
  case DRYAD_UNWIND_NO_FDE: return "contains code without unwind tables";
  case DRYAD_UNWIND_DAMAGED: return "cannot be unwound: its unwind tables make no sense";
  case DRYAD_UNWIND_LEFT:
  case DRYAD_UNWIND_DEEP: break;
  }
  return "is too deep";
}
