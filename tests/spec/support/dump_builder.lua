-- SPDX-License-Identifier: MIT
--- Dumps built object by object, for specs that need many.

local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"

local M = {}

local Builder = {}
Builder.__index = Builder

local FIRST, STEP = 4096, 16

--- A builder of a dump without objects.
function M.new()
  return setmetatable({ records = {} }, Builder)
end

--- Adds an object of 100 bytes: `refs` is an array of addresses; in place of refs, `named` is an array of `{name,
-- address}` for references with names. `fields` are more keys of the record.
-- @treturn integer its address
function Builder:add(type_str, refs, fields)
  local record = { address = FIRST + STEP * #self.records, type = type_str, size = 100 }
  record.refs = setmetatable(table.move(refs or {}, 1, #(refs or {}), 1, {}), { __jsontype = "array" })
  for key, value in pairs(fields or {}) do
    record[key] = value
  end
  self.records[#self.records + 1] = record
  return record.address
end

--- Adds an object whose references have names: an array of `{name, address}`.
function Builder:named(type_str, named, fields)
  local refs, names = {}, {}
  for i, pair in ipairs(named) do
    names[i], refs[i] = pair[1], pair[2]
  end
  local all = { names = names }
  for key, value in pairs(fields or {}) do
    all[key] = value
  end
  return self:add(type_str, refs, all)
end

function Builder:text(value)
  return self:add("str", {}, { value = value })
end

--- Adds a dict with keys that are texts: an array of `{key, address}`.
function Builder:dict(pairs_of)
  local refs = {}
  for _, pair in ipairs(pairs_of) do
    table.move({ self:text(pair[1]), pair[2] }, 1, 2, #refs + 1, refs)
  end
  return self:add("dict", refs, { len = #pairs_of })
end

--- Adds an instance of a class, with its attributes in a dict, as a dump has it before folding.
function Builder:instance(class, attributes, fields)
  self.classes = self.classes or {}
  self.classes[class] = self.classes[class] or self:add("type", {}, { name = class })
  return self:add(class, { self:dict(attributes), self.classes[class] }, fields)
end

--- Adds a module with attributes.
function Builder:module(name, attributes)
  return self:add("module", { self:dict(attributes) }, { name = name })
end

function Builder:lines()
  local lines = {}
  for i, record in ipairs(self.records) do
    lines[i] = core.json.encode(record)
  end
  return lines
end

--- The heap of what was added, without facts of a process.
function Builder:heap()
  return dumps.load(self:lines())
end

--- The heap of what was added, as of a process: only records with a `root` are roots.
function Builder:heap_with_facts()
  return dumps.load(facts.dump(self:lines()))
end

return M
