/* SPDX-License-Identifier: MIT */
/* The names of root reasons, in dumps and in answers: see also dryad_root_reason_name. */
#ifndef DRYAD_ANALYSIS_ROOT_REASONS_H
#define DRYAD_ANALYSIS_ROOT_REASONS_H

#include "dryad.h"

/* A name that this version does not know counts as DRYAD_ROOT_INTERPRETER. */
dryad_root_reason dryad_root_reason_named(dryad_text name);

#endif
