/* SPDX-License-Identifier: MIT */
/* Call frame information for the functions of a made-up object. */
#ifndef DRYAD_TESTS_MADE_UP_FRAMES_H
#define DRYAD_TESTS_MADE_UP_FRAMES_H

#include "made_up_elf.h"

enum {
  AT_CIE = AT_FRAMES + 0x400,
  AT_FDES = AT_CIE + 0x80, /* one every 0x40 bytes */
  FDE_SIZE = 0x40,
  FDE_TEXT = 0x100 /* bytes of text that each is about, from AT_TEXT on */
};

typedef struct instructions {
  unsigned char size, bytes[24];
} instructions;

/* One FDE for every 0x100 bytes of text, and one CIE with these letters: "zR" or "zRS". */
static inline void put_frames(int fd, uint64_t at, const char *letters, unsigned char return_register,
                              const instructions *common, const instructions *own, unsigned count)
{
  unsigned char cie[0x60] = {0x5c, 0, 0, 0, 0, 0, 0, 0, 1};
  size_t used = 9 + strlen(letters) + 1;
  memcpy(cie + 9, letters, strlen(letters) + 1);
  const unsigned char rest[] = {1, 0x78, return_register, 1, 0x1b}; /* factors 1 and -8; pointers as usual */
  memcpy(cie + used, rest, sizeof rest);
  memcpy(cie + used + sizeof rest, common->bytes, common->size);
  put(fd, at + AT_CIE, cie, sizeof cie);
  put(fd, at + AT_FRAMES, (unsigned char[]){1, 0x1b, 0x03, 0x3b}, 4);
  put32(fd, at + AT_FRAMES + 4, AT_CIE - AT_FRAMES - 4);
  put32(fd, at + AT_FRAMES + 8, count);
  for (unsigned i = 0; i < count; i++) {
    uint64_t fde = AT_FDES + i * FDE_SIZE, text = AT_TEXT + i * FDE_TEXT;
    unsigned char zero[FDE_SIZE] = {0};
    put(fd, at + fde, zero, sizeof zero);
    put32(fd, at + fde, FDE_SIZE - 4);
    put32(fd, at + fde + 4, (uint32_t)(fde + 4 - AT_CIE));
    put32(fd, at + fde + 8, (uint32_t)(text - (fde + 8)));
    put32(fd, at + fde + 12, FDE_TEXT);
    put(fd, at + fde + 17, own[i].bytes, own[i].size);
    put32(fd, at + AT_FRAMES + 12 + i * 8, (uint32_t)(text - AT_FRAMES));
    put32(fd, at + AT_FRAMES + 16 + i * 8, (uint32_t)(fde - AT_FRAMES));
  }
}

#endif
