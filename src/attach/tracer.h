/* SPDX-License-Identifier: MIT */
/* The threads of another process, seized by ptrace: all are watched, at most one is held.
 *
 * A seized thread runs on normally; its signals pass through here and must be forwarded without delay, so use
 * dryad_tracer_wait or dryad_tracer_idle for all waiting. When this process ends, at any moment, the kernel releases
 * all threads. Threads that start after dryad_tracer_seize are not seized. */
#ifndef DRYAD_ATTACH_TRACER_H
#define DRYAD_ATTACH_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dryad.h"

typedef struct dryad_tracee {
  pid_t tid;
  bool gone;    /* it ended, its process executed another program, or it belongs to another process */
  bool held;    /* it stays stopped until it is continued */
  int status;   /* of the stop, as waitpid gives it */
  int priority; /* lower is better for borrowing; set by the caller */
} dryad_tracee;

typedef struct dryad_tracer {
  pid_t pid;
  dryad_tracee *threads;
  size_t count;
  bool replaced; /* the process executed another program */
  bool is_asked; /* to end, by SIGTERM */
} dryad_tracer;

/* Seizes the threads listed in `tasks`, a descriptor of /proc/PID/task. Errors are sentences for the user. */
dryad_status dryad_tracer_seize(dryad_tracer *tracer, pid_t pid, int tasks, dryad_error *error);
void dryad_tracer_deinit(dryad_tracer *tracer); /* frees; seized threads are released when this process ends */

/* Asks a thread to stop and waits until it does. False: it is gone, or did not stop by the deadline (if it stops later,
   it is continued at once). */
bool dryad_tracer_hold(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* The two halves of dryad_tracer_hold. A held thread that is asked stops again when it is continued. */
bool dryad_tracer_ask(dryad_tracer *tracer, const dryad_tracee *thread);
bool dryad_tracer_await(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* Lets a held thread continue as if nothing had happened: if its process was stopped in the meantime, it stays
   stopped. */
void dryad_tracer_release(dryad_tracee *thread);

/* Discards the signal that stopped a held thread. */
void dryad_tracer_forget_signal(dryad_tracee *thread);

/* Lets a held thread run, with `to_call` only to its next system call entry or exit. Delivers `signal` unless 0. */
void dryad_tracer_continue(dryad_tracee *thread, bool to_call, int signal);

/* Waits until a continued thread stops again; false as in dryad_tracer_hold. Handles other threads' events. */
bool dryad_tracer_wait(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* Handles events until the deadline. */
void dryad_tracer_idle(dryad_tracer *tracer, uint64_t deadline);

/* Whether all seized threads are gone, as when their process has ended. */
bool dryad_tracer_is_over(const dryad_tracer *tracer);

/* Whether this process was asked to end. */
bool dryad_tracer_is_asked(dryad_tracer *tracer);

/* The kind of a held thread's stop. */
bool dryad_stop_is_group(const dryad_tracee *thread); /* its process was stopped, by SIGSTOP or the like */
bool dryad_stop_is_call(const dryad_tracee *thread);  /* at the entry or exit of a system call */
int dryad_stop_signal(const dryad_tracee *thread);    /* a signal to be delivered, or 0 */

#endif
