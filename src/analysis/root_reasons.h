/* SPDX-License-Identifier: MIT */
/* The names of root reasons, in dumps and in answers: see also dryad_root_reason_name. */
#ifndef DRYAD_ANALYSIS_ROOT_REASONS_H
#define DRYAD_ANALYSIS_ROOT_REASONS_H

#include "dryad.h"

/* DRYAD_ROOT_NONE: there is no reason of this name. */
dryad_root_reason dryad_root_reason_named(dryad_text name);

#endif
