/* SPDX-License-Identifier: MIT */
/* Entering a stopped thread in such a way that it returns by itself.
 *
 * The tracer writes a frame like the kernel's for a signal handler below the thread's stack (and the red zone under
 * it). It then points the thread at the start of a function, with the frame's return address on top; the function
 * returns into rt_sigreturn, which restores everything in the frame: registers, floating point state and the signal
 * mask. The tracer can die at any moment in between.
 *
 * A system call in which the thread waited continues. Calls that any stop interrupts return EINTR: epoll_wait,
 * sigtimedwait, msgrcv, msgsnd, semop, io_getevents, and socket calls with a timeout. If the tracer has died, or on
 * aarch64, the call is restarted as after a signal handler with SA_RESTART; then nanosleep, clock_nanosleep with a
 * relative time, poll, and futex with a timeout return EINTR too.
 *
 * signal_frame_x86_64.c and signal_frame_aarch64.c implement this; signal_frame.c holds the code common to both. */
#ifndef DRYAD_ATTACH_SIGNAL_FRAME_H
#define DRYAD_ATTACH_SIGNAL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

typedef struct user_regs_struct dryad_user_registers;

#ifdef __aarch64__
enum { DRYAD_FLOATS = 16 + 512 }; /* bytes of the floating point state */
#else
enum { DRYAD_FLOATS = 16384 };
#endif

/* The state of a stopped thread. */
typedef struct dryad_context {
  dryad_user_registers registers;
  unsigned char floats[DRYAD_FLOATS];
  size_t floats_size;
  uint64_t mask; /* blocked signals */
  bool at_call;  /* aarch64: at a system call instruction */
} dryad_context;

/* The most bytes of a frame, including its data. */
enum { DRYAD_SIGNAL_FRAME_DATA = 256, DRYAD_SIGNAL_FRAME_ROOM = DRYAD_FLOATS + 8192 };

typedef struct dryad_signal_frame {
  uint64_t address; /* of the first byte */
  size_t size;
  unsigned char bytes[DRYAD_SIGNAL_FRAME_ROOM];
  uint64_t data; /* the address of its data */
} dryad_signal_frame;

/* Reads the state of a held thread. False, with errno: the thread is gone; EINVAL: it runs 32-bit code. */
bool dryad_context_read(dryad_context *context, pid_t tid);

/* Restores a held thread to the state in a context, as the frame would. */
bool dryad_context_restore(const dryad_context *context, pid_t tid);

/* Restores the registers that a held thread had when it was first held, just before it stops again on its way out of
   the kernel: the kernel then continues the interrupted system call as if nothing had happened, even one that a signal
   handler would have interrupted for good. On a machine that does not rewind, rt_sigreturn does what it can. */
#ifdef __aarch64__
enum { DRYAD_REWINDS = 0 };
#else
enum { DRYAD_REWINDS = 1 };
#endif
bool dryad_context_rewind(const dryad_context *context, pid_t tid);

/* Builds the bytes to write below the stack. `restorer` is the address of code that calls rt_sigreturn. */
void dryad_signal_frame_build(dryad_signal_frame *frame, const dryad_context *context, uint64_t restorer,
                              const void *data, size_t data_size);

/* Points a held thread at the start of a function or, with a `call` of at least 0, at an instruction that makes that
   system call and then returns. Arguments may point to the frame's data. All signals are blocked in the meantime. */
bool dryad_signal_frame_enter(const dryad_signal_frame *frame, const dryad_context *context, pid_t tid,
                              uint64_t function, long call, const uint64_t arguments[6], uint64_t restorer);

/* Parts of registers. */
uint64_t dryad_user_pc(const dryad_user_registers *registers);
uint64_t dryad_user_sp(const dryad_user_registers *registers);

/* At a stop after a system call: its result. At a stop before one: whether it is rt_sigreturn. */
int64_t dryad_user_result(const dryad_user_registers *registers);
bool dryad_user_returning(const dryad_user_registers *registers);

/* Whether a held thread waits in an interruptible system call, and in which. And whether the stop has interrupted that
   call for good, so that each further stop would interrupt another one. */
bool dryad_user_waiting(const dryad_user_registers *registers, long *call);
bool dryad_user_is_ended(const dryad_user_registers *registers);

/* Whether a held thread has just returned from a system call and done nothing since, and from which. False if this is
   unknown. */
bool dryad_user_returned(const dryad_user_registers *registers, long *call);

bool dryad_user_read(dryad_user_registers *registers, pid_t tid);
bool dryad_user_write(const dryad_user_registers *registers, pid_t tid);

/* The address of the C library's data about a held thread (its thread pointer); 0: unknown. */
uint64_t dryad_user_thread_pointer(const dryad_user_registers *registers, pid_t tid);

#endif
