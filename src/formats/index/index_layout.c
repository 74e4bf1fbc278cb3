/* SPDX-License-Identifier: MIT */
#include "formats/index/index_layout.h"

#include <string.h>

#include "base/assert.h"
#include "graph/graph.h"

_Static_assert(sizeof(dryad_index_header) <= DRYAD_INDEX_PAGE, "the header has one page");
_Static_assert(sizeof(dryad_extra) == 24, "blocks hold whole elements");
_Static_assert(DRYAD_INDEX_BLOCK % DRYAD_INDEX_PAGE == 0 && DRYAD_INDEX_BLOCK % 24 == 0, "whole pages and elements");

static const unsigned char element_sizes[DRYAD_INDEX_DETAIL_IDS] = {
    [DRYAD_INDEX_ADDRESSES] = sizeof(uint64_t),
    [DRYAD_INDEX_TYPES] = sizeof(uint32_t),
    [DRYAD_INDEX_SIZES] = sizeof(uint32_t),
    [DRYAD_INDEX_LENS] = sizeof(uint32_t),
    [DRYAD_INDEX_LABELS] = sizeof(uint32_t),
    [DRYAD_INDEX_CHILD_OFFSETS] = sizeof(uint32_t),
    [DRYAD_INDEX_CHILDREN] = sizeof(dryad_id),
    [DRYAD_INDEX_PARENT_OFFSETS] = sizeof(uint32_t),
    [DRYAD_INDEX_PARENTS] = sizeof(dryad_id),
    [DRYAD_INDEX_TEXTS] = 1,
    [DRYAD_INDEX_TYPE_TEXTS] = 1,
    [DRYAD_INDEX_TYPE_NAMES] = sizeof(dryad_text_ref),
    [DRYAD_INDEX_WIDE] = sizeof(uint64_t),
    [DRYAD_INDEX_EXTRAS] = sizeof(dryad_extra),
    [DRYAD_INDEX_ROOTS] = sizeof(dryad_id),
    [DRYAD_INDEX_ROOT_REASONS] = 1,
    [DRYAD_INDEX_RETAINED] = sizeof(uint64_t),
    [DRYAD_INDEX_DOMINATORS] = sizeof(dryad_id),
    [DRYAD_INDEX_DOMINATED] = sizeof(dryad_id),
    [DRYAD_INDEX_NAMED_REFS] = sizeof(uint64_t),
    [DRYAD_INDEX_REF_NAMES] = sizeof(dryad_text_ref),
    [DRYAD_INDEX_GIVEN_ROOTS] = sizeof(dryad_id),
    [DRYAD_INDEX_GIVEN_REASONS] = 1,
};

size_t dryad_index_element_size(dryad_index_section section)
{
  DRYAD_ASSERT(section < DRYAD_INDEX_SECTIONS);
  return section < DRYAD_INDEX_DETAIL_IDS ? element_sizes[section] : sizeof(uint32_t);
}

dryad_index_section dryad_index_kind(dryad_index_section section)
{
  if (section < DRYAD_INDEX_DETAIL_IDS) return section;
  if (section < DRYAD_INDEX_DETAIL_VALUES) return DRYAD_INDEX_DETAIL_IDS;
  return dryad_detail_is_text(section - DRYAD_INDEX_DETAIL_VALUES) ? DRYAD_INDEX_DETAIL_VALUES : DRYAD_INDEX_LENS;
}

/* No section is larger than this, so sums over all of them cannot overflow. */
#define MOST_BYTES (UINT64_C(1) << 48)

static uint64_t whole(uint64_t bytes, uint64_t unit) { return (bytes + unit - 1) / unit; }
static uint64_t in_pages(uint64_t bytes) { return whole(bytes, DRYAD_INDEX_PAGE) * DRYAD_INDEX_PAGE; }

const char *dryad_index_lay_out(dryad_index_layout *layout, const dryad_index_header *header)
{
  *layout = (dryad_index_layout){0};
  for (unsigned s = 0; s < DRYAD_INDEX_SECTIONS; s++) {
    size_t size = dryad_index_element_size(s);
    if (header->counts[s] > MOST_BYTES / size) return "its header has impossible counts";
    uint64_t bytes = header->counts[s] * size;
    layout->sections[s].bytes = bytes;
    layout->sections[s].first_block = layout->block_count;
    layout->sections[s].memory = layout->memory_length;
    layout->sections[s].memory_length = in_pages(bytes + 1);
    layout->block_count += whole(bytes, DRYAD_INDEX_BLOCK);
    layout->memory_length += layout->sections[s].memory_length;
  }
  if (header->facts_length > DRYAD_MAX_FACTS) return "its header has impossible counts";
  layout->report_place = layout->block_count * sizeof(dryad_index_block) +
                         ((uint64_t)header->child_wraps + header->parent_wraps) * sizeof(uint32_t);
  layout->facts_place = layout->report_place + sizeof(dryad_index_report);
  layout->directory_size = layout->facts_place + header->facts_length;
  layout->file_size = DRYAD_INDEX_PAGE + in_pages(layout->directory_size);
  for (unsigned s = 0; s < DRYAD_INDEX_SECTIONS; s++) {
    layout->sections[s].place = layout->file_size;
    layout->file_size += in_pages(layout->sections[s].bytes);
  }
  return NULL;
}

uint64_t dryad_index_block_count(const dryad_index_layout *layout, dryad_index_section section)
{
  return whole(layout->sections[section].bytes, DRYAD_INDEX_BLOCK);
}

uint64_t dryad_index_first(const dryad_index_facts *facts, dryad_index_section section, uint64_t block,
                           const void *data)
{
  uint64_t at = block * (DRYAD_INDEX_BLOCK / dryad_index_element_size(section)), long_number;
  uint32_t number;
  switch (dryad_index_kind(section)) {
  case DRYAD_INDEX_ADDRESSES:
  case DRYAD_INDEX_NAMED_REFS: memcpy(&long_number, data, sizeof long_number); return long_number;
  case DRYAD_INDEX_CHILD_OFFSETS:
    memcpy(&number, data, sizeof number);
    return dryad_offset_high(&facts->child_offsets, at) << 32 | number;
  case DRYAD_INDEX_PARENT_OFFSETS:
    memcpy(&number, data, sizeof number);
    return dryad_offset_high(&facts->parent_offsets, at) << 32 | number;
  case DRYAD_INDEX_ROOTS:
  case DRYAD_INDEX_GIVEN_ROOTS:
  case DRYAD_INDEX_DETAIL_IDS: memcpy(&number, data, sizeof number); return number;
  default: return 0;
  }
}
