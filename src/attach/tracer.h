/* SPDX-License-Identifier: MIT */
/* The threads of another process, seized by ptrace: all are watched, at most one is held.
 *
 * A seized thread runs on as ever; its signals pass through here and must be handed on without delay, so whoever waits
 * for anything waits by dryad_tracer_wait or dryad_tracer_idle. When this process ends, at any moment, the kernel lets
 * all threads go. No thread that is born after dryad_tracer_seize is seized. */
#ifndef DRYAD_ATTACH_TRACER_H
#define DRYAD_ATTACH_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dryad.h"

typedef struct dryad_tracee {
  pid_t tid;
  bool gone;    /* it ended, or its process executed another program, or it is another process's */
  bool held;    /* it is stopped, and stays so until it is continued */
  int status;   /* of the stop, as waitpid gives it */
  int priority; /* the lower, the better to be borrowed; for the caller */
} dryad_tracee;

typedef struct dryad_tracer {
  pid_t pid;
  dryad_tracee *threads;
  size_t count;
  bool replaced; /* the process executed another program */
  bool is_asked; /* to end, by SIGTERM */
} dryad_tracer;

/* Seizes the threads that `tasks` lists, a descriptor of /proc/PID/task. An error is a sentence for the user. */
dryad_status dryad_tracer_seize(dryad_tracer *tracer, pid_t pid, int tasks, dryad_error *error);
void dryad_tracer_deinit(dryad_tracer *tracer); /* frees; what is seized is let go when this process ends */

/* Asks a thread to stop and waits for that. False: it is gone, or did not stop by then (it may later: then it is
   continued at once). */
bool dryad_tracer_hold(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* The two halves of that. A held thread that is asked stops anew when it is continued. */
bool dryad_tracer_ask(dryad_tracer *tracer, const dryad_tracee *thread);
bool dryad_tracer_await(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* Lets a held thread go on as if nothing had been: where its process was stopped meanwhile, it stays stopped. */
void dryad_tracer_release(dryad_tracee *thread);

/* What stopped a held thread, a signal, is forgotten. */
void dryad_tracer_forget_signal(dryad_tracee *thread);

/* Lets a held thread run, to its next system call or return of one where `to_call`, handing on a signal unless 0. */
void dryad_tracer_continue(dryad_tracee *thread, bool to_call, int signal);

/* Waits until one thread that was continued stops again; false as above. Events of others are dealt with. */
bool dryad_tracer_wait(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline);

/* Deals with events until then. */
void dryad_tracer_idle(dryad_tracer *tracer, uint64_t deadline);

/* Whether all seized threads are gone, as they are when their process has ended. */
bool dryad_tracer_is_over(const dryad_tracer *tracer);

/* Whether this process was asked to end. */
bool dryad_tracer_is_asked(dryad_tracer *tracer);

/* What the stop of a held thread is. */
bool dryad_stop_is_group(const dryad_tracee *thread); /* its process was stopped, by SIGSTOP and its like */
bool dryad_stop_is_call(const dryad_tracee *thread);  /* at or behind a system call */
int dryad_stop_signal(const dryad_tracee *thread);    /* a signal that waits to be delivered, or 0 */

#endif
