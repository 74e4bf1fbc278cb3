/* SPDX-License-Identifier: MIT */
#include "siphash.h"

#include <string.h>

static uint64_t rotate(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

static void rounds(uint64_t v[4], int count)
{
  while (count-- > 0) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
  }
}

static void absorb(uint64_t v[4], uint64_t word)
{
  v[3] ^= word;
  rounds(v, 2);
  v[0] ^= word;
}

uint64_t dryad_siphash(const uint8_t key[DRYAD_SIPHASH_KEY], char domain, const void *bytes, size_t size)
{
  uint64_t k[2], word;
  memcpy(k, key, sizeof k);
  k[0] ^= (unsigned char)domain;
  uint64_t v[4] = {k[0] ^ 0x736f6d6570736575u, k[1] ^ 0x646f72616e646f6du, k[0] ^ 0x6c7967656e657261u,
                   k[1] ^ 0x7465646279746573u};
  const uint8_t *at = bytes;
  for (size_t left = size; left >= 8; left -= 8, at += 8) {
    memcpy(&word, at, sizeof word);
    absorb(v, word);
  }
  word = 0;
  if (size % 8 != 0) memcpy(&word, at, size % 8);
  absorb(v, word | (uint64_t)size << 56);
  v[2] ^= 0xff;
  rounds(v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
