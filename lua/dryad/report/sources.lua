-- SPDX-License-Identifier: MIT
--- The dumps of a report.
-- @module dryad.report.sources

local bounded = require "dryad.report.bounded"
local core = require "dryad.core"
local defects = require "dryad.heap.defects"

local M = {}

--- What is told of a dump.
-- @tparam heap heap
-- @treturn table `{file =, name =, objects =, bytes =, file_bytes =, python =, complete =}`
-- @usage sources.of(heap)
function M.of(heap)
  local file, facts = heap.file, heap.file and core.file_facts(heap.file)
  return {
    file = bounded.text(file, bounded.WAY), name = bounded.text(file and file:match "[^/]*$", bounded.NAME),
    objects = #heap, bytes = heap.total_size, file_bytes = facts and facts.size, python = heap.report.python,
    complete = defects.is_complete(heap),
  }
end

return M
