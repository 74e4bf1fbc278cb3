/* SPDX-License-Identifier: MIT */
#include "base/trace.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"

atomic_bool dryad_trace_flag;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the rest */
static dryad_trace_receiver receiver;
static void *receiver_context;

static _Thread_local bool is_sending; /* this thread is sending and holds the mutex */

uint64_t dryad_trace_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void dryad_trace_set_receiver(dryad_trace_receiver new_receiver, void *context)
{
  pthread_mutex_lock(&mutex);
  receiver = new_receiver;
  receiver_context = context;
  atomic_store(&dryad_trace_flag, new_receiver != NULL);
  pthread_mutex_unlock(&mutex);
}

void dryad_trace_forget_receiver(void)
{
  mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  receiver = NULL;
  is_sending = false;
  atomic_store(&dryad_trace_flag, false);
}

static void send(const dryad_trace_event *event)
{
  if (is_sending) return;
  pthread_mutex_lock(&mutex);
  is_sending = true;
  if (receiver) receiver(receiver_context, event);
  is_sending = false;
  pthread_mutex_unlock(&mutex);
}

static int thread_number(void) { return (int)syscall(SYS_gettid); }

void dryad_trace_send_stage(const dryad_trace_stage *stage, const dryad_trace_argument *arguments)
{
  DRYAD_ASSERT(stage->name && stage->start > 0 && arguments);
  send(&(dryad_trace_event){.name = stage->name,
                            .is_stage = true,
                            .start = stage->start,
                            .duration = dryad_trace_now() - stage->start,
                            .thread = thread_number(),
                            .arguments = arguments});
}

void dryad_trace_send_decision(const char *name, const dryad_trace_argument *arguments)
{
  DRYAD_ASSERT(name && arguments);
  send(&(dryad_trace_event){
      .name = name, .start = dryad_trace_now(), .thread = thread_number(), .arguments = arguments});
}
