/* SPDX-License-Identifier: MIT */
#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "attach/signal_frame.h"

bool dryad_user_read(dryad_user_registers *registers, pid_t tid)
{
  struct iovec vector = {registers, sizeof *registers};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &vector) != 0) return false;
  if (vector.iov_len == sizeof *registers) return true;
  errno = EINVAL;
  return false;
}

bool dryad_user_write(const dryad_user_registers *registers, pid_t tid)
{
  dryad_user_registers copy = *registers;
  struct iovec vector = {&copy, sizeof copy};
  return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &vector) == 0;
}
