/* SPDX-License-Identifier: MIT */
/* Entering a thread that stands still, so that it finds its own way back.
 *
 * A frame like the one that the kernel makes for a signal handler is written below the thread's stack (and the red zone
 * under it). The thread is then set to the beginning of a function, with the frame's return address on top; the
 * function returns into rt_sigreturn, and that restores all that the frame holds: registers, floating point state, the
 * mask of signals. Whoever set the thread can die at any moment meanwhile.
 *
 * A system call that was waited in goes on. Those that any stop ends give EINTR: epoll_wait, sigtimedwait, msgrcv,
 * msgsnd, semop, io_getevents, and those of a socket with a time limit. If whoever set the thread has died, or on
 * aarch64, the call is begun anew as after a signal handler with SA_RESTART; then nanosleep, clock_nanosleep with a
 * span of time, poll, and futex with a time limit give EINTR too.
 *
 * signal_frame_x86_64.c and signal_frame_aarch64.c implement this, signal_frame.c what is the same on both. */
#ifndef DRYAD_ATTACH_SIGNAL_FRAME_H
#define DRYAD_ATTACH_SIGNAL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

typedef struct user_regs_struct dryad_user_registers;

#ifdef __aarch64__
enum { DRYAD_FLOATS = 16 + 512 }; /* bytes of the state of floating point */
#else
enum { DRYAD_FLOATS = 16384 };
#endif

/* Where a thread stands. */
typedef struct dryad_context {
  dryad_user_registers registers;
  unsigned char floats[DRYAD_FLOATS];
  size_t floats_size;
  uint64_t mask; /* blocked signals */
  bool at_call;  /* aarch64: at the instruction of a system call */
} dryad_context;

/* Bytes that a frame takes at most, with the data that goes along. */
enum { DRYAD_SIGNAL_FRAME_DATA = 256, DRYAD_SIGNAL_FRAME_ROOM = DRYAD_FLOATS + 8192 };

typedef struct dryad_signal_frame {
  uint64_t address; /* of the first byte */
  size_t size;
  unsigned char bytes[DRYAD_SIGNAL_FRAME_ROOM];
  uint64_t data; /* where the data that goes along lies */
} dryad_signal_frame;

/* Reads where a held thread stands. False, with errno, when it is gone; EINVAL: it runs code of 32 bits. */
bool dryad_context_read(dryad_context *context, pid_t tid);

/* Sets a held thread back to where a context says it stood, as the frame would. */
bool dryad_context_restore(const dryad_context *context, pid_t tid);

/* Sets the registers of a held thread, which is about to stop once more on its way out of the kernel, to what they were
   when it was first held: then the kernel goes on with the interrupted system call as if nothing had been, also with
   one that a signal handler would have ended. On a machine that does not rewind, rt_sigreturn does what can be done. */
#ifdef __aarch64__
enum { DRYAD_REWINDS = 0 };
#else
enum { DRYAD_REWINDS = 1 };
#endif
bool dryad_context_rewind(const dryad_context *context, pid_t tid);

/* The bytes to be written below the stack. `restorer` is the address of code that calls rt_sigreturn. */
void dryad_signal_frame_build(dryad_signal_frame *frame, const dryad_context *context, uint64_t restorer,
                              const void *data, size_t data_size);

/* Sets a held thread to the beginning of a function, or, with a `call` of at least 0, to an instruction that makes that
   system call and then returns; its arguments may point to the frame's data. All signals are blocked meanwhile. */
bool dryad_signal_frame_enter(const dryad_signal_frame *frame, const dryad_context *context, pid_t tid,
                              uint64_t function, long call, const uint64_t arguments[6], uint64_t restorer);

/* Parts of registers. */
uint64_t dryad_user_pc(const dryad_user_registers *registers);
uint64_t dryad_user_sp(const dryad_user_registers *registers);

/* At a stop behind a system call: its result. At a stop before one: whether it is rt_sigreturn. */
int64_t dryad_user_result(const dryad_user_registers *registers);
bool dryad_user_returning(const dryad_user_registers *registers);

/* Whether a held thread waits in a system call that can be interrupted; which. And whether the stop has ended that
   call, so that each more would end one more. */
bool dryad_user_waiting(const dryad_user_registers *registers, long *call);
bool dryad_user_is_ended(const dryad_user_registers *registers);

/* Whether a held thread has just come back from a system call, and has done nothing since; which. Where it cannot be
   told, no. */
bool dryad_user_returned(const dryad_user_registers *registers, long *call);

bool dryad_user_read(dryad_user_registers *registers, pid_t tid);
bool dryad_user_write(const dryad_user_registers *registers, pid_t tid);

/* The address that the C library keeps its own facts about a held thread at; 0: it cannot be known. */
uint64_t dryad_user_thread_pointer(const dryad_user_registers *registers, pid_t tid);

#endif
