# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Sourced by .ci/run and tests/verify: steps that say how long they took, and samples that can be taken again.

# Where steps leave their figures: a file that is made, and removed, by who takes steps.
steps=${steps:-/dev/null}

# What is sampled today; any text gives a sample, the same one each time.
DRYAD_SAMPLE=${DRYAD_SAMPLE:-$(date +%Y%m%d)}
export DRYAD_SAMPLE

# tests_of FOLDER: the seconds and names of the tests that ctest ran last in a build.
tests_of() {
  awk '/^[0-9]+\/[0-9]+ Testing: / { name = $3 }
       /^Test time = / { printf "%.1f %s\n", $4, name }' "$1/Testing/Temporary/LastTest.log" 2>/dev/null
}

# step NAME COMMAND...: runs it and says how long it took; returns its status.
step() {
  step_name=$1 step_start=$(date +%s) step_status=0
  shift
  printf '\n==== %s\n' "$step_name"
  "$@" || step_status=$?
  step_seconds=$(($(date +%s) - step_start))
  echo "$step_seconds $step_name (step)" >>"$steps"
  if [ $step_status -eq 0 ]; then
    printf '==== %s: passed, %d s\n' "$step_name" "$step_seconds"
  else
    printf '==== FAILED: %s, after %d s\n' "$step_name" "$step_seconds" >&2
  fi
  return $step_status
}

# slowest N: of steps and of the tests of all builds.
slowest() {
  {
    cat "$steps"
    for slowest_build in build build-asan build-tsan; do
      tests_of "$slowest_build" | sed "s,\$, ($slowest_build),"
    done
  } | sort -rn | head -n "$1" | sed 's/^\([0-9.]*\) /  \1 s  /'
}

# pick N: so many of the lines of standard input, as DRYAD_SAMPLE chooses.
pick() {
  while IFS= read -r pick_line; do
    printf '%s %s\n' "$(printf '%s %s' "$DRYAD_SAMPLE" "$pick_line" | cksum | cut -d ' ' -f 1)" "$pick_line"
  done | sort -n | head -n "$1" | cut -d ' ' -f 2-
}

# python_versions FOLDER: those that a build has tests for, as the tests' names have them.
python_versions() {
  ctest --test-dir "$1" -N | sed -n 's/^ *Test *#[0-9]*: \(python\|attach\)\.\([0-9][0-9.]*[0-9][a-z]*\)\..*/\2/p' | sort -u
}

# other_pythons FOLDER N: a regular expression of the tests that are left out when only so many Pythons are tried; which
# ones goes to standard error. The tables of layouts are compared for every Python, which takes no time.
other_pythons() {
  kept=$(python_versions "$1" | pick "$2")
  left_out=$(python_versions "$1" | grep -vxF "$kept" | sed 's/\./\\./g' | tr '\n' '|')
  [ -z "$left_out" ] ||
    echo "Of the Pythons, a sample: $(echo "$kept" | tr '\n' ' ')(once more: DRYAD_SAMPLE=$DRYAD_SAMPLE)" >&2
  echo "^(python|attach)\.(${left_out%|})\.([^l]|li)" # all but layout
}
