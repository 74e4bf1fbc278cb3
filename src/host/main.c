/* SPDX-License-Identifier: MIT */
#include "dryad.h"

int main(int argc, char **argv) { return dryad_main(argc, argv); }
