/* SPDX-License-Identifier: MIT */
/* The machine code to which a signal handler returns. Debuggers recognise a signal frame by these exact bytes, so every
   C library and vDSO uses them. */
#ifndef DRYAD_ATTACH_SIGNAL_RETURN_H
#define DRYAD_ATTACH_SIGNAL_RETURN_H

/* mov $15, %rax; syscall: the number is rt_sigreturn's. */
static const unsigned char dryad_x86_64_return[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};

/* mov x8, #139; svc #0. */
static const unsigned char dryad_aarch64_return[] = {0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4};

#endif
