/* SPDX-License-Identifier: MIT */
/*
 * Where memory accumulates: objects, groups and chains in the dominator tree that retain much.
 * After the leak suspects of Eclipse Memory Analyzer (K. Kohler et al., 2008): a big object is passed through as long
 * as a single one below it explains most of what it retains.
 */
#ifndef DRYAD_ANALYSIS_SUSPECTS_H
#define DRYAD_ANALYSIS_SUSPECTS_H

#include "analysis/dominator_walk.h"
#include "analysis/kinds.h"
#include "dryad.h"

typedef enum dryad_suspect_kind {
  DRYAD_SUSPECT_OBJECT, /* one object that retains much in many small parts */
  DRYAD_SUSPECT_GROUP,  /* objects of one kind under one dominator, none of which retains more than half of it */
  DRYAD_SUSPECT_CHAIN   /* objects of one kind, each dominating the next */
} dryad_suspect_kind;

typedef struct dryad_suspect {
  dryad_suspect_kind kind;
  uint32_t of;     /* the kind of `object`, or of all members */
  dryad_id object; /* OBJECT: the topmost one passed through below modules and frames, or `accumulation` */
  /* OBJECT: where memory accumulates; CHAIN: its first; GROUP: the container that holds the members, else the
     dominator, or DRYAD_NONE if that is none or the table of modules */
  dryad_id accumulation;
  uint64_t retained;                   /* bytes, without what is explained; GROUP: the members' sum */
  uint64_t first_member, member_count; /* GROUP, CHAIN: positions in the suspects' `ids` */
} dryad_suspect;

typedef struct dryad_suspects {
  const dryad_allocator *allocator;
  dryad_column suspects; /* dryad_suspect[count], by retained size, largest first, then by accumulation */
  uint64_t count;
  dryad_column ids; /* dryad_id[id_count] */
  uint64_t id_count;
} dryad_suspects;

/* What is known before the search. */
typedef struct dryad_suspects_search {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_kinds *kinds;
  const dryad_dominator_tree *tree;
  dryad_ids explained; /* what these retain is not looked at; may lie below one another */
  uint64_t least;      /* bytes */
} dryad_suspects_search;

/* Objects, groups and chains that retain at least `least` bytes besides what is explained. A group of common objects,
   such as dicts, consists of items of one container; several dicts that hang on several classes are none. Modules form
   no group. What accumulates in a container is one suspect: a group if that is at least seven tenths of it, else the
   object. A chain lists the objects that retain `least`. O(objects + referrers of members). */
dryad_status dryad_suspects_find(dryad_suspects *out, const dryad_suspects_search *search, dryad_progress progress,
                                 dryad_error *error);
void dryad_suspects_deinit(dryad_suspects *suspects); /* all zero is allowed */

#endif
