-- SPDX-License-Identifier: MIT
--- What all views of the browser have in common: a table of rows, which are made when they are looked at.
--
-- A view knows nothing of terminals. It has
--
-- * `title`, a piece of the breadcrumb;
-- * `columns`, an array of `{key, kind, title, weight = 1}`: kind is count, bytes, percent, bar (both from 0 to 100),
--   class, object, way or text. Where room is short, the columns of least weight are left out, but never the one of
--   weight `math.huge`, the name;
-- * `head`, lines of text above the table, each a text or `{text, style}`, or nil;
-- * `empty`, what to say if there are no rows;
-- * `sorts`, an array of `{key, title}`, and `sorted`, the key by which it is sorted now;
-- * `object` or `objects`, what the view as a whole is about, if that is not the heap;
-- * the methods below.
--
-- A row has the values of the columns by key, and any of `style` (dim, bold or warn), `object`, `objects` (a list),
-- `class`, and `way` (text that can be typed back), on which the keys of the browser act. In place of objects and ways
-- that take time to find, it has functions that return them.
-- All text is as the dump has it.
-- @module dryad.browse.view

local core = require "dryad.core"
local matches = require "dryad.browse.matches"
local object_words = require "dryad.browse.object_words"
local screen = require "dryad.text.screen"
local units = require "dryad.text.units"

local LEAST = 0.05 -- percent: less is shown as nothing

local View = {}
View.__index = View

local M = { methods = View }

--- A class of views that inherits the methods of all views.
-- @treturn table
-- @usage local Classes = view.class()
function M.class()
  local class = setmetatable({}, View)
  class.__index = class
  return class
end

--- The number of rows.
-- @function view:count
function View:count()
  return #self.rows
end

--- The i-th row. Views whose rows are to be made when they are looked at have a method `make`.
-- @function view:row
function View:row(i)
  local row = self.rows[i]
  return row and self.make and self:make(row) or row
end

--- What is left out below the last row, in words; nil if that is nothing.
-- @function view:more
function View:more()
  return self.rest
end

--- The view that a row leads to, or nil.
-- @function view:enter
function View:enter(i)
  local row = self:row(i)
  return row and row.open and row.open() or nil
end

--- Sorts the rows by a key, the largest first, and texts in alphabetical order.
-- @function view:sort
function View:sort(key)
  local place = {}
  for i, row in ipairs(self.rows) do
    place[row] = i
  end
  table.sort(self.rows, function(a, b)
    local one, other = a[key], b[key]
    if a.is_rest or b.is_rest or one == other or one == nil or other == nil then
      if (a.is_rest or false) ~= (b.is_rest or false) then
        return not a.is_rest
      elseif not a.is_rest and (one == nil) ~= (other == nil) then
        return one ~= nil
      end
      return place[a] < place[b]
    elseif type(one) == "string" then
      return one < other
    end
    return one > other
  end)
  self.sorted = key
end

--- A view of what a text finds among the objects that this view is about, or nil and why there is none.
-- @function view:search
function View:search(text)
  return matches.view(self.heaps, self.objects, text)
end

--- What lies beyond the last row: `12,410 more classes, 3.1MiB`.
-- @tparam integer count
-- @tparam string what in the plural, or ""
-- @tparam[opt] integer bytes
-- @treturn string|nil nil if that is nothing
-- @usage view.more(12410, "classes", 3250000)
function M.more(count, what, bytes)
  if count <= 0 then
    return nil
  end
  return ("%s more%s%s"):format(units.count(count), what ~= "" and " " .. what or "",
    bytes and ", " .. units.bytes(bytes) or "")
end

--- The heap that the views of several heaps look at.
-- @tparam {heap,...} heaps
-- @treturn heap
-- @usage local heap = view.heap_of(heaps)
function M.heap_of(heaps)
  return heaps[#heaps]
end

--- The object that a key is about, where that is one: an object, or the only member of a list.
-- @tparam object|list what
-- @treturn object|nil
-- @usage local o = view.only(what)
function M.only(what)
  if not rawequal(getmetatable(what), core.list.meta) then
    return what
  end
  return #what == 1 and what[1] or nil
end

--- A function that tells which percent of what is alive in a heap some bytes are; nil for a share that rounds to
-- nothing, which leaves its cell empty.
-- @tparam heap heap
-- @treturn function
-- @usage local percent = view.share_of(heap)
function M.share_of(heap)
  local _, alive = core.reachable(heap)
  return function(bytes)
    local percent = alive > 0 and 100.0 * bytes / alive or 0.0
    return percent >= LEAST and percent or nil
  end
end

--- The row of an object, for any of the columns retained, share, size, refs, name and address. What garbage retains is
-- not known.
-- @tparam object o
-- @tparam function percent from @{share_of}
-- @treturn table
-- @usage local row = view.row_of(o, percent)
function M.row_of(o, percent)
  local bytes = o.retained_size
  local is_alive = bytes > 0
  return {
    retained = is_alive and bytes or nil, share = is_alive and percent(bytes) or nil, size = o.size, refs = o.num_refs,
    name = object_words.detailed(o), address = object_words.address(o), object = o, way = function() return o.way end,
  }
end

--- The columns of rows that are sorted by what they retain, of which the first is given: without shares where even that
-- rounds to nothing, and of garbage without what it retains, which is not known.
-- @tparam {column,...} columns
-- @tparam table|nil first nil: there are no rows
-- @treturn {column,...}
-- @usage list.columns = view.telling_columns(List.columns, list:row(1))
function M.telling_columns(columns, first)
  local kept = {}
  for _, column in ipairs(columns) do
    local key = column[1]
    local is_empty = first and (key == "share" or key == "retained") and first[key] == nil
    kept[#kept + 1] = not is_empty and column or nil
  end
  return kept
end

--- Calls what puts findings into words for a terminal, without styles: those are the browser's.
-- @tparam function f
-- @param ... its arguments
-- @return what it returns
-- @usage local lines = view.plainly(suspects_text.lines, suspect, 1)
M.plainly = screen.plainly

--- A number with what it counts: `1,500 objects`.
-- @tparam integer count
-- @tparam string what in the singular
-- @treturn string
-- @usage view.several(1500, "object")
function M.several(count, what)
  return ("%s %s%s"):format(units.count(count), what, count == 1 and "" or "s")
end

--- A share at the end of a clause; nothing for one that rounds to nothing.
-- @tparam number|nil percent from @{share_of}
-- @treturn string
-- @usage view.of_the_heap(12.5) --> ", 12.5% of the heap"
function M.of_the_heap(percent)
  return percent and (", %.1f%% of the heap"):format(percent) or ""
end

return M
