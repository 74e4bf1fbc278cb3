-- SPDX-License-Identifier: MIT
--- Why an object is alive, step by step from a root; for many, the ways to all of them merged into a tree.
-- @module dryad.browse.views.why

local core = require "dryad.core"
local naming = require "dryad.analysis.naming"
local object_words = require "dryad.browse.object_words"
local path = require "dryad.analysis.path"
local registry = require "dryad.browse.registry"
local units = require "dryad.text.units"
local view = require "dryad.browse.view"
local why = require "dryad.analysis.why"
local why_tree = require "dryad.analysis.why_tree"

local M = {}

-- ---- one object -----------------------------------------------------------------------------------

local Paths = view.class()

Paths.columns = {
  { "label", "text", "step", weight = 2 }, { "name", "object", "object", weight = math.huge },
  { "retained", "bytes", "retained", weight = 0.9 }, { "share", "percent", "of heap", weight = 0.55 },
  { "share", "bar", "", weight = 0.4 },
  { "size", "bytes", "size", weight = 0.5 }, { "address", "text", "address", weight = 0.3 },
}

local function of_object(heaps, o)
  local answer = why.object(o)
  return setmetatable({
    heaps = heaps, object = o, title = "why " .. object_words.of(o), head = view.plainly(answer.sentences, answer),
    paths = answer.root and {} or answer, percent = view.share_of(view.heap_of(heaps)), sorts = {},
    empty = "There is no way to it from a root.",
  }, Paths)
end

function Paths:count()
  local count = 0
  for _, steps in ipairs(self.paths) do
    count = count + 1 + #steps
  end
  return count
end

--- The path that a row belongs to, its number, and the step; step 0 is its heading.
local function place_of(paths, i)
  for number, steps in ipairs(paths) do
    if i <= 1 + #steps then
      return steps, number, i - 1
    end
    i = i - 1 - #steps
  end
end

function Paths:row(i)
  local steps, number, step = place_of(self.paths, i)
  if step == 0 then
    local way = steps:expression()
    return { label = ("%d."):format(number), name = path.shortened(way), way = way, style = "bold" }
  end
  local o = steps[step]
  local row = view.row_of(o, self.percent)
  if step == 1 then
    row.label, row.name = "", path.start_text(o)
  else
    row.label = "  " .. path.shortened(path.label_text(steps:label(step - 1)))
  end
  return row
end

function Paths:enter(i)
  local o = self:row(i).object
  return o and registry.open("object", self.heaps, o) or nil
end

-- ---- many -----------------------------------------------------------------------------------------

local Ways = view.class()

Ways.columns = {
  { "count", "count", "objects" }, { "share", "percent", "share", weight = 0.95 },
  { "share", "bar", "", weight = 0.8 },
  { "size", "bytes", "size", weight = 0.7 }, { "way", "way", "way", weight = math.huge },
  { "what", "object", "what is there", weight = 0.9 },
}

--- The objects of a node, as far as they are known.
local function objects_of(heaps, branch)
  if branch.objects == 1 then
    return branch.object
  end
  local samples = branch.samples and core.list_of(view.heap_of(heaps), branch.samples)
  return nil, samples and samples + samples -- each once
end

local function row_of(heaps, node, count, indent)
  local branch = node.branch
  local object, objects = objects_of(heaps, branch)
  local title = object == nil and naming.several(branch.objects, branch.type, branch.samples or { branch.object })
  return {
    count = node.count, share = 100.0 * node.count / math.max(1, count), size = node.size, way = indent .. node.way,
    what = node.what, object = object, objects = objects,
    open = object and registry.opener("object", heaps, object)
      or objects and registry.opener("list", heaps, objects, "some of " .. title, "retained_size") or nil,
  }
end

--- Appends the rows of nodes, each followed by those below it.
local function add_rows(rows, heaps, nodes, count, indent)
  for _, node in ipairs(nodes) do
    rows[#rows + 1] = row_of(heaps, node, count, indent)
    add_rows(rows, heaps, node.nodes, count, indent .. "  ")
  end
  if nodes.is_cut then
    rows[#rows + 1] = { way = indent .. "... and deeper", style = "dim" }
  elseif nodes.others > 0 then
    rows[#rows + 1] = { count = nodes.others, way = indent .. "... by other ways", style = "dim" }
  end
end

local function of_list(heaps, list)
  local tree, rows = why.list(list), {}
  add_rows(rows, heaps, why_tree.nodes(tree), tree.count, "")
  local head = view.plainly(tree.sentences, tree)
  head[#head + 1] = tree.tasks_holder and "The tasks are in " .. tree.tasks_holder or nil
  return setmetatable({
    heaps = heaps, objects = list, rows = rows, head = head, sorts = {},
    title = ("why %s objects"):format(units.count(#list)), empty = "There is no way to any of them from a root.",
  }, Ways)
end

--- A view of why an object, or the members of a list, are alive.
-- @tparam {heap,...} heaps
-- @tparam object|list what
-- @treturn view
-- @usage local view = require("dryad.browse.views.why").new({ heap }, heap "Thread")
function M.new(heaps, what)
  local o = view.only(what)
  return o and of_object(heaps, o) or of_list(heaps, what)
end

registry.add("why", M.new)

return M
