-- SPDX-License-Identifier: MIT
--- The text that the prompt shows for an address alone: the object and its neighbourhood.
-- @module dryad.prompt.neighbourhood

local core = require "dryad.core"
local fold = require "dryad.text.fold"
local format = require "dryad.text.format"
local path = require "dryad.analysis.path"
local printer = require "dryad.text.printer"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local SHOWN = 10 -- referrers and references

--- Adds a titled section with the first objects of a list, and their labels if there are any.
local function add_section(lines, title, list, rest, labels)
  if #list == 0 then
    return
  end
  lines[#lines + 1] = "\n" .. screen.style("bold", ("%d %s%s"):format(#list, title, #list == 1 and "" or "s"))
  local shown, i = 0, 0
  while i < #list and shown < SHOWN do
    i = i + 1
    if not labels or labels[i] then
      shown = shown + 1
      local label = labels and labels[i] ~= "" and "  " .. screen.style("green", labels[i]) or ""
      lines[#lines + 1] = printer.paint(("%4d %s"):format(i, tostring(list[i]))) .. label
    end
  end
  if shown < i then
    lines[#lines + 1] = screen.style("dim", "     numbers left out are of names and keys, which the labels show")
  end
  if i < #list then
    lines[#lines + 1] = screen.style("dim", ("     and more: %s"):format(rest))
  end
end

--- The labels of the first references of an object; nil if none has a name. The keys of a dict and the names of
-- attributes have none: they are in the labels of their values.
local function labels_of(object)
  local labels, any = {}, false
  for i = 1, math.min(#object, 2 * SHOWN + 1) do
    local label = object:label(i)
    if not label:find("^%[ref ") then
      labels[i], any = label, true
    end
  end
  return any and labels or nil
end

--- The labels by which its first referrers refer to it.
local function labels_from_referrers(object)
  local labels, referrers = {}, object.p
  for i = 1, math.min(#referrers, SHOWN) do
    local label = core.label_between(referrers[i], object)
    labels[i] = label:find("^%[ref ") and "" or label
  end
  return labels
end

--- The shortest way to it from a root; nil for a dangling reference.
local function held_by(object)
  if object.type_str == "<missing>" then
    return nil
  end
  local way = core.paths_from_roots(object, 1)[1]
  local text = way and (#way == 1 and "a root: " .. core.root_reason(object) or path.new(way):expression())
  return screen.style("dim", text or "garbage: no root leads to it")
end

--- What only some dumps say of an object, in a line; nil if this one says nothing.
local function details_of(object)
  local parts = {}
  local function add(text, ...)
    parts[#parts + 1] = text:format(...)
  end
  if object.file then
    add("at %s%s", format.printable(object.file), object.line and ":" .. object.line or "")
  end
  if object.refcount then
    add("refcount %d", object.refcount)
  end
  if object.mapped then
    add("%s mapped", units.bytes(object.mapped))
  end
  if object.allocated then
    add("allocated at %s", format.printable(table.concat(object.allocated, " < ")))
  end
  return #parts > 0 and screen.style("dim", table.concat(parts, "; ")) or nil
end

--- Describes an object, its referrers and its references.
-- @tparam object object
-- @treturn string
-- @usage print(neighbourhood.text(heap("Thread")[1]))
function M.text(object)
  local lines, labels = { printer.paint(tostring(object)) }, labels_of(object)
  lines[2] = held_by(object)
  lines[#lines + 1] = details_of(object)
  add_section(lines, "referrer", object.p, "_.p, _:why()", labels_from_referrers(object))
  add_section(lines, "reference", object.c, labels and "_.d, _.c" or "_.c", labels)
  return fold.text(table.concat(lines, "\n"))
end

return M
