-- SPDX-License-Identifier: MIT
--- The keys of the browser. The loop, the help, the line at the bottom and the manual use these declarations.
--
-- A key is `{name =, keys = as @{dryad.curses} names them, shown =, short = a word for the bottom line, summary =}`.
-- The views have keys of their own, see @{dryad.browse.menu}.
-- @module dryad.browse.keys

local M = {}

--- All keys, in groups.
M.GROUPS = {
  {
    title = "Moving",
    { name = "up", keys = { "up", "k" }, shown = "Up, k", summary = "the row above" },
    { name = "down", keys = { "down", "j" }, shown = "Down, j", summary = "the row below" },
    { name = "page_up", keys = { "page_up", "ctrl_b" }, shown = "PgUp", summary = "a page up" },
    { name = "page_down", keys = { "page_down", "ctrl_f", "space" }, shown = "PgDn, Space", summary = "a page down" },
    { name = "first", keys = { "home", "g" }, shown = "Home, g", summary = "the first row" },
    { name = "last", keys = { "end", "G" }, shown = "End, G", summary = "the last row" },
    { name = "enter", keys = { "enter", "right" }, shown = "Enter, Right", short = "open", summary = "open the row" },
    {
      name = "back", keys = { "backspace", "left", "escape" }, shown = "Backspace, Left, Esc", short = "back",
      summary = "go back to where you came from",
    },
  },
  {
    title = "The selected row",
    {
      name = "objects", keys = { "o" }, shown = "o", short = "objects",
      summary = "its objects as a list, or the object itself",
    },
    { name = "why", keys = { "w" }, shown = "w", short = "why", summary = "why it is alive: the ways from the roots" },
    { name = "referrers", keys = { "p" }, shown = "p", short = "referrers", summary = "what refers to it" },
    {
      name = "copy", keys = { "y" }, shown = "y", short = "copy",
      summary = "show its way or address, to select by hand; y again lets the terminal copy it (OSC 52)",
    },
  },
  {
    title = "This view",
    {
      name = "search", keys = { "/" }, shown = "/", short = "search",
      summary = "search by name, class or value, or with an SQL condition such as size > 1e6",
    },
    { name = "next", keys = { "n" }, shown = "n", summary = "the next row that has the text searched for" },
    { name = "previous", keys = { "N" }, shown = "N", summary = "the row before that has it" },
    { name = "sort", keys = { "s" }, shown = "s", short = "sort", summary = "sort by the next column" },
    { name = "text", keys = { "t" }, shown = "t", short = "text", summary = "all of the text above the table" },
  },
  {
    title = "Everywhere",
    {
      name = "line", keys = { ":" }, shown = ":", short = "line",
      summary = "a line of the prompt, in Lua, SQL or a command; its result is shown here",
    },
    { name = "about", keys = { "i" }, shown = "i", summary = "about the dump: the process, and what is missing" },
    { name = "help", keys = { "?", "f1" }, shown = "?, F1", short = "help", summary = "these keys" },
    { name = "redraw", keys = { "ctrl_l", "resize" }, shown = "Ctrl-L", summary = "draw the screen again" },
    { name = "quit", keys = { "q" }, shown = "q", short = "quit", summary = "quit, or return to the prompt" },
  },
}

local by_key, by_name = {}, {}
for _, group in ipairs(M.GROUPS) do
  for _, key in ipairs(group) do
    by_name[key.name] = key
    for _, name in ipairs(key.keys) do
      by_key[name] = key
    end
  end
end

--- What a key of the terminal does: the name of its declaration, or nil.
-- @tparam string key
-- @treturn string|nil
-- @usage keys.action "enter" --> enter
function M.action(key)
  return by_key[key] and by_key[key].name
end

--- The declaration of this name.
-- @tparam string name
-- @treturn table
-- @usage print(keys.get("sort").summary)
function M.get(name)
  return by_name[name]
end

--- What the mouse does.
M.MOUSE = "The wheel scrolls; a click selects a row or a view, and a click on the selected row opens it. "
  .. "Hold Shift to select text."

return M
