/* SPDX-License-Identifier: MIT */
#include "attach/helper_job.h"

#include <stdarg.h>
#include <stdio.h>

bool dryad_helper_tell(const dryad_helper_job *job, const dryad_helper_effort *effort, dryad_message_kind kind,
                       const char *text, const int *pipes)
{
  dryad_message message = {.kind = (uint32_t)kind, .attempts = effort->attempts, .held = effort->held};
  snprintf(message.text, sizeof message.text, "%s", text);
  return dryad_message_send(job->socket, &message, pipes);
}

void dryad_helper_note(const dryad_helper_job *job, dryad_helper_effort *effort, const char *format, ...)
{
  char text[DRYAD_MESSAGE_TEXT];
  va_list arguments;
  if (!job->is_traced || effort->notes >= DRYAD_HELPER_NOTES) return;
  effort->notes++;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  dryad_helper_tell(job, effort, DRYAD_MESSAGE_NOTE, text, NULL);
}
