-- SPDX-License-Identifier: MIT
--- What the keys of the browser do.
-- @module dryad.browse.actions

local core = require "dryad.core"
local format = require "dryad.text.format"
local help_text = require "dryad.browse.help_text"
local line_editor = require "dryad.browse.line_editor"
local load = require "dryad.heap.load"
local prompt_line = require "dryad.browse.prompt_line"
local registry = require "dryad.browse.registry"
local text_view = require "dryad.browse.text_view"
local units = require "dryad.text.units"
local work = require "dryad.browse.work"

local M = {}

local MOST_SEARCHED = 20000 -- rows that `n` looks through

-- ---- the selected row -----------------------------------------------------------------------------

--- What a key on the selected row is about: its objects or object, else what the view is about. It may be a function.
local function subject(app)
  local pane = app:pane()
  local row, view = pane:current() or {}, pane.view
  return row.objects or row.object or view.object or view.objects
end

--- A value of a row, which may be a function that finds it out.
local function found_out(value)
  if type(value) == "function" then
    return value()
  end
  return value
end

local function push_about(app, name)
  local what = found_out(subject(app))
  if what then
    app:push(registry.open(name, app.heaps, what))
  else
    app:say "this row stands for no objects"
  end
end

local function show_objects(app)
  local row = app:pane():current() or {}
  local objects, object = found_out(row.objects), found_out(row.object)
  if objects then
    app:push(registry.open("list", app.heaps, objects, row.class, "retained_size"))
  elseif object then
    app:push(registry.open("object", app.heaps, object))
  else
    app:say "this row stands for no objects"
  end
end

local function text_to_copy(app)
  local row = app:pane():current() or {}
  local way, object = found_out(row.way), found_out(row.object or app:pane().view.object)
  return way or object and ("%d"):format(object.address) or row.class
end

local function copy(app)
  if app.copied then
    app.screen:copy(app.copied)
    app.screen:mouse(true)
    app:say "the terminal was asked to copy it"
    app.copied = nil
    return
  end
  local text = text_to_copy(app)
  if not text then
    app:say "this row has no way and no address"
    return
  end
  app.copied = text
  app.screen:mouse(false) -- so that the mouse selects text
  app:say(("%s\ny again lets the terminal copy it"):format(format.printable(text)))
end

--- Ends what lasts until the next key: the message, and text that is shown to be copied.
-- @tparam table app
-- @tparam string key
-- @usage actions.forget_message(app, key)
function M.forget_message(app, key)
  if key == "resize" then
    return
  end
  app.message = nil
  if app.copied and key ~= "y" then
    app.copied = nil
    app.screen:mouse(true)
  end
end

-- ---- searching ------------------------------------------------------------------------------------

local function has_text(row, columns, wanted)
  for _, column in ipairs(columns) do
    local value = row[column[1]]
    if type(value) == "string" and value:lower():find(wanted, 1, true) then
      return true
    end
  end
  return false
end

--- Selects the next row, in a direction, that has the text of the last search.
local function find_next(app, step)
  local pane, wanted = app:pane(), app.wanted
  if not wanted then
    app:say "/ searches; n then goes to the next row that has the text"
    return
  end
  local count = pane.view:count()
  for distance = 1, math.min(count, MOST_SEARCHED) do
    local i = (pane.selected - 1 + step * distance) % count + 1
    if has_text(pane.view:row(i), pane.view.columns, wanted:lower()) then
      pane:go_to(i)
      return
    end
  end
  app:say(("no row here has '%s'"):format(wanted))
end

local function search(app, text)
  app.wanted = text
  local view = app:pane().view
  if not view.search then
    find_next(app, 1)
    return
  end
  work.announce(app, "searching")
  local found, why_not = view:search(text)
  if found then
    app:push(found)
  else
    app:say(why_not or ("nothing here has '%s'"):format(text))
  end
end

-- ---- lines that are typed -------------------------------------------------------------------------

--- What a line may change: the heap of the prompt, and the revision of the one that is looked at.
local function state_of(app)
  local heap = app.heaps[#app.heaps]
  return rawget(_G, "heap"), heap:is_open() and core.revision(heap) or nil
end

local function run_line(app, text)
  work.announce(app, "running")
  local heap, revision = state_of(app)
  local view, problem, has_finished = prompt_line.run(text, app.heaps, function() return app.screen:written() end)
  local heap_now, revision_now = state_of(app)
  if not rawequal(heap_now, heap) and rawequal(getmetatable(heap_now), core.heap.meta) then
    app:look_at(heap_now)
  elseif revision_now and revision_now ~= revision then
    app:renew()
  end
  app:push(view)
  app.finished = has_finished
  if problem then
    app:say(problem:gsub("\27%[%d*m", ""), "problem")
  end
end

local LINES = { ["/"] = search, [":"] = run_line }

local function begin_line(app, sign)
  app.histories[sign] = app.histories[sign] or {}
  app.input = { sign = sign, line = line_editor.new(app.histories[sign]) }
end

local function finish_line(app)
  local input = app.input
  local text = input.line:text()
  input.line:remember()
  app.input = nil
  if text:find "%S" then
    LINES[input.sign](app, text)
  end
end

--- A key for the line that is being typed.
-- @tparam table app
-- @tparam string key
-- @usage actions.type(app, "a")
function M.type(app, key)
  local input = app.input
  if key == "enter" then
    finish_line(app)
  elseif key == "escape" or key == "backspace" and input.line:text() == "" then
    app.input = nil
  elseif key == "tab" and input.sign == ":" then
    local choices = prompt_line.complete(input.line)
    if choices then
      app:say(choices)
    end
  else
    input.line:press(key)
  end
end

-- ---- the view -------------------------------------------------------------------------------------

local function enter(app)
  local pane = app:pane()
  if pane:current() and pane.view.enter then
    app:push(pane.view:enter(pane.selected))
  end
end

local function sort(app)
  local pane = app:pane()
  local view, next_one = pane.view, 1
  if not view.sorts or #view.sorts < 2 then
    app:say "this view has one order"
    return
  end
  for i, order in ipairs(view.sorts) do
    if order[1] == view.sorted then
      next_one = i % #view.sorts + 1
    end
  end
  work.announce(app, "sorting")
  view:sort(view.sorts[next_one][1])
  pane:forget_rows()
  pane:select(1)
end

local function head_text(view)
  local lines = {}
  for i, line in ipairs(view.head or {}) do
    lines[i] = type(line) == "table" and line[1] or line
  end
  return table.concat(lines, "\n")
end

local function show_head(app)
  local view = app:pane().view
  if view.head and #view.head > 0 then
    app:push(text_view.new(head_text(view), "text"))
  end
end

local function about(app)
  local parts = {}
  for i, heap in ipairs(app.heaps) do
    parts[#parts + 1] = ("%s: %s in %s objects, %s references"):format(format.printable(heap.file or "a heap"),
      units.bytes(heap.total_size), units.count(#heap), units.count(heap.num_refs))
    parts[#parts + 1] = heap:describe()
    parts[#parts + 1] = load.notes(heap)
    parts[#parts + 1] = i < #app.heaps and "" or nil
  end
  app:push(text_view.new(table.concat(parts, "\n"), #app.heaps == 1 and "about the dump" or "about the dumps"))
end

-- ---- keys -----------------------------------------------------------------------------------------

local RUN = {
  enter = enter,
  back = function(app) app:pop() end,
  objects = show_objects,
  why = function(app) push_about(app, "why") end,
  referrers = function(app) push_about(app, "referrers") end,
  copy = copy,
  search = function(app) begin_line(app, "/") end,
  next = function(app) find_next(app, 1) end,
  previous = function(app) find_next(app, -1) end,
  sort = sort,
  text = show_head,
  line = function(app) begin_line(app, ":") end,
  about = about,
  help = function(app) app:push(text_view.new(help_text.of(app.menu, app.heaps), "help")) end,
  redraw = function(app) app.screen:redraw() end,
  quit = function(app) app.finished = true end,
}

--- Does what a key does.
-- @tparam table app
-- @tparam string name of the key's declaration
-- @usage actions.run(app, "enter")
function M.run(app, name)
  if not app:pane():move(name) then
    RUN[name](app)
  end
end

--- The names of the keys that do something here, the most useful first.
-- @tparam table app
-- @treturn {string,...}
-- @usage footer.draw_hints(area, actions.useful(app))
function M.useful(app)
  local pane, names = app:pane(), {}
  local view, has_subject = pane.view, subject(app) ~= nil
  local function add(name, is_useful)
    names[#names + 1] = is_useful and name or nil
  end
  add("enter", view.enter and pane:current() ~= nil)
  add("back", #app.panes > 1)
  add("search", true)
  add("sort", view.sorts and #view.sorts > 1)
  add("why", has_subject)
  add("referrers", has_subject)
  local row = pane:current() or {}
  add("objects", row.objects ~= nil or row.object ~= nil)
  add("text", pane.is_head_cut)
  add("copy", has_subject)
  add("line", true)
  return names
end

return M
