/* SPDX-License-Identifier: MIT */
#include "version.h"

#include "../dryad.h"

const char dryad_scanner_version[] = DRYAD_VERSION;
