-- SPDX-License-Identifier: MIT
--- Gives heaps, lists and results the method that opens the browser. Requiring it costs little: the browser itself is
-- loaded when it opens.
-- @module dryad.browse.methods

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"

local function open(heaps, first)
  require("dryad.browse.browse").open(heaps, first)
end

--- Opens the browser on the heap. Only in the program, on a terminal.
-- @function heap:browse
-- @usage heap:browse()
function core.heap.methods.browse(heap)
  open { check.self(heap, "heap", "browse") }
end

--- Opens the browser on the list. Only in the program, on a terminal.
-- @function list:browse
-- @usage heap("Thread"):browse()
function core.list.methods.browse(list)
  local heaps = { core.heap_of(check.self(list, "list", "browse")) }
  open(heaps, function()
    return require("dryad.browse.registry").open("list", heaps, list, "a list")
  end)
end

--- Opens the browser on the objects of a result, which needs a column `address`.
-- @function result:browse
-- @usage heap:sql("select address from obj where size > 1e5"):browse()
function core.result.methods.browse(result)
  check.self(result, "result", "browse")
  core.list.methods.browse(result:objects())
end
