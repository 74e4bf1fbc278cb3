/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "../dryad.h"

const char dryad_release[] = DRYAD_VERSION;
