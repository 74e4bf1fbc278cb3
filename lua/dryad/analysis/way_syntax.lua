-- SPDX-License-Identifier: MIT
--- The form of ways: their starts and their steps, see @{dryad.analysis.ways}.
-- @module dryad.analysis.way_syntax

local format = require "dryad.text.format"
local python_literal = require "dryad.text.python_literal"

local M = {}

local QUOTED = 100 -- bytes of a text that a message quotes

--- A text, or the beginning of a long one, for a message.
-- @tparam string text
-- @treturn string
-- @usage way_syntax.quoted(text)
function M.quoted(text)
  return format.printable(#text > QUOTED and text:sub(1, QUOTED) .. "..." or text)
end

--- Where the bracket that opens at `at` closes; nil if it does not.
local function closing(text, at)
  local depth = 0
  while true do
    local found = text:find("[%[%]()'\"<>]", at)
    if not found then
      return nil
    end
    local c = text:sub(found, found)
    if c == "'" or c == '"' then
      repeat
        found = text:find("[\\" .. c .. "]", found + 1)
        local is_escape = found and text:sub(found, found) == "\\"
        found = is_escape and found + 1 or found
      until not is_escape
      if not found then
        return nil
      end
    elseif c == "[" or c == "(" then
      depth = depth + 1
    elseif c == "]" or c == ")" then
      depth = depth - 1
      if depth == 0 then
        return found
      end
    end
    at = found + 1
  end
end

--- The end of `<frame NAME>` from the position of its name: the name may have words in angle brackets, or quotes.
local function frame_end(text, at)
  local quote = text:match("^['\"]", at)
  if quote then
    repeat
      at = text:find("[\\" .. quote .. "]", at + 1)
      local is_escape = at and text:sub(at, at) == "\\"
      at = is_escape and at + 1 or at
    until not is_escape
    return at and text:sub(at + 1, at + 1) == ">" and at + 1 or nil
  end
  local stop = text:match("^[^<>]*()", at)
  while text:sub(stop, stop) == "<" do
    stop = text:match("^<[^<>]*>[^<>]*()", stop)
    if not stop then
      return nil
    end
  end
  return text:sub(stop, stop) == ">" and stop or nil
end

--- The text in brackets as it is, and in the form in which labels are written, if that differs.
local function key_labels(inside)
  local typed, canonical = inside:match "^%s*(.-)%s*$", python_literal.canonical(inside)
  return ("[%s]"):format(typed), canonical and canonical ~= typed and ("[%s]"):format(canonical) or nil
end

--- Splits the steps of a way, from a position.
-- @tparam string text
-- @tparam integer at
-- @treturn {step,...}|nil `{label =, other =, key =, n =, from =, to =}`: the label as typed, in the form in which
--   labels are written if that differs, the text of a key, and the place in the text; or nil, and what is wrong with it
-- @usage way_syntax.split("shop.CACHE['k7']", 5)
function M.split(text, at)
  local steps = {}
  while at <= #text do
    local step = { from = at, n = 1 }
    local name = text:match("^%.([%w_\x80-\xff]+)", at)
    if name then
      step.label, at = "." .. name, at + 1 + #name
    elseif text:find("^%.<frame ", at) then
      local stop = frame_end(text, at + #".<frame ")
      if not stop then
        return nil, ("`%s` has no end"):format(M.quoted(text:sub(at)))
      end
      step.label, at = text:sub(at, stop), stop + 1
    elseif text:sub(at, at) == "[" then
      local stop = closing(text, at)
      if not stop then
        return nil, ("`%s` has no end"):format(M.quoted(text:sub(at)))
      end
      local inside = text:sub(at + 1, stop - 1)
      if inside:find "^%s*%.%.%.%s*$" then
        return nil, "`[...]` stands for many: choose one by its key or index, such as [0]"
      end
      step.label, step.other = key_labels(inside)
      step.key, at = inside, stop + 1
    elseif text:find("^%(class%)", at) then
      step.label, at = ".__class__", at + #"(class)"
    elseif text:find("^%.%.%.", at) or text:find("^ %.%.%.", at) then
      return nil, "`...` stands for steps that are not shown"
    else
      return nil, ("no step begins with `%s`"):format(M.quoted(text:sub(at)))
    end
    local n = text:match("^#(%d+)", at)
    if n then
      step.n, at = math.tointeger(tonumber(n)) or 0, at + 1 + #n
    end
    step.to = at - 1
    steps[#steps + 1] = step
  end
  return steps
end

--- The start of a way that is no module and no address, in the form in which starts are written, and where it ends in
-- the text; nil for other texts.
-- @tparam string text
-- @treturn string|nil
-- @treturn integer
-- @usage way_syntax.angled_start '<thread "w">.x' --> "<thread 'w'>", 12
function M.angled_start(text)
  local kind, inside = text:match "^<(%a+) ?()"
  if not kind then
    return nil
  end
  local stop
  if kind == "frame" then
    stop = frame_end(text, inside)
    return stop and text:sub(1, stop), stop
  end
  local quote = text:match("^['\"]", inside)
  if not quote then
    stop = text:match("^>()", inside)
    return stop and text:sub(1, stop - 1), stop and stop - 1
  end
  stop = frame_end(text, inside)
  local name = stop and python_literal.canonical(text:sub(inside, stop - 1))
  return name and ("<%s %s>"):format(kind, name), stop
end

--- Whether a text, judging by its form, is a way: it starts as one, and has no steps but those of one.
-- @tparam string text
-- @treturn boolean
-- @usage way_syntax.has_form "shop.CACHE['k7']" --> true
function M.has_form(text)
  local _, stop = M.angled_start(text)
  local at = stop and stop + 1 or text:match "^<0[xX]%x+>()" or text:match "^[%a_\x80-\xff][%w_\x80-\xff]*()"
  at = at and text:match("^#%d+()", at) or at
  return at ~= nil and M.split(text, at) ~= nil
end

return M
