/* SPDX-License-Identifier: MIT */
/*
 * A trace of what the library does: stages, with their times, and decisions.
 *
 * The process has one receiver, set by dryad_trace_start (dryad.h, io/trace_log.c). This is Dryad's only process-wide
 * state: allocators and worker threads do not know any heap. Without a receiver a stage or decision costs one branch,
 * and its arguments are not evaluated. Any thread may trace; a child made by fork begins without a receiver.
 */
#ifndef DRYAD_BASE_TRACE_H
#define DRYAD_BASE_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A text, or a number if the text is NULL. Texts may hold any bytes; names are static strings. */
typedef struct dryad_trace_argument {
  const char *name; /* NULL ends an array */
  const char *text;
  uint64_t number;
} dryad_trace_argument;

enum { DRYAD_TRACE_ARGUMENTS = 8 }; /* at most, not counting the end */

typedef struct dryad_trace_event {
  const char *name;
  bool is_stage;
  uint64_t start;    /* nanoseconds of the monotonic clock */
  uint64_t duration; /* nanoseconds; 0 for a decision */
  int thread;        /* the kernel's thread id */
  const dryad_trace_argument *arguments;
} dryad_trace_event;

/* Called for one event at a time, on the thread that caused it; for a stage, when it ends. What the receiver itself
   does is not traced. The event is valid until it returns. */
typedef void (*dryad_trace_receiver)(void *context, const dryad_trace_event *event);

/* NULL stops tracing. After the call the previous receiver is not called again. */
void dryad_trace_set_receiver(dryad_trace_receiver receiver, void *context);

/* Removes the receiver in a child made by fork, before it has other threads. Another thread of the parent may have been
   sending at the fork, so this locks nothing. */
void dryad_trace_forget_receiver(void);

extern atomic_bool dryad_trace_flag;
static inline bool dryad_trace_is_on(void) { return atomic_load_explicit(&dryad_trace_flag, memory_order_relaxed); }

typedef struct dryad_trace_stage {
  const char *name;
  uint64_t start; /* 0: not traced */
} dryad_trace_stage;

uint64_t dryad_trace_now(void);
void dryad_trace_send_stage(const dryad_trace_stage *stage, const dryad_trace_argument *arguments);
void dryad_trace_send_decision(const char *name, const dryad_trace_argument *arguments);

/* Begins a stage. It must end on the same thread, after all stages that began later. */
static inline dryad_trace_stage dryad_trace_begin(const char *name)
{
  return (dryad_trace_stage){name, dryad_trace_is_on() ? dryad_trace_now() : 0};
}

/* DRYAD_TRACE_END(stage, {"bytes", .number = size}, ...): ends a stage. At least one argument. */
#define DRYAD_TRACE_END(stage, ...)                                                                                    \
  do {                                                                                                                 \
    if ((stage).start) dryad_trace_send_stage(&(stage), (const dryad_trace_argument[]){__VA_ARGS__, {0}});             \
  } while (0)

/* DRYAD_TRACE_DECISION("spill", {"folder", .text = folder}): what was decided, and why. */
#define DRYAD_TRACE_DECISION(name, ...)                                                                                \
  do {                                                                                                                 \
    if (dryad_trace_is_on()) dryad_trace_send_decision(name, (const dryad_trace_argument[]){__VA_ARGS__, {0}});        \
  } while (0)

#endif
