/* SPDX-License-Identifier: MIT */
#include "attach/gadgets.h"

#include <string.h>

#include "attach/code_scan.h"
#include "attach/signal_return.h"

/* svc #0; ret, or syscall; ret */
#ifdef __aarch64__
static const unsigned char call_bytes[] = {0x01, 0x00, 0x00, 0xd4, 0xc0, 0x03, 0x5f, 0xd6};
#define FINISH_BYTES dryad_aarch64_return
enum { ALIGNMENT = 4 };
#else
static const unsigned char call_bytes[] = {0x0f, 0x05, 0xc3};
#define FINISH_BYTES dryad_x86_64_return
enum { ALIGNMENT = 1 };
#endif

enum { MOST = 8 * 1024 * 1024 /* bytes read of a mapping */ };

static void search(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mapping *mapping)
{
  dryad_span span = {mapping->from, mapping->to - mapping->from > MOST ? mapping->from + MOST : mapping->to};
  if (gadgets->call == 0) gadgets->call = dryad_span_find(memory, span, call_bytes, sizeof call_bytes, ALIGNMENT);
  if (gadgets->finish == 0)
    gadgets->finish = dryad_span_find(memory, span, FINISH_BYTES, sizeof FINISH_BYTES, ALIGNMENT);
}

static bool is_library(const dryad_mapping *mapping)
{
  return strstr(mapping->path, "/libc.so") || strstr(mapping->path, "/libc-2") || strstr(mapping->path, "/libpthread");
}

bool dryad_gadgets_find(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mappings *mappings)
{
  *gadgets = (dryad_gadgets){0};
  for (int first = 1; first >= 0; first--)
    for (uint32_t i = 0; i < mappings->count && (gadgets->call == 0 || gadgets->finish == 0); i++) {
      const dryad_mapping *mapping = &mappings->items[i];
      if (mapping->executable && mapping->readable && is_library(mapping) == (first == 1))
        search(gadgets, memory, mapping);
    }
  return gadgets->call != 0 && gadgets->finish != 0;
}
