# SPDX-License-Identifier: MIT
# Writes OUTPUT, a header that defines DRYAD_COMMIT, only where that has changed: the commit that SOURCE is at, with
# -dirty behind it where files differ from it; empty where SOURCE is no git tree of its own, such as a tarball's.
set(commit "")
if(EXISTS ${SOURCE}/.git)
  execute_process(COMMAND git --no-optional-locks -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define DRYAD_COMMIT \"${commit}\"\n")
