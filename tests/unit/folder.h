/* SPDX-License-Identifier: MIT */
/* A private folder for tests of files: the working directory while a test runs, and empty again at its end. */
#ifndef DRYAD_TESTS_FOLDER_H
#define DRYAD_TESTS_FOLDER_H

#include "testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static char test_folder[] = "/tmp/dryad-test-XXXXXX";

static inline int folder_setup(void **state)
{
  (void)state;
  strcpy(test_folder + sizeof test_folder - 7, "XXXXXX");
  return mkdtemp(test_folder) && chdir(test_folder) == 0 ? 0 : -1;
}

static inline int folder_remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
  (void)status, (void)kind, (void)place;
  return remove(path);
}

static inline int folder_teardown(void **state)
{
  (void)state;
  return chdir("/") == 0 ? nftw(test_folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

static inline void put_file(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static inline void assert_file(const char *path, const char *text)
{
  char got[4096] = {0};
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  got[fread(got, 1, sizeof got - 1, file)] = '\0';
  fclose(file);
  assert_string_equal(got, text);
}

/* The number of files in a folder. */
static inline int count_files(const char *path)
{
  int count = 0;
  DIR *all = opendir(path);
  assert_non_null(all);
  while (readdir(all)) count++;
  closedir(all);
  return count - 2;
}

static inline void be_root_or_skip(void)
{
  if (geteuid() != 0) skip();
}

static inline void give_to_nobody(const char *path) { assert_int_equal(lchown(path, NOBODY, NOBODY), 0); }

#endif
