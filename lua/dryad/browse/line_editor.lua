-- SPDX-License-Identifier: MIT
--- A line that is being typed: its text, the cursor, and the lines typed before.
-- @module dryad.browse.line_editor

local M = {}

local Line = {}
Line.__index = Line

--- An empty line.
-- @tparam {string,...} history lines typed before, the last one last
-- @treturn table with `before` and `after`, the text on both sides of the cursor
-- @usage local line = line_editor.new {}
function M.new(history)
  return setmetatable({ before = "", after = "", history = history, place = #history + 1, unfinished = "" }, Line)
end

--- The whole text.
-- @treturn string
-- @usage print(line:text())
function Line:text()
  return self.before .. self.after
end

--- Adds text at the cursor.
-- @tparam string text
-- @usage line:insert "size"
function Line:insert(text)
  self.before = self.before .. text
end

local LAST, FIRST = "[^\x80-\xbf][\x80-\xbf]*$", "^.[\x80-\xbf]*"

local function recall(self, place)
  if place < 1 or place > #self.history + 1 then
    return
  elseif self.place == #self.history + 1 then
    self.unfinished = self:text()
  end
  self.place = place
  self.before, self.after = self.history[place] or self.unfinished, ""
end

local EDIT = {
  backspace = function(line) line.before = line.before:gsub(LAST, "") end,
  delete = function(line) line.after = line.after:gsub(FIRST, "") end,
  left = function(line)
    local character = line.before:match(LAST) or ""
    line.before, line.after = line.before:sub(1, #line.before - #character), character .. line.after
  end,
  right = function(line)
    local character = line.after:match(FIRST) or ""
    line.before, line.after = line.before .. character, line.after:sub(#character + 1)
  end,
  home = function(line) line.before, line.after = "", line:text() end,
  ["end"] = function(line) line.before, line.after = line:text(), "" end,
  up = function(line) recall(line, line.place - 1) end,
  down = function(line) recall(line, line.place + 1) end,
  ctrl_u = function(line) line.before = "" end,
  ctrl_k = function(line) line.after = "" end,
  ctrl_w = function(line) line.before = line.before:gsub("%S*%s*$", "") end,
  space = function(line) line:insert " " end,
}
EDIT.ctrl_a, EDIT.ctrl_e, EDIT.ctrl_d, EDIT.ctrl_h = EDIT.home, EDIT["end"], EDIT.delete, EDIT.backspace
EDIT.ctrl_p, EDIT.ctrl_n, EDIT.ctrl_b, EDIT.ctrl_f = EDIT.up, EDIT.down, EDIT.left, EDIT.right

--- What a key does to the line.
-- @tparam string key
-- @treturn boolean whether the line knows it
-- @usage line:press "backspace"
function Line:press(key)
  local edit = EDIT[key]
  if edit then
    edit(self)
  elseif utf8.len(key) == 1 then
    self:insert(key)
  else
    return false
  end
  return true
end

--- Keeps the line for `up`, unless it is empty or was the last one too.
-- @usage line:remember()
function Line:remember()
  local text = self:text()
  if text:find "%S" and self.history[#self.history] ~= text then
    self.history[#self.history + 1] = text
  end
end

return M
