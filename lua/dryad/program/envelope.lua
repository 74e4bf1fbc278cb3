-- SPDX-License-Identifier: MIT
--- What surrounds the findings of every `--json`: the version, the command, and the dumps that were read.
-- @module dryad.program.envelope

local core = require "dryad.core"
local defects = require "dryad.heap.defects"
local json_value = require "dryad.text.json_value"
local units = require "dryad.text.units"

local M = {}

local SCHEMA = 1 -- changes when the meaning of a field does
--- The shape of the envelope, for the manual.
M.SHAPE = "{schema, version, command, dumps: [{file, objects, bytes, file_bytes, python, complete, bad_lines, "
  .. "process}], data: DATA}"

local FIELDS = { "schema", "version", "command", "dumps" }
local DUMP = { "file", "objects", "bytes", "file_bytes", "python", "complete", "bad_lines", "process" }

local function ordered(value, names)
  return setmetatable(value, { __jsontype = "object", __jsonorder = names })
end

local function or_null(value)
  return value == nil and core.None or value
end

local function described(heap)
  local facts, report = heap.file and core.file_facts(heap.file), heap.report
  return ordered({
    file = or_null(heap.file),
    objects = #heap,
    bytes = units.is_bound(heap.total_size) and core.None or heap.total_size,
    file_bytes = or_null(facts and facts.size),
    python = report.python,
    complete = or_null(defects.is_complete(heap)),
    bad_lines = report.bad_lines,
    process = heap.process and json_value(heap.process) or core.None,
  }, DUMP)
end

--- The text of an envelope before and after its data.
-- @tparam string command
-- @tparam {heap,...} heaps
-- @treturn string
-- @treturn string
-- @usage local before, after = envelope.around("leaks", { heap })
function M.around(command, heaps)
  local dumps = setmetatable({}, { __jsontype = "array" })
  for i, heap in ipairs(heaps) do
    dumps[i] = described(heap)
  end
  local text = core.json.encode(ordered({
    schema = SCHEMA, version = require("dryad").version, command = command, dumps = dumps,
  }, FIELDS))
  return text:sub(1, -2) .. ',"data":', "}\n"
end

return M
