/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over files and over the files of folders: its corpus, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static int replay_file(const char *path, size_t size)
{
  FILE *file = fopen(path, "rb");
  uint8_t *data = malloc(size + 1);
  int failed = !file || !data || fread(data, 1, size, file) != size;
  if (failed)
    perror(path);
  else
    LLVMFuzzerTestOneInput(data, size);
  replayed += !failed;
  free(data);
  if (file) fclose(file);
  return failed;
}

static int replay(const char *path)
{
  struct stat info;
  if (stat(path, &info)) {
    perror(path);
    return 1;
  }
  if (!S_ISDIR(info.st_mode)) return replay_file(path, (size_t)info.st_size);
  DIR *folder = opendir(path);
  int failed = !folder;
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char inside[4096];
    if (entry->d_name[0] == '.') continue;
    snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
    failed |= replay(inside);
  }
  if (folder) closedir(folder);
  return failed;
}

int main(int argc, char **argv)
{
  int failed = argc < 2;
  for (int i = 1; i < argc; i++) failed |= replay(argv[i]);
  printf("%u files replayed\n", replayed);
  return failed || !replayed;
}
