/* SPDX-License-Identifier: MIT */
/* The columns of ref, in order. See sql/reference_table.h. */
#ifndef DRYAD_SQL_REFERENCE_COLUMNS_H
#define DRYAD_SQL_REFERENCE_COLUMNS_H

enum { DRYAD_REFERENCE_PARENT, DRYAD_REFERENCE_CHILD, DRYAD_REFERENCE_POSITION, DRYAD_REFERENCE_LABEL };

#endif
