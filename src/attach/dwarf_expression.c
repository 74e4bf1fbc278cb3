/* SPDX-License-Identifier: MIT */
#include "attach/dwarf_expression.h"

#include "attach/dwarf_cursor.h"

enum {
  STEPS_MAX = 1000,
  DEPTH = 32,
  CODE_MAX = 4096 /* bytes */
};

/* DW_OP_... */
enum {
  OP_ADDR = 0x03,
  OP_DEREF = 0x06,
  OP_CONST1U = 0x08,
  OP_CONST8S = 0x0f,
  OP_CONSTU = 0x10,
  OP_CONSTS = 0x11,
  OP_DUP = 0x12,
  OP_DROP = 0x13,
  OP_OVER = 0x14,
  OP_PICK = 0x15,
  OP_SWAP = 0x16,
  OP_ROT = 0x17,
  OP_ABS = 0x19,
  OP_AND = 0x1a,
  OP_DIV = 0x1b,
  OP_MINUS = 0x1c,
  OP_MOD = 0x1d,
  OP_MUL = 0x1e,
  OP_NEG = 0x1f,
  OP_NOT = 0x20,
  OP_OR = 0x21,
  OP_PLUS = 0x22,
  OP_PLUS_UCONST = 0x23,
  OP_SHL = 0x24,
  OP_SHR = 0x25,
  OP_SHRA = 0x26,
  OP_XOR = 0x27,
  OP_BRA = 0x28,
  OP_EQ = 0x29,
  OP_GE = 0x2a,
  OP_GT = 0x2b,
  OP_LE = 0x2c,
  OP_LT = 0x2d,
  OP_NE = 0x2e,
  OP_SKIP = 0x2f,
  OP_LIT0 = 0x30,
  OP_LIT31 = 0x4f,
  OP_BREG0 = 0x70,
  OP_BREG31 = 0x8f,
  OP_BREGX = 0x92,
  OP_DEREF_SIZE = 0x94,
  OP_NOP = 0x96
};

typedef struct machine {
  dryad_target_memory *memory;
  dryad_dwarf_cursor code;
  uint64_t code_start;
  const dryad_registers *registers;
  uint64_t stack[DEPTH];
  unsigned depth;
  bool failed;
} machine;

static void push(machine *m, uint64_t value)
{
  if (m->depth == DEPTH)
    m->failed = true;
  else
    m->stack[m->depth++] = value;
}

static uint64_t pop(machine *m)
{
  if (m->depth) return m->stack[--m->depth];
  m->failed = true;
  return 0;
}

/* The entry `down` places below the top. */
static uint64_t peek(machine *m, uint64_t down)
{
  if (down < m->depth) return m->stack[m->depth - 1 - down];
  m->failed = true;
  return 0;
}

static void push_register(machine *m, uint64_t number)
{
  uint64_t value;
  if (!dryad_register_value(&value, m->registers, number)) m->failed = true;
  push(m, value + (uint64_t)dryad_dwarf_sleb(&m->code));
}

static void dereference(machine *m, uint64_t size)
{
  uint64_t value = 0, address = pop(m);
  if (size > sizeof value || !dryad_target_read(m->memory, address, &value, (size_t)size)) m->failed = true;
  push(m, value);
}

static void jump(machine *m, bool taken)
{
  uint64_t by = (uint64_t)dryad_dwarf_signed(&m->code, 2), to = m->code.at + by;
  if (!taken) return;
  if (to < m->code_start || to > m->code.end)
    m->failed = true;
  else
    m->code.at = to;
}

static void rotate(machine *m)
{
  uint64_t a = pop(m), b = pop(m), c = pop(m);
  push(m, a);
  push(m, c);
  push(m, b);
}

static uint64_t divide(machine *m, uint64_t a, uint64_t b)
{
  if (!b) m->failed = true;
  if (!b || b == UINT64_MAX) return 0 - a; /* division by -1 could overflow */
  return (uint64_t)((int64_t)a / (int64_t)b);
}

static uint64_t modulo(machine *m, uint64_t a, uint64_t b)
{
  if (!b) m->failed = true;
  return b ? a % b : 0;
}

static uint64_t shift_arithmetic(uint64_t a, uint64_t by)
{
  uint64_t sign = a >> 63 ? UINT64_MAX : 0;
  return by > 63 ? sign : by ? a >> by | sign << (64 - by) : a;
}

static uint64_t of_two(machine *m, unsigned op, uint64_t a, uint64_t b)
{
  int64_t x = (int64_t)a, y = (int64_t)b;
  switch (op) {
  case OP_AND: return a & b;
  case OP_DIV: return divide(m, a, b);
  case OP_MINUS: return a - b;
  case OP_MOD: return modulo(m, a, b);
  case OP_MUL: return a * b;
  case OP_OR: return a | b;
  case OP_PLUS: return a + b;
  case OP_SHL: return b > 63 ? 0 : a << b;
  case OP_SHR: return b > 63 ? 0 : a >> b;
  case OP_SHRA: return shift_arithmetic(a, b);
  case OP_XOR: return a ^ b;
  case OP_EQ: return x == y;
  case OP_GE: return x >= y;
  case OP_GT: return x > y;
  case OP_LE: return x <= y;
  case OP_LT: return x < y;
  case OP_NE: return x != y;
  default: m->failed = true; return 0;
  }
}

static void binary(machine *m, unsigned op)
{
  uint64_t b = pop(m), a = pop(m);
  push(m, of_two(m, op, a, b));
}

static uint64_t absolute(uint64_t a) { return a >> 63 ? 0 - a : a; }

/* The sizes are 1, 1, 2, 2 ... 8, 8; every second one is signed. */
static void constant(machine *m, unsigned op)
{
  size_t size = (size_t)1 << (op - OP_CONST1U) / 2;
  bool is_signed = (op - OP_CONST1U) % 2;
  push(m, is_signed ? (uint64_t)dryad_dwarf_signed(&m->code, size) : dryad_dwarf_unsigned(&m->code, size));
}

static void swap(machine *m)
{
  uint64_t a = pop(m), b = pop(m);
  push(m, a);
  push(m, b);
}

static void other(machine *m, unsigned op)
{
  switch (op) {
  case OP_ADDR: push(m, dryad_dwarf_unsigned(&m->code, 8)); break;
  case OP_DEREF: dereference(m, 8); break;
  case OP_DEREF_SIZE: dereference(m, dryad_dwarf_unsigned(&m->code, 1)); break;
  case OP_CONSTU: push(m, dryad_dwarf_uleb(&m->code)); break;
  case OP_CONSTS: push(m, (uint64_t)dryad_dwarf_sleb(&m->code)); break;
  case OP_DUP: push(m, peek(m, 0)); break;
  case OP_DROP: pop(m); break;
  case OP_OVER: push(m, peek(m, 1)); break;
  case OP_PICK: push(m, peek(m, dryad_dwarf_unsigned(&m->code, 1))); break;
  case OP_SWAP: swap(m); break;
  case OP_ROT: rotate(m); break;
  case OP_ABS: push(m, absolute(pop(m))); break;
  case OP_NEG: push(m, 0 - pop(m)); break;
  case OP_NOT: push(m, ~pop(m)); break;
  case OP_PLUS_UCONST: push(m, pop(m) + dryad_dwarf_uleb(&m->code)); break;
  case OP_BRA: jump(m, pop(m) != 0); break;
  case OP_SKIP: jump(m, true); break;
  case OP_BREGX: push_register(m, dryad_dwarf_uleb(&m->code)); break;
  case OP_NOP: break;
  default: binary(m, op); break;
  }
}

static void step(machine *m)
{
  unsigned op = (unsigned)dryad_dwarf_unsigned(&m->code, 1);
  if (op >= OP_LIT0 && op <= OP_LIT31)
    push(m, op - OP_LIT0);
  else if (op >= OP_BREG0 && op <= OP_BREG31)
    push_register(m, op - OP_BREG0);
  else if (op >= OP_CONST1U && op <= OP_CONST8S)
    constant(m, op);
  else
    other(m, op);
}

bool dryad_dwarf_evaluate(uint64_t *value, dryad_target_memory *memory, dryad_span code,
                          const dryad_registers *registers, const uint64_t *first)
{
  machine m = {.memory = memory, .code_start = code.from, .registers = registers};
  *value = 0;
  if (code.from > code.to || code.to - code.from > CODE_MAX) return false;
  dryad_dwarf_start(&m.code, memory, code.from, code.to);
  if (first) push(&m, *first);
  for (int steps = 0; m.code.at < m.code.end; steps++) {
    if (steps == STEPS_MAX) return false;
    step(&m);
    if (m.failed || m.code.failed) return false;
  }
  *value = pop(&m);
  return !m.failed;
}
