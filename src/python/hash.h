/* SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that cannot be turned back without its key. */
#ifndef DRYAD_PYTHON_HASH_H
#define DRYAD_PYTHON_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t dryad_siphash(const uint8_t key[16], const void *bytes, size_t size);

#endif
