/* SPDX-License-Identifier: MIT */
#include "attach/helper.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attach/entry.h"
#include "attach/loading.h"
#include "attach/message.h"
#include "attach/privileges.h"
#include "base/error.h"

/* False: nobody listens any more. */
static bool tell(const dryad_helper_job *job, const dryad_entry *entry, dryad_message_kind kind, const char *text,
                 const int *pipes)
{
  dryad_message message = {.kind = (uint32_t)kind, .attempts = entry->attempts, .held = entry->held};
  snprintf(message.text, sizeof message.text, "%s", text);
  return dryad_message_send(job->socket, &message, pipes);
}

void dryad_helper_note(const dryad_helper_job *job, dryad_entry *entry, const char *format, ...)
{
  char text[DRYAD_MESSAGE_TEXT];
  va_list arguments;
  if (!job->is_traced || entry->notes >= DRYAD_HELPER_NOTES) return;
  entry->notes++;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  tell(job, entry, DRYAD_MESSAGE_NOTE, text, NULL);
}

_Noreturn void dryad_helper_run(const dryad_helper_job *job)
{
  static dryad_entry entry;
  dryad_error error = {0};
  const int kept[] = {job->socket, job->process->folder};
  if (!dryad_privileges_begin(job->parent, kept, 2)) _exit(EXIT_FAILURE);
  dryad_status status = dryad_entry_make(&entry, job, &error);
  if (status == DRYAD_OK) {
    const int pipes[DRYAD_MESSAGE_PIPES_SENT] = {entry.dump, entry.status};
    if (!tell(job, &entry, DRYAD_MESSAGE_PIPES, "", pipes)) status = dryad_fail_cancelled(&error);
    close(entry.dump);
    close(entry.library);
    close(job->process->folder);
    if (status == DRYAD_OK && !dryad_privileges_drop(job->parent))
      status = dryad_fail(&error, DRYAD_IO, "rights cannot be given up: %m");
  }
  if (status == DRYAD_OK) status = dryad_loading_run(&entry, job, &error);
  if (status != DRYAD_OK) dryad_entry_undo(&entry);
  tell(job, &entry, status == DRYAD_OK ? DRYAD_MESSAGE_STARTED : DRYAD_MESSAGE_REFUSED, error.text, NULL);
  _exit(EXIT_SUCCESS);
}
