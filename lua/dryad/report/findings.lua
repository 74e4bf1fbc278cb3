-- SPDX-License-Identifier: MIT
--- Leak suspects in a report.
-- @module dryad.report.findings

local bounded = require "dryad.report.bounded"
local commands = require "dryad.report.commands"
local object = require "dryad.report.object"
local sites = require "dryad.analysis.sites"
local tree = require "dryad.report.tree"
local words = require "dryad.analysis.suspects_text"

local M = {}

local MOST, BYTES = 50, 330000 -- findings, and bytes of JSON
local HOLDERS, CONTENTS = 6, 10 -- of each

local function holders_of(suspect)
  local found = bounded.array()
  for i, holder in ipairs(suspect.holders or {}) do
    if i > HOLDERS then
      break
    end
    found[i] = {
      held = holder.held, of = #suspect.heads, way = bounded.text(tostring(holder), bounded.WAY),
      object = holder.expression and object.of(holder.object) or nil,
    }
  end
  return found
end

local function contents_of(suspect)
  local found = bounded.array()
  for i, row in ipairs(words.contents(suspect)) do
    if i > CONTENTS then
      break
    end
    found[i] = { class = bounded.text(row.text, bounded.NAME), count = row.count, retained = row.bytes }
  end
  return found
end

local function commands_of(suspect, dumps)
  if suspect.kind == "garbage" then
    return bounded.array { commands.line("dryad run garbage", dumps) }
  end
  local is_class = suspect.kind == "group" and suspect.class and not suspect.defined
  return bounded.array {
    commands.line("dryad why", dumps, is_class and suspect.class
      or object.address(suspect.object or suspect.objects[1])),
  }
end

local function finding_of(suspect, number, dumps)
  return {
    number = number, title = bounded.text(words.sentence(suspect), bounded.SENTENCE),
    text = bounded.lines(words.remarks(suspect)), class = bounded.text(suspect.class, bounded.NAME),
    kind = suspect.kind, count = suspect.count, retained = suspect.retained, share = suspect.fraction,
    within = suspect.within, mechanism = bounded.text(suspect.mechanism and suspect.mechanism.text, bounded.SENTENCE),
    allocated = bounded.text(words.allocation(suspect), bounded.SENTENCE), holders = holders_of(suspect),
    tree = suspect.kind ~= "garbage" and tree.of(suspect.heads, words.kind(suspect, suspect.count)) or nil,
    inside = contents_of(suspect), more = commands_of(suspect, dumps),
  }
end

--- The section.
-- @tparam {suspect,...} suspects
-- @tparam string dumps as from @{dryad.report.commands}
-- @treturn table an array of `{number =, title =, text =, class =, kind =, count =, retained =, share =, within = the
--   number of the one that it lies in, mechanism =, allocated =, holders =, tree =, inside =, more =}`
-- @treturn integer the number of those left out
-- @treturn string|nil that there are none
-- @treturn string|nil how to learn more
-- @usage findings.of(dryad.leak_suspects(heap), "app.dump")
function M.of(suspects, dumps)
  local numbers = words.order(suspects)
  local found, more = bounded.list(#numbers, MOST, BYTES, function(i)
    return finding_of(suspects[numbers[i]], numbers[i], dumps)
  end)
  return found, more, #suspects == 0 and bounded.text(words.nothing(suspects), bounded.SENTENCE) or nil,
    #suspects > 0 and sites.hint(suspects.heap) or nil
end

return M
