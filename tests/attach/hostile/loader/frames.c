/* SPDX-License-Identifier: MIT */
#include "loader.h"

#include <string.h>

typedef struct __attribute__((packed)) common_entry {
  uint32_t length, id;
  uint8_t version, augmentation[3], code, data, register_, size, encoding;
} common_entry;

typedef struct __attribute__((packed)) frame_entry {
  uint32_t length, back;
  int32_t from, size;
  uint8_t augmentation, program[];
} frame_entry;

typedef struct __attribute__((packed)) frame_table {
  uint8_t version, frames, count, table;
  int32_t start;
  uint32_t number;
  int32_t from, frame;
} frame_table;

enum { RELATIVE = 0x1b, NUMBER = 0x03, FROM_TABLE = 0x3b, HALF = 0x3fff0000 };

/* What all code around is said to have for frames: a program that never ends, needs more and more room, or leads back.
 */
static void lie_frames(const uint8_t *program, size_t size)
{
  object *made = make_object((uint64_t)lie_in_dlopen, true);
  char *block = room(1 << 20);
  frame_table *table = (void *)block;
  common_entry *common = (void *)(block + 4096);
  frame_entry *frame = (void *)(common + 1);
  *common = (common_entry){sizeof *common - 4, 0, 1, {'z', 'R', 0}, 1, 0x78, 16, 1, RELATIVE};
  *frame = (frame_entry){(uint32_t)(sizeof *frame - 4 + size), (uint32_t)((char *)&frame->back - (char *)common), -HALF,
                         2 * HALF, 0};
  memcpy(frame->program, program, size);
  *table = (frame_table){1, RELATIVE, NUMBER, FROM_TABLE, 0, 1, -HALF, (int32_t)((char *)frame - block)};
  made->headers[made->head.e_phnum++] =
      (ElfW(Phdr)){PT_GNU_EH_FRAME, PF_R, 0, (uint64_t)block - (uint64_t)made, 0, 4096, 4096, 4};
  lie_object(made);
}

void lie_endless_expression(void)
{
  /* DW_CFA_def_cfa_expression of 3 bytes: DW_OP_skip -3 */
  static const uint8_t program[] = {0x0f, 3, 0x2f, 0xfd, 0xff, 0, 0, 0};
  lie_frames(program, sizeof program);
}

void lie_growing_expression(void)
{
  /* DW_OP_lit0, DW_OP_dup ..., DW_OP_skip back: a stack that grows for ever */
  static const uint8_t program[] = {0x0f, 6, 0x30, 0x12, 0x12, 0x2f, 0xfa, 0xff, 0, 0, 0};
  lie_frames(program, sizeof program);
}

void lie_remembering(void)
{
  static uint8_t program[60000];
  memset(program, 0x0a, sizeof program); /* DW_CFA_remember_state */
  lie_frames(program, sizeof program);
}

void lie_same_frame(void)
{
  /* The caller's frame is this one again: DW_CFA_def_cfa rsp + 0, the return address is this pc */
  static const uint8_t program[] = {0x0c, 7, 0, 0x80 | 16, 0, 0, 0};
  lie_frames(program, sizeof program);
}
