/* SPDX-License-Identifier: MIT */
#include "attach/call_site.h"

enum {
  LONGEST = 7, /* bytes of a call without its prefixes */
  CALL_NEAR = 0xe8,
  CALL_INDIRECT = 0xff, /* with a 2 in the middle of the next byte, "ModRM" */
};

/* The length of an indirect call with this ModRM byte; 0: not an indirect call (Intel SDM, volume 2, table 2-2). */
static int indirect_length(unsigned modrm)
{
  unsigned mode = modrm >> 6, base = modrm & 7;
  bool has_scale = mode != 3 && base == 4; /* one more byte, "SIB" */
  if ((modrm >> 3 & 7) != 2) return 0;
  switch (mode) {
  case 0: return base == 5 ? 6 : 2 + has_scale;
  case 1: return 3 + has_scale;
  case 2: return 6 + has_scale;
  default: return 2;
  }
}

static bool ends_in_x86_64_call(const unsigned char code[LONGEST])
{
  if (code[LONGEST - 5] == CALL_NEAR) return true;
  for (int length = 2; length <= LONGEST; length++) {
    const unsigned char *start = code + LONGEST - length;
    if (start[0] == CALL_INDIRECT && indirect_length(start[1]) == length) return true;
  }
  return false;
}

/* BL; BLR; and BLR of a signed pointer. */
static bool is_aarch64_call(uint32_t code)
{
  return (code & 0xfc000000) == 0x94000000 || (code & 0xfffffc1f) == 0xd63f0000 || (code & 0xfefff800) == 0xd63f0800;
}

bool dryad_follows_call(dryad_target_memory *memory, dryad_machine machine, uint64_t address)
{
  if (machine == DRYAD_MACHINE_AARCH64) {
    uint32_t word;
    return !dryad_target_read(memory, address - sizeof word, &word, sizeof word) || is_aarch64_call(word);
  }
  unsigned char code[LONGEST];
  return !dryad_target_read(memory, address - LONGEST, code, LONGEST) || ends_in_x86_64_call(code);
}
