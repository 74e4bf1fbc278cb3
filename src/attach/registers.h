/* SPDX-License-Identifier: MIT */
/* The registers of a thread that unwinding uses, by their DWARF numbers. */
#ifndef DRYAD_ATTACH_REGISTERS_H
#define DRYAD_ATTACH_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#include "attach/elf_object.h"

enum {
  DRYAD_REGISTERS = 32,
  DRYAD_X86_64_RBP = 6,
  DRYAD_X86_64_RSP = 7,
  DRYAD_AARCH64_X29 = 29,
  DRYAD_AARCH64_LR = 30,
  DRYAD_AARCH64_SP = 31
};

/* x86-64: rax rdx rcx rbx rsi rdi rbp rsp r8 ... r15; aarch64: x0 ... x30 sp. */
typedef struct dryad_registers {
  uint64_t pc;
  uint64_t at[DRYAD_REGISTERS];
  uint32_t known; /* bit n: at[n] is known */
  dryad_machine machine;
} dryad_registers;

/* False: unknown. On x86-64, number 16 is the program counter. */
bool dryad_register_value(uint64_t *value, const dryad_registers *registers, uint64_t number);

/* The number of the stack pointer. */
unsigned dryad_register_stack_pointer(dryad_machine machine);

/* From ptrace's registers on the machine that Dryad is built for. */
dryad_registers dryad_registers_of(const struct user_regs_struct *user);

#endif
