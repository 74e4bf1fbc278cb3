/* SPDX-License-Identifier: MIT */
/* Functions compiled once for every processor and once more for those with a faster instruction set. */
#ifndef DRYAD_BASE_MULTIVERSION_H
#define DRYAD_BASE_MULTIVERSION_H

/* For a function whose inner loop counts bits: x86-64 processors from before 2008 lack the instruction. The dynamic
   loader chooses the version, too early for sanitizers. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&              \
    !defined(__SANITIZE_THREAD__)
#define DRYAD_FAST_POPCOUNT __attribute__((target_clones("popcnt", "default")))
#else
#define DRYAD_FAST_POPCOUNT
#endif

#endif
