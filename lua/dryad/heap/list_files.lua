-- SPDX-License-Identifier: MIT
--- Lists as CSV and JSON, as text or in files.
-- @module dryad.heap.list_files

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local csv = require "dryad.text.csv"
local dict = require "dryad.heap.dict"
local format = require "dryad.text.format"
local json_value = require "dryad.text.json_value"
local units = require "dryad.text.units"

local methods = core.list.methods

local FIELDS = { "address", "type", "size", "len", "value", "name", "num_refs", "num_parents" }
local AT_ONCE = 1000 -- members written at a time

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

local function value_of(o, field)
  local attribute = field:match "^%.(.+)$"
  local value
  if attribute then
    value = dict.lookup(o, attribute)
  else
    value = o[field]
  end
  if rawequal(value, core.None) then
    return nil
  end
  return value
end

local function cell(value)
  if type(value) == "boolean" then
    return value and "True" or "False"
  end
  local kind = type(value)
  if value == nil or kind == "string" or kind == "number" then
    return value
  end
  return tostring(value)
end

local function csv_rows(list, fields, first, last)
  local text = csv.text(fields, last - first + 1, function(i, c)
    return cell(value_of(list[first + i - 1], fields[c]))
  end)
  return first == 1 and text or text:match "^[^\n]*\n(.*)$"
end

local function json_rows(list, fields, first, last)
  local rows = {}
  for i = first, last do
    local row = setmetatable({}, { __jsontype = "object", __jsonorder = fields })
    for _, field in ipairs(fields) do
      local value = json_value(value_of(list[i], field))
      row[field] = value == nil and core.None or value
    end
    rows[#rows + 1] = core.json.encode(row)
  end
  return (first == 1 and "[" or ",") .. "\n" .. table.concat(rows, ",\n") .. (last == #list and "\n]\n" or "")
end

--- Gives `write` the whole text, in pieces.
local function produce(list, fields, rows, empty, write)
  if #list == 0 then
    write(empty)
  end
  for first = 1, #list, AT_ONCE do
    write(rows(list, fields, first, math.min(#list, first + AT_ONCE - 1)))
  end
end

local function written(method, rows, empty)
  return function(list, file, fields, options)
    check.self(list, "list", method)
    check.argument(file == nil or type(file) == "string" and file ~= "", method, "file", "the name of a file", file)
    check.argument(options == nil or type(options) == "table", method, "options", "a table such as { force = true }",
      options)
    fields = fields_of(method, fields)
    local parts = {}
    if not file then
      produce(list, fields, rows, empty(fields), function(text)
        parts[#parts + 1] = text
      end)
      return table.concat(parts)
    end
    local sink <close> = core.sink(file, {
      force = options and options.force, inputs = { core.heap_of(list).file },
    })
    produce(list, fields, rows, empty(fields), function(text)
      sink:write(text)
    end)
    return ("%s written to %s"):format(units.quantity(#list, "object"), format.printable((sink:finish())))
  end
end

--- The members as CSV, a row each: as text, or in a new file, compressed according to its name.
-- @function list:csv
-- @tparam[opt] string file
-- @tparam[opt] {string,...} fields of objects, or `.NAME` for attributes; default: address, type, size, len, value,
--   name, num_refs, num_parents
-- @tparam[opt] table options `{force = true}` replaces an existing file
-- @treturn string the text, or what was written where
-- @usage print(heap("Thread"):head(2):csv())
methods.csv = written("csv", csv_rows, function(fields)
  return (csv.text(fields, 0))
end)

--- The same as JSON, an array of objects.
-- @function list:json
-- @tparam[opt] string file
-- @tparam[opt] {string,...} fields
-- @tparam[opt] table options
-- @treturn string
-- @usage print(heap("Thread"):head(2):json(nil, { "address", "size" }))
methods.json = written("json", json_rows, function()
  return "[]\n"
end)

return core.list
