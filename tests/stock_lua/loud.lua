-- SPDX-License-Identifier: MIT
-- A load with `progress`, and one of a damaged dump with warnings on. Both are told on stderr.
local dryad = require "dryad"
dryad.load("tests/data/threads-small.dump.gz", { progress = true }):close()
warn "@on"
dryad.load({ '{"address": 1, "type": "dict", "size": 1, "refs": []}', "nonsense" }):close()
