/* SPDX-License-Identifier: MIT */
#include "attach/registers.h"

enum { X86_64_PC = 16 };

bool dryad_register_value(uint64_t *value, const dryad_registers *registers, uint64_t number)
{
  bool is_pc = registers->machine == DRYAD_MACHINE_X86_64 && number == X86_64_PC;
  *value = 0;
  if (!is_pc && (number >= DRYAD_REGISTERS || !(registers->known >> number & 1))) return false;
  *value = is_pc ? registers->pc : registers->at[number];
  return true;
}

unsigned dryad_register_stack_pointer(dryad_machine machine)
{
  return machine == DRYAD_MACHINE_X86_64 ? DRYAD_X86_64_RSP : DRYAD_AARCH64_SP;
}

#if defined(__x86_64__)
dryad_registers dryad_registers_of(const struct user_regs_struct *user)
{
  return (dryad_registers){
      .pc = user->rip,
      .at = {user->rax, user->rdx, user->rcx, user->rbx, user->rsi, user->rdi, user->rbp, user->rsp, user->r8, user->r9,
             user->r10, user->r11, user->r12, user->r13, user->r14, user->r15},
      .known = 0xffff,
      .machine = DRYAD_MACHINE_X86_64,
  };
}
#elif defined(__aarch64__)
dryad_registers dryad_registers_of(const struct user_regs_struct *user)
{
  dryad_registers registers = {.pc = user->pc, .known = UINT32_MAX, .machine = DRYAD_MACHINE_AARCH64};
  for (unsigned i = 0; i < DRYAD_AARCH64_SP; i++) registers.at[i] = user->regs[i];
  registers.at[DRYAD_AARCH64_SP] = user->sp;
  return registers;
}
#else
#error "attaching supports only x86-64 and aarch64"
#endif
