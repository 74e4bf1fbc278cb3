/* SPDX-License-Identifier: MIT */
#ifdef __aarch64__

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "attach/signal_frame.h"
#include "base/assert.h"

enum { INSTRUCTION = 4, NO_CALL = -1, ARM_SYSTEM_CALL = 0x404 /* NT_ARM_SYSTEM_CALL */ };

/* ---- registers */

/* Keeps the kernel from continuing an interrupted call. */
static bool forget_call(pid_t tid)
{
  int none = NO_CALL;
  struct iovec vector = {&none, sizeof none};
  return ptrace(PTRACE_SETREGSET, tid, (void *)ARM_SYSTEM_CALL, &vector) == 0;
}

uint64_t dryad_user_pc(const dryad_user_registers *registers) { return registers->pc; }
uint64_t dryad_user_sp(const dryad_user_registers *registers) { return registers->sp; }
int64_t dryad_user_result(const dryad_user_registers *registers) { return (int64_t)registers->regs[0]; }
uint64_t dryad_user_thread_pointer(const dryad_user_registers *registers, pid_t tid)
{
  uint64_t pointer[2] = {0, 0}; /* newer kernels provide a second one */
  struct iovec vector = {pointer, sizeof pointer};
  (void)registers;
  return ptrace(PTRACE_GETREGSET, tid, (void *)NT_ARM_TLS, &vector) == 0 ? pointer[0] : 0;
}

bool dryad_user_returning(const dryad_user_registers *registers) { return registers->regs[8] == SYS_rt_sigreturn; }

/* Before the stop, the kernel goes back to the instruction of a call that it will restart, and x0 is its first argument
   again; a call that it does not restart has EINTR in x0. The number stays in x8 either way, even long after the call:
   the caller must check by the program counter that the thread is in one. */
bool dryad_user_waiting(const dryad_user_registers *registers, long *call)
{
  *call = (long)registers->regs[8];
  return *call >= 0 && *call < 1024;
}

/* It cannot be distinguished from the result of an earlier call. */
bool dryad_user_is_ended(const dryad_user_registers *registers)
{
  (void)registers;
  return false;
}

bool dryad_user_returned(const dryad_user_registers *registers, long *call)
{
  (void)registers;
  (void)call;
  return false;
}

/* Calls that the kernel would continue for the remaining time: a restart would wait the full time again. */
static bool has_span(const dryad_user_registers *registers)
{
  enum { FUTEX_OPERATIONS = 127, WAIT = 0, ABSOLUTE = 1 };
  switch (registers->regs[8]) {
  case SYS_nanosleep: return true;
  case SYS_clock_nanosleep: return (registers->regs[1] & ABSOLUTE) == 0;
  case SYS_futex: return (registers->regs[1] & FUTEX_OPERATIONS) == WAIT && registers->regs[3] != 0;
  default: return false;
  }
}

/* The registers as a signal handler's return would leave them. `at_call`: at a system call instruction. */
static dryad_user_registers resumed(const dryad_user_registers *registers, bool at_call)
{
  dryad_user_registers later = *registers;
  if (at_call && has_span(registers)) {
    later.pc += INSTRUCTION;
    later.regs[0] = (uint64_t)-EINTR;
  }
  return later;
}

/* ---- the state of a thread */

/* Whether a thread is at `svc #0`. */
static bool is_at_call(const dryad_user_registers *registers, pid_t tid)
{
  enum { SVC = (int)0xd4000001 };
  errno = 0;
  long word = ptrace(PTRACE_PEEKTEXT, tid, (void *)registers->pc, NULL);
  return errno == 0 && (int)word == SVC;
}

bool dryad_context_read(dryad_context *context, pid_t tid)
{
  struct iovec floats = {context->floats, sizeof context->floats};
  if (!dryad_user_read(&context->registers, tid)) return false;
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_FPREGSET, &floats) != 0) return false;
  context->floats_size = floats.iov_len;
  context->at_call = is_at_call(&context->registers, tid);
  return ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof context->mask, &context->mask) == 0;
}

bool dryad_context_restore(const dryad_context *context, pid_t tid)
{
  dryad_user_registers registers = resumed(&context->registers, context->at_call);
  unsigned char copy[DRYAD_FLOATS];
  memcpy(copy, context->floats, context->floats_size);
  struct iovec floats = {copy, context->floats_size};
  uint64_t mask = context->mask;
  ptrace(PTRACE_SETREGSET, tid, (void *)NT_FPREGSET, &floats);
  ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof mask, &mask);
  return dryad_user_write(&registers, tid) && forget_call(tid);
}

bool dryad_context_rewind(const dryad_context *context, pid_t tid)
{
  (void)context;
  (void)tid;
  return false;
}

/* ---- the frame (Linux, arch/arm64/include/uapi/asm/sigcontext.h) */

enum { ALIGNMENT = 16, FLOATS_SIZE = 528, NO_STACK_MODE = 0x1000 };
#define FLOATS_MAGIC 0x46508001u

typedef struct signal_frame {
  unsigned char info[128];
  uint64_t flags, link;
  uint64_t stack;
  uint32_t stack_mode, padding;
  uint64_t stack_size;
  uint64_t mask;
  unsigned char mask_room[120], alignment[8];
  uint64_t fault_address;
  uint64_t registers[31];
  uint64_t sp, pc, state;
  uint64_t record_alignment;
  struct {
    uint32_t magic, size, status, control;
    unsigned char vectors[512];
  } floats;
  unsigned char records[4096 - FLOATS_SIZE];
} signal_frame;

void dryad_signal_frame_build(dryad_signal_frame *frame, const dryad_context *context, uint64_t restorer,
                              const void *data, size_t data_size)
{
  DRYAD_ASSERT(data_size <= DRYAD_SIGNAL_FRAME_DATA && (data || data_size == 0));
  (void)restorer; /* it is in a register */
  const dryad_user_registers r = resumed(&context->registers, context->at_call);
  const uint64_t top = r.sp;
  frame->data = (top - data_size) & ~(uint64_t)(ALIGNMENT - 1);
  frame->address = (frame->data - sizeof(signal_frame)) & ~(uint64_t)(ALIGNMENT - 1);
  frame->size = (size_t)(top - frame->address);
  memset(frame->bytes, 0, frame->size);
  signal_frame *built = (signal_frame *)(void *)frame->bytes;
  built->stack_mode = NO_STACK_MODE;
  built->mask = context->mask;
  memcpy(built->registers, r.regs, sizeof built->registers);
  built->sp = r.sp;
  built->pc = r.pc;
  built->state = r.pstate;
  built->floats.magic = FLOATS_MAGIC;
  built->floats.size = FLOATS_SIZE;
  memcpy(built->floats.vectors, context->floats, sizeof built->floats.vectors);
  memcpy(&built->floats.status, context->floats + sizeof built->floats.vectors, 2 * sizeof(uint32_t));
  if (data_size > 0) memcpy(frame->bytes + (frame->data - frame->address), data, data_size);
}

bool dryad_signal_frame_enter(const dryad_signal_frame *frame, const dryad_context *context, pid_t tid,
                              uint64_t function, long call, const uint64_t arguments[6], uint64_t restorer)
{
  const uint64_t all = UINT64_MAX;
  dryad_user_registers registers = context->registers;
  for (int i = 0; i < 6; i++) registers.regs[i] = arguments[i];
  if (call >= 0) registers.regs[8] = (uint64_t)call;
  registers.regs[29] = 0;
  registers.regs[30] = restorer;
  registers.pc = function;
  registers.sp = frame->address;
  if (!forget_call(tid) || !dryad_user_write(&registers, tid)) return false;
  /* Done last, so that nothing stays blocked if this process ends in between. */
  ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof all, (void *)(uintptr_t)&all);
  return true;
}

#else
typedef int dryad_not_this_machine;
#endif
