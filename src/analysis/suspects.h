/* SPDX-License-Identifier: MIT */
/*
 * Where memory accumulates: objects, groups and chains in the dominator tree that retain much.
 * After the leak suspects of Eclipse Memory Analyzer (K. Kohler et al., 2008): a big object is passed through as long
 * as a single one below it explains most of what it retains.
 */
#ifndef DRYAD_ANALYSIS_SUSPECTS_H
#define DRYAD_ANALYSIS_SUSPECTS_H

#include "analysis/dominators.h"
#include "dryad.h"

typedef enum dryad_suspect_kind {
  DRYAD_SUSPECT_OBJECT, /* one object that retains much in many small parts */
  DRYAD_SUSPECT_GROUP,  /* objects of one type under one dominator, each small */
  DRYAD_SUSPECT_CHAIN   /* objects of one type, each dominating the next */
} dryad_suspect_kind;

typedef struct dryad_suspect {
  dryad_suspect_kind kind;
  uint32_t type;   /* of `object`, or of all members */
  dryad_id object; /* OBJECT: the topmost one passed through below modules and frames, or `accumulation` */
  /* OBJECT: where memory accumulates; CHAIN: its first; GROUP: the dominator, or DRYAD_NONE if that is none or the
     table of modules */
  dryad_id accumulation;
  uint64_t retained;                   /* bytes; GROUP: the sum of the members' retained sizes */
  uint64_t first_member, member_count; /* GROUP, CHAIN: positions in the suspects' `ids` */
} dryad_suspect;

typedef struct dryad_suspects {
  const dryad_allocator *allocator;
  dryad_column suspects; /* dryad_suspect[count], by retained size, largest first, then by accumulation */
  uint64_t count;
  dryad_column ids; /* dryad_id[id_count] */
  uint64_t id_count;
} dryad_suspects;

/* Objects and chains that retain at least `least` bytes, and groups from a quarter of that on, because a group together
   may retain more than the sum of its members. O(objects). */
dryad_status dryad_suspects_find(dryad_suspects *out, const dryad_graph *graph, const dryad_dominators *dominators,
                                 uint64_t least, dryad_progress progress, dryad_error *error);
void dryad_suspects_deinit(dryad_suspects *suspects); /* all zero is allowed */

#endif
