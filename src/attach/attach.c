/* SPDX-License-Identifier: MIT */
#include "attach/attach.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach/deadline.h"
#include "attach/helper.h"
#include "attach/library_status.h"
#include "attach/message.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/trace.h"

enum { CHUNK = 256 * 1024, LOOK_EVERY = 100 /* milliseconds */ };
#define LAST_MOMENT (DRYAD_SECOND * 6 / 10)
#define VERY_LAST_MOMENT (DRYAD_SECOND * 3 / 10)
#define SLOWEST (UINT64_C(1024) * 1024) /* bytes a second: the least rate at which a dump must grow */
#define SLOW_WRITE DRYAD_MILLISECOND    /* a longer write is the disk's fault, not the process's */

/* The most bytes that a dump of so much memory can have: an object of 24 bytes becomes a line of a hundred. */
#define LONGEST(memory) (UINT64_C(64) * 1024 * 1024 + 32 * (memory))

#define FAIL(...) return dryad_fail(error, DRYAD_IO, __VA_ARGS__)

typedef struct attaching {
  const dryad_attach_options *options;
  const dryad_attach_receiver *receiver;
  dryad_attach_result *result;
  dryad_process process;
  pid_t helper; /* 0: none, or already waited for */
  int socket;
  int dump, status; /* the pipes; -1 before they arrive and after their end */
  bool started;     /* the library runs, so its pipes may be read */
  dryad_library_status library;
  uint64_t longest;         /* the most bytes that its dump can have */
  uint64_t since, deadline; /* when the current stage began, and when to give up */
  dryad_trace_stage traced; /* the current stage */
  unsigned notes;           /* received from the helper */
  char *chunk;
} attaching;

/* ---- beginning and end */

static void close_file(int *file)
{
  if (*file >= 0) close(*file);
  *file = -1;
}

static bool has_ended(pid_t helper, uint64_t patience)
{
  const uint64_t deadline = dryad_now() + patience;
  pid_t ended;
  while ((ended = waitpid(helper, NULL, WNOHANG)) == 0 && dryad_now() < deadline) usleep(1000);
  return ended != 0;
}

/* Asks the helper to end, so that it closes what it opened in the process; then kills it, which never harms the
   process. Even the wait for that is bounded: the process's memory or files may lie in a file system (FUSE) that never
   answers, and a killed helper stays there. */
static void end_helper(attaching *self)
{
  if (self->helper > 0) {
    kill(self->helper, SIGTERM);
    if (!has_ended(self->helper, LAST_MOMENT)) {
      kill(self->helper, SIGKILL);
      has_ended(self->helper, VERY_LAST_MOMENT);
    }
  }
  self->helper = 0;
  close_file(&self->socket);
}

static void end(attaching *self)
{
  end_helper(self);
  close_file(&self->dump);
  close_file(&self->status);
  dryad_process_close(&self->process);
  free(self->chunk);
}

static dryad_status start_helper(attaching *self, dryad_image *image, dryad_error *error)
{
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) FAIL("cannot create a socket: %m");
  const dryad_helper_job job = {
      &self->process, image, ends[1], getpid(), dryad_now() + self->options->timeout / 10 * 9, dryad_trace_is_on()};
  self->helper = fork();
  if (self->helper == 0) dryad_helper_run(&job);
  close(ends[1]);
  self->socket = ends[0];
  if (self->helper < 0) FAIL("cannot create a process: %m");
  return DRYAD_OK;
}

static dryad_status start(attaching *self, dryad_error *error)
{
  dryad_image image;
  dryad_status status = dryad_process_open(&self->process, self->options->pid, error);
  if (status != DRYAD_OK) return status;
  self->chunk = malloc(CHUNK);
  if (!self->chunk) return dryad_fail_memory(error);
  status = dryad_image_read(&image, self->options->library, error);
  if (status != DRYAD_OK) return status;
  dryad_attach_order order = dryad_image_order(&image);
  order.values = (uint32_t)self->options->values;
  order.max_value = self->options->max_value;
  order.allocation_frames = self->options->allocation_frames;
  dryad_image_set_order(&image, &order);
  status = start_helper(self, &image, error);
  dryad_image_deinit(&image);
  return status;
}

/* ---- what comes */

static const char *stage_name(const attaching *self)
{
  if (!self->started) return "enter the process";
  switch (self->library.stage) {
  case DRYAD_LIBRARY_STARTING: return "start the library";
  case DRYAD_LIBRARY_WAITING: return "wait for the GIL";
  case DRYAD_LIBRARY_COPIED:
  case DRYAD_LIBRARY_DONE: break;
  }
  return "receive the dump";
}

static void end_traced_stage(attaching *self)
{
  DRYAD_TRACE_END(self->traced, {"pid", .number = (uint64_t)self->options->pid},
                  {"bytes", .number = self->result->bytes}, {"attempts", .number = self->result->attempts},
                  {"nanoseconds held", .number = self->result->held});
}

static void begin_stage(attaching *self)
{
  const char *name = stage_name(self);
  if (self->traced.name != name) {
    end_traced_stage(self);
    self->traced = dryad_trace_begin(name);
  }
  self->since = dryad_now();
  self->deadline = self->since + self->options->timeout;
}

/* Received bytes extend the deadline, to at most one stage from now: a dump may be long, but must not trickle. */
static void extend_stage(attaching *self, uint64_t bytes)
{
  const uint64_t most = dryad_now() + self->options->timeout;
  self->deadline += bytes * DRYAD_SECOND / SLOWEST;
  if (self->deadline > most) self->deadline = most;
}

static int pid_of(const attaching *self) { return (int)self->options->pid; }

static dryad_status take_message(attaching *self, const dryad_message *message, const int pipes[2], dryad_error *error)
{
  self->result->held = message->held;
  self->result->attempts = message->attempts;
  switch ((dryad_message_kind)message->kind) {
  case DRYAD_MESSAGE_REFUSED: FAIL("%s", message->text);
  case DRYAD_MESSAGE_PIPES:
    if (self->dump >= 0) break; /* a second pair: only this process loses those descriptors */
    self->dump = pipes[0];
    self->status = pipes[1];
    return DRYAD_OK;
  case DRYAD_MESSAGE_NOTE:
    if (!dryad_trace_is_on() || ++self->notes > DRYAD_HELPER_NOTES) break;
    DRYAD_TRACE_DECISION("borrow a thread", {"decision", .text = message->text},
                         {"attempts", .number = message->attempts}, {"nanoseconds held", .number = message->held});
    return DRYAD_OK;
  case DRYAD_MESSAGE_STARTED:
    if (self->dump < 0) break;
    self->started = true;
    end_helper(self);
    begin_stage(self);
    return DRYAD_OK;
  }
  FAIL("process %d: the helper sent an invalid message", pid_of(self));
}

static dryad_status hear_helper(attaching *self, dryad_error *error)
{
  dryad_message message;
  int pipes[2] = {-1, -1};
  switch (dryad_message_receive(self->socket, &message, pipes)) {
  case DRYAD_RECEIVED_NOTHING: return DRYAD_OK;
  case DRYAD_RECEIVED: return take_message(self, &message, pipes, error);
  case DRYAD_RECEIVED_END: FAIL("process %d: the helper that traces it was killed; the process runs on", pid_of(self));
  case DRYAD_RECEIVED_NONSENSE: break;
  }
  FAIL("process %d: the helper sent an invalid message", pid_of(self));
}

static dryad_status hear_library(attaching *self, dryad_error *error)
{
  char text[DRYAD_ATTACH_LINE];
  dryad_library_stage before = self->library.stage;
  ssize_t got = read(self->status, text, sizeof text);
  if (got < 0) return DRYAD_OK;
  if (got == 0) {
    close_file(&self->status);
    if (self->library.stage != DRYAD_LIBRARY_DONE) FAIL("process %d ended before its dump did", pid_of(self));
    return DRYAD_OK;
  }
  dryad_status status = dryad_library_status_take(&self->library, pid_of(self), text, (size_t)got, error);
  if (self->library.stage != before) begin_stage(self);
  return status;
}

static dryad_status take_dump(attaching *self, dryad_error *error)
{
  ssize_t got = read(self->dump, self->chunk, CHUNK);
  if (got < 0) return DRYAD_OK;
  if (got == 0) {
    close_file(&self->dump);
    return DRYAD_OK;
  }
  if (self->library.stage == DRYAD_LIBRARY_STARTING) FAIL("process %d is not what it seems", pid_of(self));
  self->result->bytes += (uint64_t)got;
  if (self->result->bytes > self->longest)
    FAIL("process %d: its dump is larger than its memory allows; it is not what it seems", pid_of(self));
  extend_stage(self, (uint64_t)got);
  const uint64_t before = dryad_now();
  dryad_status status = self->receiver->take(self->receiver->context, self->chunk, (size_t)got, error);
  const uint64_t written = dryad_now() - before;
  if (written > SLOW_WRITE) self->deadline += written;
  return status;
}

/* ---- waiting */

static const char *waiting_for(const attaching *self)
{
  if (!self->started) return "a thread that can be borrowed";
  if (self->result->bytes > 0) return "";
  switch (self->library.stage) {
  case DRYAD_LIBRARY_STARTING: return "its thread to start";
  case DRYAD_LIBRARY_WAITING: return "the GIL, which another thread does not release";
  case DRYAD_LIBRARY_COPIED:
  case DRYAD_LIBRARY_DONE: break;
  }
  return "the dump";
}

static dryad_status check_time(const attaching *self, dryad_error *error)
{
  const uint64_t now = dryad_now();
  const double waited = (double)(now - self->since) / (double)DRYAD_SECOND;
  if (now <= self->deadline) return DRYAD_OK;
  if (self->result->bytes > 0)
    FAIL("process %d: gave up after %.1fs: its dump arrives too slowly or never ends; it runs on", pid_of(self),
         waited);
  FAIL("process %d: gave up after %.1fs of waiting for %s; it runs on%s", pid_of(self), waited, waiting_for(self),
       self->started ? ", with one Dryad thread left in it that ends by itself" : "");
}

static bool is_over(const attaching *self) { return self->library.stage == DRYAD_LIBRARY_DONE && self->dump < 0; }

/* Waits briefly for input and handles whatever arrived. */
static dryad_status go_on(attaching *self, dryad_error *error)
{
  struct pollfd asked[] = {{.fd = self->socket, .events = POLLIN},
                           {.fd = self->started ? self->status : -1, .events = POLLIN},
                           {.fd = self->started ? self->dump : -1, .events = POLLIN}};
  /* The library reports the end only after the whole dump is in the pipe. The pipe itself may never reach its end:
     children that the process forked in the meantime hold it open too. */
  const bool is_told = self->library.stage == DRYAD_LIBRARY_DONE;
  const int came = poll(asked, 3, is_told ? 0 : LOOK_EVERY);
  if (came == 0 && !is_told && dryad_process_is_over(&self->process))
    FAIL("process %d ended before its dump did", pid_of(self));
  if (is_told && asked[2].revents == 0) close_file(&self->dump);
  dryad_status status = DRYAD_OK;
  if (!self->receiver->report(self->receiver->context, waiting_for(self), self->result->bytes))
    return dryad_fail_cancelled(error);
  if (asked[0].revents != 0) status = hear_helper(self, error);
  if (status == DRYAD_OK && asked[1].revents != 0) status = hear_library(self, error);
  if (status == DRYAD_OK && asked[2].revents != 0 && self->dump >= 0) status = take_dump(self, error);
  return status == DRYAD_OK ? check_time(self, error) : status;
}

dryad_status dryad_attach_dump(const dryad_attach_options *options, const dryad_attach_receiver *receiver,
                               dryad_attach_result *result, dryad_error *error)
{
  DRYAD_ASSERT(options->pid > 0 && options->library && options->values <= 2 && options->timeout > 0);
  DRYAD_ASSERT(receiver->take && receiver->report && result);
  attaching self = {.options = options, .receiver = receiver, .result = result, .process = {.folder = -1}};
  self.socket = self.dump = self.status = -1;
  *result = (dryad_attach_result){0};
  begin_stage(&self);
  dryad_status status = start(&self, error);
  memcpy(result->name, self.process.name, sizeof result->name);
  if (status == DRYAD_OK) result->resident = dryad_process_resident(&self.process);
  if (status == DRYAD_OK) self.longest = LONGEST(result->resident + dryad_process_swapped(&self.process));
  while (status == DRYAD_OK && !is_over(&self)) status = go_on(&self, error);
  result->objects = self.library.objects;
  result->heap_bytes = self.library.heap_bytes;
  end_traced_stage(&self);
  end(&self);
  return status;
}
