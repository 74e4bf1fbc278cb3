# SPDX-License-Identifier: MIT
# Writes OUTPUT, a header that defines DRYAD_COMMIT, only if that has changed: the commit of SOURCE, followed by -dirty if
# files differ from it; empty if SOURCE is not a git tree of its own, such as an unpacked tarball.
set(commit "")
if(EXISTS ${SOURCE}/.git)
  execute_process(COMMAND git --no-optional-locks -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define DRYAD_COMMIT \"${commit}\"\n")
