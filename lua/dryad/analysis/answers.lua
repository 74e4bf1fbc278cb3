-- SPDX-License-Identifier: MIT
--- Answers once given, kept until the heap changes.
-- @module dryad.analysis.answers

local core = require "dryad.core"

local M = {}

-- By heap: {revision =, by key}.
local given = setmetatable({}, { __mode = "k" })

--- What `make` returns, or what it returned for the same key since the last change of the heap.
-- @tparam heap heap
-- @param key
-- @tparam function make returns anything but nil
-- @return what it returns
-- @usage local left = answers.once(heap, "left", function() return core.unreachable(heap, true) end)
function M.once(heap, key, make)
  local answers, revision = given[heap], core.revision(heap)
  if not answers or answers.revision ~= revision then
    answers = { revision = revision }
    given[heap] = answers
  end
  if answers[key] == nil then
    answers[key] = make()
  end
  return answers[key]
end

return M
