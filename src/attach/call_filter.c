/* SPDX-License-Identifier: MIT */
#include "attach/call_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#ifndef PTRACE_SECCOMP_GET_FILTER
#define PTRACE_SECCOMP_GET_FILTER 0x420c
#endif

enum { MOST_FILTERS = 256, THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM };

#define CALL(name, ...)                                                                                                \
  {                                                                                                                    \
#name, SYS_##name, { __VA_ARGS__ }                                                                                 \
  }

/* Made by the borrowed thread and by the library's own. Calls of the copied process can kill only the copy. */
static const dryad_call needed[] = {
    CALL(pipe2, 0, O_CLOEXEC),
    CALL(memfd_create, 0, MFD_CLOEXEC),
    CALL(close, 0),
    CALL(rt_sigreturn, 0),
    CALL(openat, 0, 0, O_RDONLY | O_CLOEXEC),
    CALL(read, 0),
    CALL(pread64, 0),
    CALL(fstat, 0),
    CALL(mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE),
    CALL(mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS),
    CALL(mprotect, 0, 4096, PROT_READ),
    CALL(munmap, 0, 4096),
    CALL(madvise, 0, 4096),
    CALL(clone, THREAD),
    CALL(clone, 0), /* the copy of the process */
    CALL(set_robust_list, 0),
    CALL(rt_sigprocmask, 0),
    CALL(prctl, 0),
    CALL(futex, 0),
    CALL(write, 0),
    CALL(wait4, 0),
    CALL(kill, 0),
    CALL(exit, 0),
};

/* ---- classic BPF over the data of a call (Linux, Documentation/networking/filter.rst; seccomp allows a subset) */

enum { WORDS = BPF_MEMWORDS };

typedef struct machine {
  uint32_t a, x, memory[WORDS];
  struct seccomp_data data;
} machine;

static bool load(machine *self, uint32_t offset)
{
  if (offset % 4 != 0 || offset > sizeof self->data - 4) return false;
  memcpy(&self->a, (const char *)&self->data + offset, 4);
  return true;
}

static bool calculate(machine *self, uint16_t code, uint32_t value)
{
  switch (BPF_OP(code)) {
  case BPF_ADD: self->a += value; return true;
  case BPF_SUB: self->a -= value; return true;
  case BPF_MUL: self->a *= value; return true;
  case BPF_DIV: self->a = value != 0 ? self->a / value : 0; return value != 0;
  case BPF_OR: self->a |= value; return true;
  case BPF_AND: self->a &= value; return true;
  case BPF_XOR: self->a ^= value; return true;
  case BPF_LSH: self->a = value < 32 ? self->a << value : 0; return true;
  case BPF_RSH: self->a = value < 32 ? self->a >> value : 0; return true;
  case BPF_NEG: self->a = 0u - self->a; return true;
  default: return false;
  }
}

static bool compare(const machine *self, uint16_t code, uint32_t value)
{
  switch (BPF_OP(code)) {
  case BPF_JEQ: return self->a == value;
  case BPF_JGT: return self->a > value;
  case BPF_JGE: return self->a >= value;
  default: return (self->a & value) != 0; /* BPF_JSET */
  }
}

/* The value that BPF_LD or BPF_LDX loads, except for BPF_ABS. */
static bool loaded(uint32_t *value, const machine *self, const struct sock_filter *at)
{
  switch (BPF_MODE(at->code)) {
  case BPF_IMM: *value = at->k; return true;
  case BPF_MEM:
    if (at->k >= WORDS) return false;
    *value = self->memory[at->k];
    return true;
  default: *value = (uint32_t)sizeof self->data; return true; /* BPF_LEN */
  }
}

/* Everything except jumps and returns. False: an invalid instruction. */
static bool execute(machine *self, const struct sock_filter *at)
{
  const uint32_t operand = BPF_SRC(at->code) == BPF_X ? self->x : at->k;
  switch (BPF_CLASS(at->code)) {
  case BPF_LD: return BPF_MODE(at->code) == BPF_ABS ? load(self, at->k) : loaded(&self->a, self, at);
  case BPF_LDX: return loaded(&self->x, self, at);
  case BPF_ST:
  case BPF_STX:
    if (at->k >= WORDS) return false;
    self->memory[at->k] = BPF_CLASS(at->code) == BPF_ST ? self->a : self->x;
    return true;
  case BPF_ALU: return calculate(self, at->code, operand);
  case BPF_MISC:
    if (BPF_MISCOP(at->code) == BPF_TAX)
      self->x = self->a;
    else
      self->a = self->x;
    return true;
  default: return false;
  }
}

uint32_t dryad_call_filter_run(const struct sock_filter *program, unsigned count, const dryad_call *call)
{
  machine self = {.data = {.nr = (int)call->number, .arch = DRYAD_CALL_MACHINE}};
  for (int i = 0; i < 6; i++) self.data.args[i] = call->arguments[i];
  /* Jumps only go forward. */
  for (uint64_t i = 0; i < count; i++) {
    const struct sock_filter *at = &program[i];
    const uint32_t operand = BPF_SRC(at->code) == BPF_X ? self.x : at->k;
    if (BPF_CLASS(at->code) == BPF_RET) return BPF_RVAL(at->code) == BPF_A ? self.a : at->k;
    if (BPF_CLASS(at->code) != BPF_JMP) {
      if (!execute(&self, at)) break;
    } else if (BPF_OP(at->code) == BPF_JA) {
      i += at->k;
    } else {
      i += compare(&self, at->code, operand) ? at->jt : at->jf;
    }
  }
  return SECCOMP_RET_KILL_PROCESS;
}

/* ---- a thread's filters */

static bool is_deadly(uint32_t answer)
{
  const uint32_t action = answer & SECCOMP_RET_ACTION_FULL;
  return action == SECCOMP_RET_KILL_PROCESS || action == SECCOMP_RET_KILL_THREAD || action == SECCOMP_RET_TRAP;
}

const char *dryad_call_filter_check(pid_t tid)
{
  struct sock_filter program[BPF_MAXINSNS];
  for (long i = 0; i < MOST_FILTERS; i++) {
    long count = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)i, NULL);
    if (count <= 0 || count > BPF_MAXINSNS || ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)i, program) != count)
      return NULL;
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++)
      if (is_deadly(dryad_call_filter_run(program, (unsigned)count, &needed[n]))) return needed[n].name;
  }
  return NULL;
}
