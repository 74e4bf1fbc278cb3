/* SPDX-License-Identifier: MIT */
/*
 * The layout of an index on disk, and its valid contents.
 *
 * A header of one page; the directory; then one page-aligned section for each array of the heap, in the order of
 * dryad_index_section. All numbers have the machine's byte order, as in memory. The position of each part follows from
 * the counts in the header, so there are no offsets to validate.
 *
 * The directory holds, for each section and each block of it, a dryad_index_block; then the wraps of the child offsets
 * and of the parent offsets (uint32_t each, see graph/offsets.h); then a dryad_index_report; then the facts of the
 * process, which are JSON. The header holds the directory's checksum and its own; the directory holds each block's. All
 * are XXH3, 64 bits.
 */
#ifndef DRYAD_FORMATS_INDEX_INDEX_LAYOUT_H
#define DRYAD_FORMATS_INDEX_INDEX_LAYOUT_H

#include "formats/index/index.h"
#include "graph/details.h"
#include "graph/offsets.h"

#define DRYAD_INDEX_MAGIC "dryad\r\n\x1a"
#define DRYAD_INDEX_VERSION 5
#define DRYAD_INDEX_BYTE_ORDER UINT32_C(0x01020304)
#define DRYAD_INDEX_PAGE UINT64_C(4096)
/* Bytes of a block: whole pages, and whole elements of every size. A section's last block may be shorter. */
#define DRYAD_INDEX_BLOCK (UINT64_C(192) << 10)

typedef enum dryad_index_section {
  DRYAD_INDEX_ADDRESSES, /* as in dryad_graph, down to PARENTS */
  DRYAD_INDEX_TYPES,
  DRYAD_INDEX_SIZES,
  DRYAD_INDEX_LENS,
  DRYAD_INDEX_LABELS,
  DRYAD_INDEX_CHILD_OFFSETS, /* the low halves */
  DRYAD_INDEX_CHILDREN,
  DRYAD_INDEX_PARENT_OFFSETS, /* the low halves */
  DRYAD_INDEX_PARENTS,
  DRYAD_INDEX_TEXTS, /* as in dryad_store, down to EXTRAS */
  DRYAD_INDEX_TYPE_TEXTS,
  DRYAD_INDEX_TYPE_NAMES,
  DRYAD_INDEX_WIDE,
  DRYAD_INDEX_EXTRAS,
  DRYAD_INDEX_ROOTS, /* from here on empty if not computed */
  DRYAD_INDEX_ROOT_REASONS,
  DRYAD_INDEX_RETAINED, /* as in dryad_dominators */
  DRYAD_INDEX_DOMINATORS,
  DRYAD_INDEX_DOMINATED,
  DRYAD_INDEX_NAMED_REFS, /* as in dryad_annotations, down to GIVEN_REASONS; empty if the dump has none */
  DRYAD_INDEX_REF_NAMES,
  DRYAD_INDEX_GIVEN_ROOTS,
  DRYAD_INDEX_GIVEN_REASONS,
  DRYAD_INDEX_DETAIL_IDS, /* as in dryad_detail, one section for each kind; empty if no object or if each has a value */
  DRYAD_INDEX_DETAIL_VALUES = DRYAD_INDEX_DETAIL_IDS + DRYAD_DETAIL_KINDS, /* likewise; empty if no object has one */
  DRYAD_INDEX_SECTIONS = DRYAD_INDEX_DETAIL_VALUES + DRYAD_DETAIL_KINDS
} dryad_index_section;

/* The first of the sections that are treated like this one. Sections of details that are numbers are like LENS, those
   that are texts like DETAIL_VALUES. */
dryad_index_section dryad_index_kind(dryad_index_section section);

typedef struct dryad_index_header {
  char magic[8];
  uint32_t byte_order, version;
  uint64_t file_size;
  uint64_t directory_hash;
  uint64_t counts[DRYAD_INDEX_SECTIONS]; /* elements of each section */
  uint64_t dangling_refs, total_size;
  uint64_t reachable_size; /* of the dominators */
  uint32_t child_wraps, parent_wraps;
  uint32_t has_roots, has_dominators;
  uint32_t has_given_roots, facts_length; /* bytes */
  char runtime[16];                       /* the runtime's name, ended by a NUL */
  /* dryad_index_origin */
  uint64_t dump_size, dump_hash;
  int64_t dump_time;
  uint32_t is_known, is_raw, is_changed, python;
  uint64_t max_text;
  uint64_t hash; /* of all preceding members */
} dryad_index_header;

typedef struct dryad_index_block {
  uint64_t hash;
  uint64_t first; /* the first element in an ascending section (all 64 bits of an offset); else 0 */
} dryad_index_block;

/* A dryad_report. */
typedef struct dryad_index_report {
  uint64_t lines, objects, duplicates, bad_lines, dangling_refs, collapsed, bytes, mended, cut_texts, cut_bytes;
  uint64_t lossy_lines, conflicts;
  double seconds;
  uint32_t is_truncated, python, problem_count, complete;
  char incomplete[104];
  dryad_problem problems[DRYAD_MAX_PROBLEMS];
} dryad_index_report;

/* The positions of the parts of an index with these counts. */
typedef struct dryad_index_layout {
  uint64_t block_count;  /* of all sections */
  uint64_t report_place; /* in the directory */
  uint64_t facts_place;  /* likewise */
  uint64_t directory_size;
  uint64_t file_size;
  struct {
    uint64_t bytes;
    uint64_t place;                 /* in the file */
    uint64_t first_block;           /* in the directory */
    uint64_t memory, memory_length; /* in the demand memory: whole pages, with at least one spare byte */
  } sections[DRYAD_INDEX_SECTIONS];
  uint64_t memory_length;
} dryad_index_layout;

/* The facts of an opened index, enough to check a block. */
typedef struct dryad_index_facts {
  dryad_index_header header;
  dryad_index_layout layout;
  const dryad_index_block *blocks;
  dryad_offsets child_offsets, parent_offsets; /* wraps alone */
} dryad_index_facts;

size_t dryad_index_element_size(dryad_index_section section);
/* NULL, or why such an index is impossible. Nothing overflows, whatever the header says. */
const char *dryad_index_lay_out(dryad_index_layout *layout, const dryad_index_header *header);
/* The number of blocks of a section. */
uint64_t dryad_index_block_count(const dryad_index_layout *layout, dryad_index_section section);
/* The first element of a block, for the directory. */
uint64_t dryad_index_first(const dryad_index_facts *facts, dryad_index_section section, uint64_t block,
                           const void *data);

/* NULL, or what is wrong with the counts, wraps and first elements. O(blocks). */
const char *dryad_index_facts_problem(const dryad_index_facts *facts);
/* NULL, or what is wrong with the elements of a block, whose checksum is right. */
const char *dryad_index_block_problem(const dryad_index_facts *facts, dryad_index_section section, uint64_t block,
                                      const void *data);
/* Fills a block with substitute elements that are safe to follow. */
void dryad_index_make_safe(const dryad_index_facts *facts, dryad_index_section section, uint64_t block, void *data);

#endif
