# SPDX-License-Identifier: MIT
# Bundles the files of SOURCE into the page OUTPUT by NODE, in the folder WORK, where NPM installs the packages. Without
# them there is no page, which does not fail the build.

include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
if(NOT EXISTS ${installed})
  file(REMOVE ${OUTPUT})
  message(NOTICE "The page of `dryad report` is left out.")
  return()
endif()

execute_process(COMMAND ${NODE} ${SOURCE}/build.mjs ${WORK}/page.html WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
  file(REMOVE ${installed}) # npm may have left out a package for this machine
  message(FATAL_ERROR "The page of `dryad report` cannot be built")
endif()
cmake_path(GET OUTPUT PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder})
file(RENAME ${WORK}/page.html ${OUTPUT})
