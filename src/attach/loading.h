/* SPDX-License-Identifier: MIT */
/* The unprivileged step: finds a thread of the process that can be borrowed and makes it load the library. */
#ifndef DRYAD_ATTACH_LOADING_H
#define DRYAD_ATTACH_LOADING_H

#include "attach/entry.h"

/* DRYAD_OK once the library runs, or an error with a sentence for the user. */
dryad_status dryad_loading_run(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error);

#endif
