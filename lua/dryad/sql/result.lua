-- SPDX-License-Identifier: MIT
--- Results of queries: rows with named columns, as a grid, as CSV, and as objects of the heap.
-- @module dryad.sql.result

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local guidance = require "dryad.text.guidance"
local layout = require "dryad.text.columns"
local pieces = require "dryad.text.pieces"
local repr = require "dryad.text.repr"
local row_texts = require "dryad.sql.row_texts"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local M = {}

local LEAST = 4 -- characters: the narrowest column of text
local NARROW_GAP = " "
local NULL = "∘"

local methods, meta = core.result.methods, core.result.meta

-- By result: the heap that its addresses belong to.
local heap_of = setmetatable({}, { __mode = "k" })

-- By result: the function that returns its printing options.
local shown_of = setmetatable({}, { __mode = "k" })

--- Sets how a result prints.
-- @tparam result r
-- @tparam function options_of returns `label`, `widths` and `names` as for @{grid}
-- @treturn result the same
-- @usage result.show_as(r, function() return { label = 2 } end)
function M.show_as(r, options_of)
  shown_of[r] = options_of
  return r
end

--- One value.
-- @tparam result r or a table like one
-- @tparam integer i the row, from 1
-- @tparam integer c the column, from 1
-- @return nil for NULL
-- @usage result.cell(r, 1, 1)
function M.cell(r, i, c)
  if type(r) == "userdata" then
    return core.cell(r, i, c)
  end
  return r[i][c]
end

--- The position of the first column with this name.
-- @tparam result r or a table with `columns`
-- @tparam string name
-- @treturn integer|nil
-- @usage result.column_index(r, "address")
function M.column_index(r, name)
  for _, fold in ipairs { tostring, string.lower } do
    for i, column in ipairs(r.columns) do
      if fold(column) == fold(name) then
        return i
      end
    end
  end
end

local function check_column(r, method, column)
  if math.type(column) == "integer" and column >= 1 and column <= #r.columns then
    return column
  end
  check.argument(type(column) == "string" or math.type(column) == "integer", method, "column", "the name of a column",
    column)
  return M.column_index(r, tostring(column))
    or check.fail("%s: there is no column '%s'; there are %s", method, column, table.concat(r.columns, ", "))
end

--- The objects whose addresses are in a column, in the order of the rows.
-- @function result:objects
-- @tparam[opt="address"] string|integer column its name or position
-- @treturn list without values that are not the address of an object
-- @usage print(heap:sql("select address from obj where size > 1e5"):objects():summarize())
function methods.objects(r, column)
  check.self(r, "result", "objects")
  local index = check_column(r, "objects", column == nil and "address" or column)
  if not heap_of[r] then
    check.fail("objects: this result does not come from a heap")
  end
  return core.result_list(r, index, heap_of[r])
end

--- The values of a column; rows where it is NULL are left out.
-- @function result:column
-- @tparam string|integer column its name or position
-- @treturn table
-- @usage print(#heap:sql("select name from obj"):column "name")
function methods.column(r, column)
  check.self(r, "result", "column")
  local index, values = check_column(r, "column", column), {}
  for i = 1, #r do
    values[#values + 1] = core.cell(r, i, index)
  end
  return values
end

local function written(method, form_of)
  return function(r, file, options)
    check.self(r, "result", method)
    local heap = heap_of[r]
    local target = pieces.target(method, file, options, heap and heap:is_open() and heap.file or nil)
    return pieces.deliver(target, units.quantity(#r, "row"), function(write)
      row_texts.write(row_texts.of_result(r, form_of(target.options)), write)
    end)
  end
end

--- The rows as CSV (@{dryad.text.csv}) with a header row: as text, or in a new file, compressed according to its name.
-- NULL is an empty field, an empty text a quoted one, and a lone surrogate is written as `\udc80`.
-- @function result:csv
-- @tparam[opt] string file
-- @tparam[opt] table options `{force = true}` replaces an existing file; `{excel = true}` writes it for a spreadsheet
-- @treturn string the text, or what was written where
-- @treturn integer|nil of a text: how many lone surrogates it has, if any
-- @usage io.write((heap:sql("select type, size from obj limit 10"):csv()))
methods.csv = written("csv", function(options)
  return options.excel and "excel" or "csv"
end)

--- The same as JSON, an array of objects. A second column of a name `type` becomes `type_2`.
-- @function result:json
-- @tparam[opt] string file
-- @tparam[opt] table options
-- @treturn string
-- @usage print(heap:sql("select type, size from obj limit 10"):json())
methods.json = written("json", function()
  return "objects"
end)

--- The same as JSON lines, an object on each.
-- @function result:jsonl
-- @tparam[opt] string file
-- @tparam[opt] table options
-- @treturn string
-- @usage io.write(heap:sql("select type, size from obj limit 10"):jsonl())
methods.jsonl = written("jsonl", function()
  return "jsonl"
end)

--- Returns a function that makes an object of a row, with the columns under unique names, and NULL as null.
local function namer(columns)
  local names = row_texts.unique_names(columns)
  local object = { __jsontype = "object", __jsonorder = names }
  return function(row)
    local made = setmetatable({}, object)
    for c, name in ipairs(names) do
      made[name] = row[c] == nil and core.None or row[c]
    end
    return made
  end
end

function meta.__json_items(r)
  local named = namer(r.columns)
  return #r, function(i)
    return named(r[i])
  end
end

-- ---- the grid -------------------------------------------------------------------------------------

local ADDRESSES = { parent = true, child = true, idom = true }

local function holds_addresses(name)
  name = name:lower()
  return ADDRESSES[name] or name:find("address", 1, true) ~= nil
end

local function cell_text(value, names)
  if value == nil then
    return NULL
  elseif math.type(value) == "integer" then
    return names and names[value] and "$" .. format.printable(names[value]) or ("%d"):format(value)
  elseif type(value) == "number" then
    return repr.float(value)
  end
  return format.printable(tostring(value))
end

--- A column of a grid (its title, then the text of each row), and a function that appends a text.
local function new_column(title, right, fixed_width)
  local column = { right = right, fixed = right or fixed_width ~= nil, width = fixed_width or 0, any_cut = false }
  local widest = math.max(layout.WIDEST, column.width)
  local function add(text)
    local cell = format.cut(text, widest)
    column[#column + 1], column.any_cut = cell, column.any_cut or cell ~= text
    column.width = fixed_width or math.max(column.width, format.width(cell))
  end
  add(title)
  return column, add
end

local function is_numeric(r, c, rows)
  local any = false
  for i = 1, rows do
    local value = M.cell(r, i, c)
    if value ~= nil and type(value) ~= "number" then
      return false
    end
    any = any or value ~= nil
  end
  return any
end

local function label_column(label, rows, width)
  local column, add = new_column("#", false, width)
  column.fixed = true
  for i = 0, rows - 1 do
    add(("#%d.%d"):format(label, i))
  end
  return column
end

local function columns_of(r, options, rows)
  local widths = options.widths or {}
  local columns = { options.label and label_column(options.label, rows, widths["#"]) }
  for c, name in ipairs(r.columns) do
    local column, add = new_column(format.printable(name), is_numeric(r, c, rows), widths[name])
    local names = holds_addresses(name) and options.names or nil
    for i = 1, rows do
      add(cell_text(M.cell(r, i, c), names))
    end
    columns[#columns + 1] = column
  end
  return columns
end

local function any_cut(columns)
  for _, column in ipairs(columns) do
    if column.any_cut then
      return true
    end
  end
  return false
end

--- Narrows columns to fit a line, and returns the gap between them: a narrower one only if needed.
local function fit(columns, width)
  local wanted = {}
  for c, column in ipairs(columns) do
    wanted[c] = column.width
  end
  if layout.fit(columns, width, LEAST) <= width then
    return layout.GAP
  end
  for c, column in ipairs(columns) do
    column.width = wanted[c]
  end
  layout.fit(columns, width + (#layout.GAP - #NARROW_GAP) * (#columns - 1), LEAST)
  return NARROW_GAP
end

local function grid_lines(columns, rows, gap, colour)
  local lines, shown = {}, {}
  local function add(style)
    local line = layout.line(shown, gap)
    lines[#lines + 1] = style and colour and "\27[2m" .. line .. "\27[0m" or line
  end
  for i = 1, rows + 1 do
    for c, column in ipairs(columns) do
      shown[c] = layout.pad(format.cut(column[i], column.width), column.width, column.right)
    end
    add(i == 1)
    if i == 1 then
      for c, column in ipairs(columns) do
        shown[c] = ("-"):rep(column.width)
      end
      add(true)
    end
  end
  return lines
end

--- A result as text: names of columns, rows, and how many there are.
-- @tparam result r or a table like one: `#r`, `r.columns`, `r[i][c]`
-- @tparam[opt] table options `label`: the result's number, for a column of labels `#2.0`, `#2.1`; `width`: columns of
-- the terminal, without it only texts wider than 200 are cut; `widths`: `{column = width}`, fixed; `names`:
-- `{address = name}`, shown as `$name` in columns of addresses; `colour`: whether to use colours
-- @treturn string without a newline at its end
-- @usage print(result.grid(heap:sql "select * from obj limit 5", { label = 0, width = 80 }))
function M.grid(r, options)
  options = options or {}
  if #r == 0 then
    return "no rows"
  end
  local rows = math.min(#r, layout.MOST_ROWS)
  local columns = columns_of(r, options, rows)
  local gap = options.width and fit(columns, options.width) or layout.GAP
  local lines = grid_lines(columns, rows, gap, options.colour)
  if rows < #r then
    lines[#lines + 1] = layout.rest(#r, rows)
  else
    lines[#lines + 1] = #r == 1 and "1 row" or units.count(#r) .. " rows"
  end
  lines[#lines + 1] = not options.width and any_cut(columns) and layout.CUT or nil
  return table.concat(lines, "\n")
end

--- A row as text: a line for each column.
local function row_text(row, columns)
  local lines, width = {}, 0
  for _, name in ipairs(columns) do
    width = math.max(width, format.width(format.printable(name)))
  end
  for c, name in ipairs(columns) do
    lines[c] = layout.pad(format.printable(name), width) .. layout.GAP .. cell_text(row[c])
  end
  return table.concat(lines, "\n")
end

--- Links a result to its heap, so that it can return objects, and makes its rows print.
-- @tparam result r
-- @tparam heap heap
-- @treturn result the same
-- @usage local r = result.of(db:run "select * from obj limit 3", heap)
function M.of(r, heap)
  heap_of[r] = heap
  local row_meta = #r > 0 and getmetatable(r[1]) -- all rows of a result have the same
  if row_meta then
    local columns = r.columns
    function row_meta.__tostring(row)
      return row_text(row, columns)
    end
    row_meta.__json_value = namer(columns)
  end
  return r
end

function meta.__tostring(r)
  local options = shown_of[r] and shown_of[r]() or {}
  options.width = screen.is_terminal "stdout" and select(2, screen.size()) or nil
  options.colour = screen.colours "stdout"
  local text = M.grid(r, options)
  local remark = text:find(NULL, 1, true) and guidance.once("null", NULL .. " is NULL")
  return remark and text .. "\n" .. remark or text
end

return M
