-- SPDX-License-Identifier: MIT
--- Made-up dumps of programs: modules, containers and instances, written by what they hold.

local facts = require "tests.spec.support.facts"

local M = {}

local Program = {}
Program.__index = Program

--- A dump under construction. Its objects get addresses in the order of creation, from `first` on.
function M.new(first)
  return setmetatable({ lines = {}, next = first or 1000 }, Program)
end

local function encoded(value)
  return type(value) == "string" and ('"%s"'):format(value) or tostring(value)
end

--- Adds an object; returns its address. `o` may have `size`, `refs`, `value`, `name`, `len`, `root`, `refcount` and
-- `at`, an address of its own.
function Program:add(kind, o)
  local address = o.at
  if not address then
    address, self.next = self.next, self.next + 8
  end
  local text = ('{"address": %d, "type": "%s", "size": %d, "refs": [%s]'):format(address, kind, o.size or 64,
    table.concat(o.refs or {}, ", "))
  for _, name in ipairs { "value", "name", "len", "root", "refcount" } do
    text = text .. (o[name] ~= nil and (', "%s": %s'):format(name, encoded(o[name])) or "")
  end
  self.lines[#self.lines + 1] = text .. "}"
  return address
end

function Program:text(value, size)
  return self:add("str", { value = value, size = size or 50 })
end

--- Adds a dict of pairs, an array of {key, address}.
function Program:dict(pairs_of, o)
  o = o or {}
  o.refs, o.len = {}, #pairs_of
  for _, pair in ipairs(pairs_of) do
    o.refs[#o.refs + 1] = self:text(pair[1])
    o.refs[#o.refs + 1] = pair[2]
  end
  return self:add("dict", o)
end

function Program:list(items, o)
  o = o or {}
  o.refs, o.len = items, #items
  return self:add("list", o)
end

--- Adds a module with these attributes, an array of {name, address}.
function Program:module(name, attributes, o)
  o = o or {}
  o.name, o.refs, o.size = name, { self:dict(attributes) }, 24
  return self:add("module", o)
end

--- Adds a class; instances refer to it.
function Program:class(name, module)
  return self:add("type", { name = name, size = 1000, refs = { self:dict { { "__module__", self:text(module
    or "__main__") } } } })
end

--- Adds an instance of a class with these attributes.
function Program:instance(kind, class, attributes, o)
  o = o or {}
  o.refs = { self:dict(attributes), class }
  return self:add(kind, o)
end

--- The lines of the dump: without facts, or with those given, where the modules are what the interpreter holds.
function Program:dump(process)
  return process and facts.dump(self.lines, process) or self.lines
end

return M
