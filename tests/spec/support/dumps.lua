-- SPDX-License-Identifier: MIT
--- Heaps for specs: small ones written by hand, and the sample dumps.

local dryad = require "dryad"
local core = require "dryad.core"

local M = {}

--- Loads like dryad.load, without output.
function M.load(source, opts)
  opts = opts or {}
  opts.progress = false
  return dryad.load(source, opts)
end

--- A heap of these lines, not collapsed unless `opts` says so.
function M.heap(lines, opts)
  local all = { progress = false, collapse = false }
  for name, value in pairs(opts or {}) do
    all[name] = value
  end
  return dryad.load(lines, all)
end

--- A sample dump, loaded once for a spec file.
local loaded = {}
function M.sample(name)
  loaded[name] = loaded[name] or dryad.load("tests/data/" .. name, { progress = false })
  return loaded[name]
end

--- The reference answers for a sample dump.
function M.expected(name)
  local file = assert(io.open("tests/data/" .. name .. ".expected.json"))
  local text = file:read "a"
  file:close()
  return core.json.decode(text)
end

--- Why each root of a heap is one, by its address.
function M.reasons(heap)
  local found = {}
  for _, root in ipairs(heap:roots()) do
    found[root.address] = heap:root_reason(root)
  end
  return found
end

--- The error of a function, as text; fails if there is none.
function M.message(f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "it raised nothing")
  return tostring(message)
end

return M
