/* SPDX-License-Identifier: MIT */
#ifdef __x86_64__

#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "attach/signal_frame.h"
#include "base/assert.h"

/* ---- registers */

uint64_t dryad_user_pc(const dryad_user_registers *registers) { return registers->rip; }
uint64_t dryad_user_sp(const dryad_user_registers *registers) { return registers->rsp; }
int64_t dryad_user_result(const dryad_user_registers *registers) { return (int64_t)registers->rax; }

uint64_t dryad_user_thread_pointer(const dryad_user_registers *registers, pid_t tid)
{
  (void)tid;
  return registers->fs_base;
}

bool dryad_user_returning(const dryad_user_registers *registers) { return registers->orig_rax == SYS_rt_sigreturn; }

/* The kernel's results of a call that a stop interrupted, before the kernel restarts it. */
enum { RESTART_SYS = 512, RESTART_NOINTR = 513, RESTART_NOHAND = 514, RESTART_BLOCK = 516 };

static bool in_call(const dryad_user_registers *registers) { return (int64_t)registers->orig_rax >= 0; }

bool dryad_user_waiting(const dryad_user_registers *registers, long *call)
{
  int64_t result = (int64_t)registers->rax;
  *call = (long)registers->orig_rax;
  return in_call(registers) && (result == -EINTR || result == -RESTART_SYS || result == -RESTART_NOINTR ||
                                result == -RESTART_NOHAND || result == -RESTART_BLOCK);
}

bool dryad_user_is_ended(const dryad_user_registers *registers)
{
  return in_call(registers) && (int64_t)registers->rax == -EINTR;
}

bool dryad_user_returned(const dryad_user_registers *registers, long *call)
{
  *call = (long)registers->orig_rax;
  return in_call(registers);
}

/* The registers as a signal handler's return would leave them. */
static dryad_user_registers resumed(const dryad_user_registers *registers)
{
  enum { INSTRUCTION = 2 };
  dryad_user_registers later = *registers;
  if (in_call(registers)) {
    int64_t result = (int64_t)registers->rax;
    if (result == -RESTART_SYS || result == -RESTART_NOINTR || result == -RESTART_NOHAND) {
      later.rax = registers->orig_rax;
      later.rip -= INSTRUCTION;
    } else if (result == -RESTART_BLOCK) {
      later.rax = (uint64_t)-EINTR;
    }
  }
  later.orig_rax = UINT64_MAX;
  return later;
}

/* ---- the state of a thread */

bool dryad_context_read(dryad_context *context, pid_t tid)
{
  struct iovec floats = {context->floats, sizeof context->floats};
  if (!dryad_user_read(&context->registers, tid)) return false;
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, &floats) != 0) return false;
  context->floats_size = floats.iov_len;
  return ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof context->mask, &context->mask) == 0;
}

bool dryad_context_restore(const dryad_context *context, pid_t tid)
{
  dryad_user_registers registers = resumed(&context->registers);
  unsigned char copy[DRYAD_FLOATS];
  memcpy(copy, context->floats, context->floats_size);
  struct iovec floats = {copy, context->floats_size};
  uint64_t mask = context->mask;
  ptrace(PTRACE_SETREGSET, tid, (void *)NT_X86_XSTATE, &floats);
  ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof mask, &mask);
  return dryad_user_write(&registers, tid);
}

bool dryad_context_rewind(const dryad_context *context, pid_t tid)
{
  return dryad_user_write(&context->registers, tid);
}

/* ---- the floating point state: as XSAVE writes it, with the kernel's own fields for a frame in its unused bytes
   (Linux, arch/x86/include/uapi/asm/sigcontext.h) */

enum {
  LEGACY = 512,        /* of FXSAVE, in front */
  SOFTWARE = 464,      /* its bytes reserved for software, where ptrace puts the mask of features */
  HEADER_END = 576,    /* after it, XSAVE's own header */
  LEGACY_FEATURES = 3, /* x87 and SSE */
  MOST_FEATURES = 63
};
#define BEGIN_MAGIC 0x46505853u
#define END_MAGIC 0x46505845u

typedef struct software_bytes {
  uint32_t magic, extended_size;
  uint64_t features;
  uint32_t size, padding[7];
} software_bytes;

/* The bytes that the features take. */
static uint32_t features_end(uint64_t features, size_t limit)
{
  uint32_t end = HEADER_END;
  for (uint32_t i = 2; i < MOST_FEATURES; i++) {
    uint32_t size, offset, c, d;
    if ((features >> i & 1) == 0 || !__get_cpuid_count(0x0D, i, &size, &offset, &c, &d)) continue;
    if (size != 0 && offset + size > end) end = offset + size;
  }
  return end <= limit ? end : (uint32_t)limit;
}

/* Writes only the features in use: the kernel refuses more than the thread has room for. */
static void write_floats(unsigned char *to, const dryad_context *context)
{
  uint64_t used;
  uint32_t end_magic = END_MAGIC;
  memcpy(to, context->floats, context->floats_size);
  memcpy(&used, context->floats + LEGACY, sizeof used);
  software_bytes software = {.magic = BEGIN_MAGIC, .features = used | LEGACY_FEATURES};
  software.size = features_end(software.features, context->floats_size);
  software.extended_size = software.size + (uint32_t)sizeof end_magic;
  memcpy(to + SOFTWARE, &software, sizeof software);
  memcpy(to + software.size, &end_magic, sizeof end_magic);
}

/* ---- the frame (Linux, arch/x86/include/asm/sigframe.h) */

enum { RED_ZONE = 128, FLOATS_ALIGNMENT = 64, ALIGNMENT = 16 };
enum { WITH_FLOATS = 1, WITH_SS = 2, STRICT_SS = 4 };
/* An invalid mode for the alternate signal stack, so that rt_sigreturn leaves the thread's own as it is. */
enum { NO_STACK_MODE = 0x1000 };

typedef struct signal_frame {
  uint64_t return_address;
  uint64_t flags, link;
  uint64_t stack;
  uint32_t stack_mode, padding;
  uint64_t stack_size;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
  uint16_t cs, gs, fs, ss;
  uint64_t error, trap, old_mask, cr2;
  uint64_t floats;
  uint64_t reserved[8];
  uint64_t mask;
  unsigned char info[128];
} signal_frame;

static signal_frame built_of(const dryad_context *context, uint64_t restorer, uint64_t floats)
{
  const dryad_user_registers r = resumed(&context->registers);
  return (signal_frame){
      .return_address = restorer,
      .flags = WITH_FLOATS | WITH_SS | STRICT_SS,
      .stack_mode = NO_STACK_MODE,
      .r8 = r.r8,
      .r9 = r.r9,
      .r10 = r.r10,
      .r11 = r.r11,
      .r12 = r.r12,
      .r13 = r.r13,
      .r14 = r.r14,
      .r15 = r.r15,
      .di = r.rdi,
      .si = r.rsi,
      .bp = r.rbp,
      .bx = r.rbx,
      .dx = r.rdx,
      .ax = r.rax,
      .cx = r.rcx,
      .sp = r.rsp,
      .ip = r.rip,
      .eflags = r.eflags,
      .cs = (uint16_t)r.cs,
      .gs = (uint16_t)r.gs,
      .fs = (uint16_t)r.fs,
      .ss = (uint16_t)r.ss,
      .floats = floats,
      .mask = context->mask,
  };
}

void dryad_signal_frame_build(dryad_signal_frame *frame, const dryad_context *context, uint64_t restorer,
                              const void *data, size_t data_size)
{
  DRYAD_ASSERT(data_size <= DRYAD_SIGNAL_FRAME_DATA && (data || data_size == 0));
  enum { END_MAGIC_SIZE = 4 };
  const uint64_t top = context->registers.rsp - RED_ZONE;
  frame->data = (top - data_size) & ~(uint64_t)(ALIGNMENT - 1);
  uint64_t floats = (frame->data - context->floats_size - END_MAGIC_SIZE) & ~(uint64_t)(FLOATS_ALIGNMENT - 1);
  /* As at the start of a function: a call has pushed its return address below an aligned stack. */
  frame->address = ((floats - sizeof(signal_frame)) & ~(uint64_t)(ALIGNMENT - 1)) - sizeof(uint64_t);
  frame->size = (size_t)(top - frame->address);
  memset(frame->bytes, 0, frame->size);
  const signal_frame built = built_of(context, restorer, floats);
  memcpy(frame->bytes, &built, sizeof built);
  write_floats(frame->bytes + (floats - frame->address), context);
  if (data_size > 0) memcpy(frame->bytes + (frame->data - frame->address), data, data_size);
}

bool dryad_signal_frame_enter(const dryad_signal_frame *frame, const dryad_context *context, pid_t tid,
                              uint64_t function, long call, const uint64_t arguments[6], uint64_t restorer)
{
  enum { DIRECTION = 0x400, TRAP = 0x100 };
  (void)restorer; /* it is on the stack */
  const uint64_t all = UINT64_MAX;
  dryad_user_registers registers = context->registers;
  registers.rip = function;
  registers.rsp = frame->address;
  registers.rdi = arguments[0];
  registers.rsi = arguments[1];
  registers.rdx = arguments[2];
  registers.rcx = registers.r10 = arguments[3]; /* of functions and of system calls */
  registers.r8 = arguments[4];
  registers.r9 = arguments[5];
  registers.rax = call >= 0 ? (uint64_t)call : 0;
  registers.rbp = 0;
  registers.orig_rax = UINT64_MAX;
  registers.eflags &= ~(uint64_t)(DIRECTION | TRAP);
  if (!dryad_user_write(&registers, tid)) return false;
  /* Done last, so that nothing stays blocked if this process ends in between. */
  ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof all, (void *)(uintptr_t)&all);
  return true;
}

#else
typedef int dryad_not_this_machine;
#endif
