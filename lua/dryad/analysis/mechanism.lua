-- SPDX-License-Identifier: MIT
--- How objects are kept alive, in a clause: by the frames of their tracebacks, by a cache, by suspended generators.
--
-- A mechanism is `{kind =, role =, on_way =, of_member =, text =}`. It recognises itself on a way to an object, at one
-- position (`on_way(trail, i, memo)`), or in the object itself (`of_member(o)`), and returns a detail: `key`, the same
-- for details that are told together; `keeper`, the object that keeps; `kept`, what it keeps. Its role is "link" if it
-- explains why one object keeps another (a closure), or "holder" if it explains where many lie (a cache).
-- `types`, `label`, `reference` (the type that a reference leads to) and `is_of_root` say at which positions to ask.
-- @module dryad.analysis.mechanism

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local trails = require "dryad.analysis.trails"
local units = require "dryad.text.units"

local M = {}

local MOST = 0.6 -- of the members: what explains fewer is not said
local ALIKE = 0.5 -- of what a mechanism explains: otherwise it is said without its function, or not at all
local FEW_KEEPERS = 4 -- members that a keeper has on average: then the sample has hardly missed one
local SIGNIFICANT = 0.3 -- of what a member retains: what it keeps itself is said only if that is so much

local MECHANISMS = {}
for _, name in ipairs { "tracebacks", "suspended", "callables", "buffers", "classes", "registries", "threads" } do
  table.move(require("dryad.analysis.mechanisms." .. name), 1, 100, #MECHANISMS + 1, MECHANISMS)
end

-- Labels of items say nothing, and cost a search in the container.
local CONTAINERS = { list = true, tuple = true, dict = true, set = true, frozenset = true,
  ["collections.deque"] = true, deque = true }

local by_type, by_label, by_reference, of_roots, of_members = {}, {}, {}, {}, {}

local function add(index, key, mechanism)
  index[key] = index[key] or {}
  table.insert(index[key], mechanism)
end

for _, mechanism in ipairs(MECHANISMS) do
  for _, type_str in ipairs(mechanism.types or {}) do
    add(by_type, type_str, mechanism)
  end
  if type(mechanism.label) == "string" then
    add(by_label, mechanism.label, mechanism)
  end
  for label in pairs(type(mechanism.label) == "table" and mechanism.label or {}) do
    add(by_label, label, mechanism)
  end
  if mechanism.reference then
    add(by_reference, mechanism.reference, mechanism)
  end
  of_roots[#of_roots + 1] = mechanism.is_of_root and mechanism or nil
  of_members[#of_members + 1] = mechanism.of_member and mechanism or nil
end

-- ---- on one way -----------------------------------------------------------------------------------

--- Adds what mechanisms see at a position: for each role, what is nearest to the member; a general one only if there is
-- nothing else.
local function look_at(found, mechanisms, trail, i, memo)
  for _, mechanism in ipairs(mechanisms or {}) do
    local before = found[mechanism.role]
    local is_wanted = not before or before.mechanism.is_general and not mechanism.is_general
    local detail = is_wanted and mechanism.on_way(trail, i, memo)
    if detail then
      found[mechanism.role] = { mechanism = mechanism, detail = detail, at = i }
    end
  end
end

--- What explains one member: `{link =, holder =}`, each `{mechanism =, detail =}` or nil.
local function explain(o, trail, memo)
  local found = { member = o }
  for _, mechanism in ipairs(of_members) do
    local detail = mechanism.of_member(o)
    local is_much = detail and (not detail.kept or detail.kept.retained_size >= SIGNIFICANT * o.retained_size)
    if is_much and not found.link then
      found.link = { mechanism = mechanism, detail = detail, at = #trail + 1 }
    end
  end
  for i = #trail, 1, -1 do
    local type_str, next_type = trail.types[i], trail.types[i + 1]
    look_at(found, by_type[type_str], trail, i, memo)
    if next_type and not CONTAINERS[type_str] then
      look_at(found, by_label[trail:label(i)], trail, i, memo)
      look_at(found, by_reference[next_type], trail, i, memo)
    end
    look_at(found, i == 1 and of_roots, trail, i, memo)
  end
  return found
end

-- ---- of many --------------------------------------------------------------------------------------

--- The details of a role that belong to one mechanism, the one that explains most members.
local function commonest(explained, role)
  local by_kind, best = {}, nil
  for _, found in ipairs(explained) do
    local seen = found[role]
    if seen then
      local kind = seen.detail.kind or seen.mechanism.kind
      local group = by_kind[kind]
      if not group then
        group = { kind = kind, mechanism = seen.mechanism }
        by_kind[kind] = group
      end
      group[#group + 1] = seen.detail
      seen.detail.at, seen.detail.member = seen.at, found.member
      best = (not best or #group > #best) and group or best
    end
  end
  return best
end

--- The details with the commonest key.
local function alike_of(group)
  local by_key, best = {}, nil
  for _, detail in ipairs(group) do
    local alike = by_key[detail.key] or {}
    by_key[detail.key] = alike
    alike[#alike + 1] = detail
    best = (not best or #alike > #best) and alike or best
  end
  return best
end

--- How many different keepers some details have, and the bytes that they keep: exactly, if all members were looked at
-- or a few keepers keep all; by extrapolation, if each keeps one member; else 0.
local function measure(alike, factor)
  local keepers, bytes, seen = 0, 0, {}
  for _, detail in ipairs(alike) do
    if not seen[detail.keeper] then
      seen[detail.keeper], keepers = true, keepers + 1
    end
    if detail.kept and not seen[detail.kept] then
      seen[detail.kept], bytes = true, units.add(bytes, detail.kept.retained_size)
    end
  end
  local is_one_each = alike[1].own or alike[1].kept == alike[1].member
  if factor == 1 or keepers * FEW_KEEPERS <= #alike then
    return keepers, bytes, false
  end
  return keepers, is_one_each and math.floor(bytes * factor) or 0, true
end

--- What a role explains of the members looked at, in words; nil if it does not explain most.
local function said(explained, role, count)
  local group = commonest(explained, role)
  if not group or #group < MOST * #explained then
    return nil
  end
  local alike = alike_of(group)
  local keepers, bytes, is_estimate = measure(alike, count / #explained)
  local is_complete = #explained == count
  local found = {
    top = alike[1], alike = alike, count = #group, keepers = keepers, bytes = bytes, is_estimate = is_estimate,
    is_complete = is_complete, is_single = keepers == 1 and not is_estimate,
    is_mixed = #alike < ALIKE * #group,
  }
  if found.is_mixed and not group.mechanism.is_mixable then
    return nil
  end
  local mechanism = group.mechanism
  return {
    kind = group.kind, text = mechanism.text(found), found = found, is_general = mechanism.is_general,
    is_of_root = mechanism.is_of_root,
  }
end

--- Both roles in a clause, what is nearer to the root first, unless the members lie in the holder itself.
local function joined(link, holder)
  local is_outside = holder.is_of_root or holder.found.top.at < link.found.top.at
  return ("%s, %s %s"):format(holder.text, is_outside and "through" or "which is kept by", link.text)
end

local Mechanism = { __name = "dryad.mechanism" }

function Mechanism.__json_value(mechanism)
  return mechanism, { "kind", "text", "function", "local", "file", "line", "bytes" }
end

function Mechanism.__tostring(mechanism)
  return "Kept by " .. mechanism.text
end

--- How the members of a list are kept alive, as far as that is known and holds for most of them.
-- @tparam heap heap
-- @tparam list list
-- @tparam[opt] table sampled the ways to members, if they are known (see @{dryad.analysis.trails})
-- @treturn table|nil `{kind =, text = a clause to follow "Kept by", function =, local =, file =, line =, bytes =}`
-- @usage print(mechanism.of(heap, heap "ValueError"))
function M.of(heap, list, sampled)
  check.argument(rawequal(getmetatable(heap), core.heap.meta), "mechanism", "heap", "a heap", heap)
  local explained, memo = {}, {}
  for i, sample in ipairs(sampled or trails.of(list)) do
    explained[i] = sample.trail and explain(sample.object, sample.trail, memo) or {}
  end
  local link, holder = said(explained, "link", #list), said(explained, "holder", #list)
  local is_same = link and holder and holder.found.top.keeper == link.found.top.keeper
    and holder.found.keepers == link.found.keepers
  if link and holder and (holder.is_general or is_same) then
    link, holder = not holder.is_general and holder or link, nil
  end
  local main = link or holder
  if not main then
    return nil
  end
  local top = main.found.top
  return setmetatable({
    kind = main.kind, text = link and holder and joined(link, holder) or main.text,
    ["function"] = top.function_name or top.frame and top.frame.name, ["local"] = top.variable,
    file = top.frame and top.frame.file, line = top.frame and top.frame.line, bytes = main.found.bytes,
  }, Mechanism)
end

return M
