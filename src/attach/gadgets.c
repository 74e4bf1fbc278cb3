#include "attach/gadgets.h"

#include <stdlib.h>
#include <string.h>

/* syscall; ret and mov $15, %rax; syscall */
#ifdef __aarch64__
static const unsigned char call_bytes[] = {0x01, 0x00, 0x00, 0xd4, 0xc0, 0x03, 0x5f, 0xd6};
static const unsigned char finish_bytes[] = {0x68, 0x11, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4};
enum { ALIGNMENT = 4 };
#else
static const unsigned char call_bytes[] = {0x0f, 0x05, 0xc3};
static const unsigned char finish_bytes[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
enum { ALIGNMENT = 1 };
#endif

enum { PART = 64 * 1024, OVERLAP = 16, MOST = 8 * 1024 * 1024 /* bytes that are read of a mapping */ };

/* The first aligned place of some bytes in others, or NULL. */
static const unsigned char *seek(const unsigned char *in, size_t size, const unsigned char *wanted, size_t length)
{
  const unsigned char *end = in + size;
  for (const unsigned char *at = in; (at = memmem(at, (size_t)(end - at), wanted, length)); at++)
    if ((size_t)(at - in) % ALIGNMENT == 0) return at;
  return NULL;
}

static void seek_gadget(uint64_t *found, uint64_t address, const unsigned char *in, size_t size,
                        const unsigned char *wanted, size_t length)
{
  const unsigned char *at = *found == 0 ? seek(in, size, wanted, length) : NULL;
  if (at) *found = address + (uint64_t)(at - in);
}

static bool search(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mapping *mapping, void *part)
{
  uint64_t end = mapping->to - mapping->from > MOST ? mapping->from + MOST : mapping->to;
  for (uint64_t at = mapping->from; at < end; at += PART - OVERLAP) {
    size_t size = end - at < PART ? (size_t)(end - at) : PART;
    size = dryad_target_read_some(memory, at, part, size);
    seek_gadget(&gadgets->call, at, part, size, call_bytes, sizeof call_bytes);
    seek_gadget(&gadgets->finish, at, part, size, finish_bytes, sizeof finish_bytes);
    if (gadgets->call != 0 && gadgets->finish != 0) return true;
    if (size < PART) break;
  }
  return false;
}

static bool is_library(const dryad_mapping *mapping)
{
  return strstr(mapping->path, "/libc.so") || strstr(mapping->path, "/libc-2") || strstr(mapping->path, "/libpthread");
}

bool dryad_gadgets_find(dryad_gadgets *gadgets, dryad_target_memory *memory, const dryad_mappings *mappings)
{
  *gadgets = (dryad_gadgets){0};
  unsigned char *part = malloc(PART);
  bool found = false;
  for (int first = 1; part && !found && first >= 0; first--)
    for (uint32_t i = 0; !found && i < mappings->count; i++) {
      const dryad_mapping *mapping = &mappings->items[i];
      bool wanted = mapping->executable && mapping->readable && is_library(mapping) == (first == 1);
      found = wanted && search(gadgets, memory, mapping, part);
    }
  free(part);
  return found;
}
