/* SPDX-License-Identifier: MIT */
/* Without rights: a thread of the process is found that can be borrowed, and made to load the library. */
#ifndef DRYAD_ATTACH_LOADING_H
#define DRYAD_ATTACH_LOADING_H

#include "attach/entry.h"

/* DRYAD_OK once the library runs, or a sentence for the user. */
dryad_status dryad_loading_run(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error);

#endif
