/* SPDX-License-Identifier: MIT */
#include "unload.h"

#include <dlfcn.h>
#include <stddef.h>

/* Enters the thread's last function by a jump, with the return address of the thread's own function: when it returns,
 * this code may already be unmapped. Two pointers are returned in two registers. */
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl dryad_unload_thread\n"
        ".hidden dryad_unload_thread\n"
        ".type dryad_unload_thread, @function\n"
        "dryad_unload_thread:\n"
        "  .cfi_startproc\n"
        "  endbr64\n"
        "  subq $8, %rsp\n"
        "  .cfi_adjust_cfa_offset 8\n"
        "  call dryad_unload_run\n"
        "  addq $8, %rsp\n"
        "  .cfi_adjust_cfa_offset -8\n"
        "  movq %rax, %rdi\n"
        "  jmpq *%rdx\n"
        "  .cfi_endproc\n"
        ".size dryad_unload_thread, . - dryad_unload_thread\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl dryad_unload_thread\n"
        ".hidden dryad_unload_thread\n"
        ".type dryad_unload_thread, %function\n"
        "dryad_unload_thread:\n"
        "  .cfi_startproc\n"
        "  hint #34\n" /* bti c */
        "  stp x29, x30, [sp, #-16]!\n"
        "  .cfi_adjust_cfa_offset 16\n"
        "  .cfi_rel_offset x29, 0\n"
        "  .cfi_rel_offset x30, 8\n"
        "  bl dryad_unload_run\n"
        "  ldp x29, x30, [sp], #16\n"
        "  .cfi_adjust_cfa_offset -16\n"
        "  .cfi_restore x29\n"
        "  .cfi_restore x30\n"
        "  mov x16, x1\n"
        "  br x16\n"
        "  .cfi_endproc\n"
        ".size dryad_unload_thread, . - dryad_unload_thread\n");
#else
#error "no way to end a thread is known for this machine"
#endif

static int stay(void *library)
{
  (void)library;
  return 0;
}

dryad_unload dryad_unload_own(void)
{
  Dl_info found;
  void *map = NULL;
  /* In glibc, the handle is the link map. */
  if (dladdr1((const void *)stay, &found, &map, RTLD_DL_LINKMAP) == 0 || map == NULL) return (dryad_unload){NULL, stay};
  return (dryad_unload){map, dlclose};
}
