/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that cannot be inverted without its key. Equal values of different
 * domains, such as a text and bytes, get different hashes. */
#ifndef DRYAD_SCANNER_SHARED_SIPHASH_H
#define DRYAD_SCANNER_SHARED_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define DRYAD_SIPHASH_KEY 16 /* bytes */

uint64_t dryad_siphash(const uint8_t key[DRYAD_SIPHASH_KEY], char domain, const void *bytes, size_t size);

#endif
