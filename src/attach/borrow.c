/* SPDX-License-Identifier: MIT */
#include "attach/borrow.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "attach/deadline.h"
#include "base/assert.h"

/* ---- going in */

static bool write_memory(int file, uint64_t address, const void *bytes, size_t size)
{
  for (const char *from = bytes; size > 0;) {
    ssize_t written = pwrite(file, from, size, (off_t)address);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    from += written;
    address += (uint64_t)written;
    size -= (size_t)written;
  }
  return true;
}

static uint64_t placed(uint64_t argument, uint64_t data)
{
  return argument >= DRYAD_AT_DATA ? data + (argument - DRYAD_AT_DATA) : argument;
}

/* Enters the function, or the system call with a `number` of at least 0. */
static dryad_call_end enter(const dryad_borrowed *borrowed, const dryad_context *context, dryad_signal_frame *frame,
                            uint64_t function, long number, const uint64_t arguments[6])
{
  const pid_t tid = borrowed->thread->tid;
  uint64_t values[6];
  for (int i = 0; i < 6; i++) values[i] = placed(arguments[i], frame->data);
  if (!write_memory(borrowed->memory, frame->address, frame->bytes, frame->size)) return DRYAD_CALL_NO_ROOM;
  bool entered = dryad_signal_frame_enter(frame, context, tid, function, number, values, borrowed->gadgets.finish);
  return entered ? DRYAD_CALL_DONE : DRYAD_CALL_GONE;
}

/* ---- until the thread is back */

static bool is_fault(int number)
{
  return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE || number == SIGTRAP ||
         number == SIGABRT || number == SIGSYS;
}

static dryad_call_end unfinished(const dryad_borrowed *borrowed)
{
  return borrowed->thread->gone || borrowed->tracer->replaced ? DRYAD_CALL_GONE : DRYAD_CALL_LATE;
}

/* Lets the thread run until it enters or leaves a system call. */
static dryad_call_end step(const dryad_borrowed *borrowed, const dryad_context *context, uint64_t deadline)
{
  int passed = 0;
  for (;;) {
    dryad_tracer_continue(borrowed->thread, true, passed);
    if (!dryad_tracer_wait(borrowed->tracer, borrowed->thread, deadline)) return unfinished(borrowed);
    if (dryad_stop_is_call(borrowed->thread)) return DRYAD_CALL_DONE;
    passed = dryad_stop_signal(borrowed->thread);
    if (!is_fault(passed)) continue;
    dryad_tracer_forget_signal(borrowed->thread);
    return dryad_context_restore(context, borrowed->thread->tid) ? DRYAD_CALL_CRASHED : DRYAD_CALL_GONE;
  }
}

/* At rt_sigreturn, which is skipped: the tracer restores the thread itself, and more completely. At every instant the
   thread could be left as it is. */
static dryad_call_end finish(const dryad_borrowed *borrowed, const dryad_context *context, uint64_t deadline)
{
  dryad_tracee *thread = borrowed->thread;
  if (!DRYAD_REWINDS) return step(borrowed, context, deadline);
  if (!dryad_context_restore(context, thread->tid)) return DRYAD_CALL_GONE;
  dryad_call_end end = step(borrowed, context, deadline);
  if (end != DRYAD_CALL_DONE) return end;
  if (!dryad_tracer_ask(borrowed->tracer, thread) || !dryad_context_rewind(context, thread->tid))
    return DRYAD_CALL_GONE;
  dryad_tracer_continue(thread, false, 0);
  return dryad_tracer_await(borrowed->tracer, thread, deadline) ? DRYAD_CALL_DONE : unfinished(borrowed);
}

/* Runs until the thread is back where it was. `result` receives the result of the first system call. */
static dryad_call_end run(const dryad_borrowed *borrowed, const dryad_context *context, int64_t *result)
{
  const uint64_t deadline = dryad_now() + borrowed->patience;
  dryad_user_registers registers;
  for (bool first = true;; first = false) {
    dryad_call_end end = step(borrowed, context, deadline);
    if (end != DRYAD_CALL_DONE) return end;
    if (!dryad_user_read(&registers, borrowed->thread->tid)) return DRYAD_CALL_GONE;
    if (dryad_user_returning(&registers)) return finish(borrowed, context, deadline);
    end = step(borrowed, context, deadline);
    if (end != DRYAD_CALL_DONE) return end;
    if (!first) continue;
    if (!dryad_user_read(&registers, borrowed->thread->tid)) return DRYAD_CALL_GONE;
    *result = dryad_user_result(&registers);
  }
}

static dryad_call_end call(const dryad_borrowed *borrowed, int64_t *result, uint64_t function, long number,
                           const uint64_t arguments[6], void *data, size_t size)
{
  dryad_context context;
  dryad_signal_frame frame;
  if (!dryad_context_read(&context, borrowed->thread->tid)) return DRYAD_CALL_GONE;
  dryad_signal_frame_build(&frame, &context, borrowed->gadgets.finish, data, size);
  dryad_call_end end = enter(borrowed, &context, &frame, function, number, arguments);
  if (end == DRYAD_CALL_DONE) end = run(borrowed, &context, result);
  if (end != DRYAD_CALL_DONE || size == 0) return end;
  ssize_t got = pread(borrowed->memory, data, size, (off_t)frame.data);
  return got == (ssize_t)size ? DRYAD_CALL_DONE : DRYAD_CALL_GONE;
}

dryad_call_end dryad_call_system(const dryad_borrowed *borrowed, int64_t *result, long number,
                                 const uint64_t arguments[6], void *data, size_t size)
{
  DRYAD_ASSERT(borrowed->thread->held && result && size <= DRYAD_SIGNAL_FRAME_DATA && (data || size == 0));
  return call(borrowed, result, borrowed->gadgets.call, number, arguments, data, size);
}

dryad_call_end dryad_call_function(const dryad_borrowed *borrowed, uint64_t function, const uint64_t arguments[6],
                                   void *data, size_t size)
{
  DRYAD_ASSERT(borrowed->thread->held && size <= DRYAD_SIGNAL_FRAME_DATA && (data || size == 0));
  int64_t ignored;
  return call(borrowed, &ignored, function, -1, arguments, data, size);
}
