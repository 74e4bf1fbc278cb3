/* SPDX-License-Identifier: MIT */
#include "attach/helper.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attach/entry.h"
#include "attach/loading.h"
#include "attach/privileges.h"
#include "base/error.h"

_Noreturn void dryad_helper_run(const dryad_helper_job *job)
{
  static dryad_entry entry;
  dryad_error error = {0};
  const int kept[] = {job->socket, job->process->folder};
  if (!dryad_privileges_begin(job->parent, kept, 2)) _exit(EXIT_FAILURE);
  dryad_status status = dryad_entry_make(&entry, job, &error);
  if (status == DRYAD_OK) {
    const int pipes[DRYAD_MESSAGE_PIPES_SENT] = {entry.dump, entry.status};
    if (!dryad_helper_tell(job, &entry.effort, DRYAD_MESSAGE_PIPES, "", pipes)) status = dryad_fail_cancelled(&error);
    close(entry.dump);
    close(entry.library);
    close(job->process->folder);
    if (status == DRYAD_OK && !dryad_privileges_drop(job->parent))
      status = dryad_fail(&error, DRYAD_IO, "cannot drop privileges: %m");
  }
  if (status == DRYAD_OK) status = dryad_loading_run(&entry, job, &error);
  if (status != DRYAD_OK) dryad_entry_undo(&entry);
  dryad_helper_tell(job, &entry.effort, status == DRYAD_OK ? DRYAD_MESSAGE_STARTED : DRYAD_MESSAGE_REFUSED, error.text,
                    NULL);
  _exit(EXIT_SUCCESS);
}
