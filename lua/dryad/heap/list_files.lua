-- SPDX-License-Identifier: MIT
--- Lists as CSV, JSON and JSON lines, as text or in files.
-- @module dryad.heap.list_files

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local csv = require "dryad.text.csv"
local dict = require "dryad.heap.dict"
local json_value = require "dryad.text.json_value"
local pieces = require "dryad.text.pieces"
local single_table = require "dryad.text.single_table"
local units = require "dryad.text.units"

local methods = core.list.methods

local FIELDS = single_table.LIST_FIELDS

--- The fields to write: names of an object's fields, or `.name` for an attribute or key.
local function fields_of(method, fields)
  check.argument(fields == nil or type(fields) == "table" and #fields > 0, method, "fields",
    'an array of fields and attributes, such as { "address", ".user" }', fields)
  for _, name in ipairs(fields or {}) do
    check.argument(type(name) == "string" and (name:find "^%..+" or core.object.getters[name]), method, "a field",
      "a field of objects, or .NAME for an attribute", name)
  end
  return fields or FIELDS
end

--- A function that returns a field's value of an object; nil also for Python's None.
local function reader(field)
  local attribute = field:match "^%.(.+)$"
  return function(o)
    local value
    if attribute then
      value = dict.lookup(o, attribute)
    else
      value = o[field]
    end
    if not rawequal(value, core.None) then
      return value
    end
  end
end

local function readers_of(fields)
  local readers = {}
  for c, field in ipairs(fields) do
    readers[c] = reader(field)
  end
  return readers
end

local PYTHON = { [true] = "True", [false] = "False" }

local function write_csv(list, fields, form, write)
  local readers, values = readers_of(fields), {}
  write(csv.head(fields, form))
  for i = 1, #list do
    local o = list[i]
    for c = 1, #readers do
      local value = readers[c](o)
      values[c] = type(value) == "boolean" and PYTHON[value] or value
    end
    write(csv.line(values, #readers, form))
  end
end

--- Gives `write` each member as an object of JSON, between the texts of a form.
local function write_objects(list, fields, form, write)
  local readers = readers_of(fields)
  local meta = { __jsontype = "object", __jsonorder = fields, __jsonitem = json_value }
  write(form.before)
  for i = 1, #list do
    local o, row = list[i], setmetatable({}, meta)
    for c, field in ipairs(fields) do
      local value = readers[c](o)
      row[field] = value == nil and core.None or value
    end
    write((i > 1 and form.between or "") .. core.json.encode(row))
  end
  write(#list > 0 and form.after or form.nothing)
end

local JSON = { before = "[", between = ",\n", after = "\n]\n", nothing = "]\n" }
local LINES = { before = "", between = "\n", after = "\n", nothing = "" }

local function written(method, write_members, form_of)
  return function(list, file, fields, options)
    check.self(list, "list", method)
    local target = pieces.target(method, file, options, core.heap_of(list).file)
    fields = fields_of(method, fields)
    return pieces.deliver(target, units.quantity(#list, "object"), function(write)
      write_members(list, fields, form_of(target.options), write)
    end)
  end
end

--- The members as CSV (@{dryad.text.csv}), a row each: as text, or in a new file, compressed according to its name.
-- @function list:csv
-- @tparam[opt] string file
-- @tparam[opt] {string,...} fields of objects, or `.NAME` for attributes; default: address, type, size, len, value,
--   name, num_refs, num_parents
-- @tparam[opt] table options `{force = true}` replaces an existing file; `{excel = true}` writes it for a spreadsheet
-- @treturn string the text, or what was written where
-- @treturn integer|nil of a text: how many lone surrogates it has, if any
-- @usage print((heap("Thread"):head(2):csv()))
methods.csv = written("csv", write_csv, function(options)
  return options.excel and "excel" or "csv"
end)

--- The same as JSON, an array of objects.
-- @function list:json
-- @tparam[opt] string file
-- @tparam[opt] {string,...} fields
-- @tparam[opt] table options
-- @treturn string
-- @usage print(heap("Thread"):head(2):json(nil, { "address", "size" }))
methods.json = written("json", write_objects, function()
  return JSON
end)

--- The same as JSON lines, an object on each.
-- @function list:jsonl
-- @tparam[opt] string file
-- @tparam[opt] {string,...} fields
-- @tparam[opt] table options
-- @treturn string
-- @usage io.write(heap("Thread"):head(2):jsonl())
methods.jsonl = written("jsonl", write_objects, function()
  return LINES
end)

return core.list
