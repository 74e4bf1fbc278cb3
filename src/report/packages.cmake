# SPDX-License-Identifier: MIT
# Installs the packages of SOURCE/package-lock.json in the folder WORK by NPM, unless they are there. Packages that cannot
# be fetched do not fail the build: WORK/node_modules/installed.json is missing then, and the next build tries again.

set(installed ${WORK}/node_modules/installed.json) # goes with the packages when npm removes them
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${SOURCE}/package-lock.json ${installed}
                RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
  file(REMOVE ${installed})
  file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${WORK})
  execute_process(
    COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --no-update-notifier --prefer-offline --loglevel=error
            --fetch-retries=1 --fetch-retry-mintimeout=1000
    WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed OUTPUT_FILE npm.log ERROR_FILE npm.log)
  if(failed)
    file(READ ${WORK}/npm.log log)
    string(REGEX MATCH "E[A-Z][A-Z0-9_]+" code "${log}")
    if(code MATCHES "^(EINTEGRITY|EUSAGE)$") # other contents than the lock file's, or another package.json
      message(FATAL_ERROR "npm cannot install the packages of ${SOURCE} (${code}): see ${WORK}/npm.log")
    endif()
    message(NOTICE "npm cannot fetch the packages of ${SOURCE} (${code}: see ${WORK}/npm.log). "
                   "Build again when it can reach its registry.")
    return()
  endif()
  file(COPY_FILE ${SOURCE}/package-lock.json ${installed})
endif()
file(TOUCH ${installed}) # newer than the lock file, for the tools that build
