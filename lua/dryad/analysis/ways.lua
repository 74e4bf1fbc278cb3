-- SPDX-License-Identifier: MIT
--- Ways: how a Python programmer reaches an object, as in `shop.cache.ENTRIES['k7'].body`.
--
-- A way is a start and steps. It starts at a module by its name, at `<thread 'billing-7'>`, `<task 'refund'>`,
-- `<frame main>` (in a dump without threads), `<atexit>` or `<signal>`, or at any object by its address, `<0x7f..>`.
-- The steps are `.name` (an attribute, or a local variable of a frame, generator or coroutine), `.<frame worker>` (a
-- frame of a thread or task), `[literal]` (an index or a key), `[<0x..>]` (a key that is no literal) and `[ref 4]` (a
-- reference without a name). What has the same name as something before it is followed by `#2`, `#3`, and so on.
-- @module dryad.analysis.ways

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local format = require "dryad.text.format"
local python_literal = require "dryad.text.python_literal"
local repr = require "dryad.text.repr"
local way_syntax = require "dryad.analysis.way_syntax"

local M = {}

core.ways = M -- for arguments that may be ways

local quoted = way_syntax.quoted

--- Whether a text, judging by its form, is a way: it starts as one, and has no steps but those of one.
-- @function has_form
-- @tparam string text
-- @treturn boolean
-- @usage ways.has_form "shop.CACHE['k7']" --> true
M.has_form = way_syntax.has_form

local MOST_NAMES = 10000 -- references whose names are looked through for a hint
local LISTED = 8 -- names that a message lists
local GAP = " ... " -- in place of the middle of a long way

-- ---- following ------------------------------------------------------------------------------------

local INNER = { ".__dict__", ".cr_frame", ".gi_frame", ".ag_frame" }

--- A frame of a thread or task by the name of its function, the n-th from the innermost.
local function frame_of(o, label, n)
  local name = label:match "^%.<frame (.*)>$"
  local is_quoted = name:find "^['\"]"
  name = is_quoted and python_literal.canonical(name) or name
  for _, frame in ipairs(o.stack or {}) do
    local called = tostring(frame.name or frame.value)
    if (is_quoted and repr.text(called) or called) == name then
      n = n - 1
      if n == 0 then
        return frame
      end
    end
  end
end

--- From the end, as Python counts: `[-1]`.
local function from_the_end(o, key)
  local back = key and key:match "^%s*%-(%d+)%s*$"
  local len = back and (o.len or #o)
  return back and core.way_step(o, ("[%d]"):format(len - math.tointeger(tonumber(back))), 1) or nil
end

--- What a step leads to, and how many steps after it were taken along.
local function follow(o, step, after)
  local label, n = step.label, step.n
  if label == ".__dict__" and after and after.key then
    local found = core.way_step(o, label .. after.label, after.n)
    local name = after.label:match "^%['([%w_\x80-\xff]+)'%]$"
    if not found and not core.way_step(o, label, 1) then
      found = name and core.way_step(o, "." .. name, after.n)
    end
    if found then
      return found, 1
    end
  end
  local found = core.way_step(o, label, n) or step.other and core.way_step(o, step.other, n)
  if not found and label == ".__class__" then
    found = core.way_step(o, "(class)", n)
  end
  if not found and label:find "^%.[^<]" and n == 1 then
    for _, inner in ipairs(INNER) do
      local inside = core.way_step(o, inner, 1)
      found = found or inside and (core.way_step(inside, label, 1)
        or core.way_step(inside, ("['%s']"):format(label:sub(2)), 1)) or nil
    end
  elseif not found and label:find "^%.<frame " then
    found = frame_of(o, label, n)
  end
  return found or from_the_end(o, step.key), 0
end

--- The names under which an object refers to others, the attributes of its class's instances or its keys.
local function names_of(o)
  local names, seen = {}, {}
  local inside = o
  for _, inner in ipairs(INNER) do
    inside = inside == o and core.way_step(o, inner, 1) or inside
  end
  for i = 1, math.min(#inside, MOST_NAMES) do
    local label = inside:label(i)
    label = inside ~= o and label:gsub("^%['([%w_\x80-\xff]+)'%]$", ".%1") or label
    if not label:find "^%[ref" and not label:find "^%[%d+%]$" and label ~= "(class)" and not seen[label] then
      seen[label] = true
      names[#names + 1] = label
    end
  end
  return names
end

--- Why a step leads nowhere: what the object has instead.
local function reason(o, way, label)
  local what = ("`%s` is %s, which has no %s"):format(quoted(way), tostring(o), quoted(label))
  if label:find "^%[%-?%d+%]$" and o.len then
    return ("%s: its length is %d"):format(what, o.len)
  end
  local names = names_of(o)
  local hint = did_you_mean.hint(label, names)
  if hint ~= "" or #names == 0 then
    return what .. hint
  end
  table.sort(names)
  local more = #names > LISTED and (" and %d more"):format(#names - LISTED) or ""
  return ("%s; it has %s%s"):format(what, table.concat(names, ", ", 1, math.min(#names, LISTED)), more)
end

local function module_names(heap)
  local names = {}
  for o in core.objects(heap, "module") do
    names[#names + 1] = o.name
  end
  return names
end

--- The object at the start of a way, and where its steps begin; nil and why there is none.
local function start(heap, text)
  local written, stop = way_syntax.angled_start(text)
  local rest = written and text:sub(stop + 1) or text
  local length, o = core.way_start(heap, (written or "") .. rest)
  if o then
    return o, written and stop + 1 + length - #written or length + 1
  elseif length then
    return nil, ("no object has the address %s"):format(text:sub(2, length - 1))
  elseif written then
    return nil, ("there is no %s"):format(quoted(written))
  end
  local name = text:match "^[%w_\x80-\xff]*"
  return nil, ("no module is called '%s'%s"):format(name, did_you_mean.hint(name, module_names(heap)))
end

--- The object at a way.
-- @tparam heap heap
-- @tparam string text
-- @treturn object|nil
-- @treturn string|nil if there is none: how far the way goes, and what is there
-- @usage print(ways.at(heap, "shop.CACHE['k7']"))
function M.at(heap, text)
  text = text:match "^%s*(.-)%s*$"
  local o, at = start(heap, text)
  if not o then
    return nil, at
  end
  local steps, wrong = way_syntax.split(text, at)
  if not steps then
    return nil, wrong
  end
  local i = 1
  while i <= #steps do
    local step = steps[i]
    local next_one, taken = follow(o, step, steps[i + 1])
    if not next_one and not (step.label == ".__dict__" and core.dict.refusal(o) == nil) then
      return nil, reason(o, text:sub(1, step.from - 1), step.label .. (step.n > 1 and "#" .. step.n or ""))
    end
    o, i = next_one or o, i + 1 + taken -- a dict that was folded into its owner is the owner
  end
  return o
end

--- The best way to an object: of the shortest ones the first by its label, and one from a module rather than from a
-- thread, a task or an address, unless that is two steps longer.
-- @tparam object o
-- @treturn string|nil nil if no root leads to it: it is garbage
-- @usage print(ways.of(heap "Thread"[1]))
function M.of(o)
  return core.way(o)
end

-- ---- of many --------------------------------------------------------------------------------------

local MOST_NODES = 64 -- of the tree in which ways are told apart by the keys of small dicts

--- A way, or the beginning and the end of a long one, with ` ... ` between them.
local function bounded(way)
  if #way <= core.WAY_BYTES then
    return way
  end
  local half = (core.WAY_BYTES - #GAP) // 2
  local head, tail = half, #way - half + 1
  while way:find("^[\x80-\xbf]", head + 1) do
    head = head - 1
  end
  while way:find("^[\x80-\xbf]", tail) do
    tail = tail + 1
  end
  return way:sub(1, head) .. GAP .. way:sub(tail)
end

--- A way with one more step: an entry of an object's `__dict__` is its attribute. It is as short as all ways are.
-- @tparam string way
-- @tparam string label
-- @treturn string
-- @usage ways.followed("shop.Cart.__dict__", "['total']") --> "shop.Cart.total"
function M.followed(way, label)
  local owner = way:match "^(.*)%.__dict__$"
  local name = owner and label:match "^%['([%a_\x80-\xff][%w_\x80-\xff]*)'%](.*)$"
  if name then
    return bounded(owner .. label:gsub("^%['(.-)'%]", ".%1"))
  end
  return bounded(way .. (label == "(class)" and ".__class__" or label))
end

--- The start of a way that stands for several, or the one it is.
local function start_text(node)
  if node.objects == 1 then
    return core.way_text(core.list_of(core.heap_of(node.object), { node.object }))
  end
  local type_str = node.type == "_asyncio.Task" and "task" or node.type:match "^<(.*)>$" or node.type
  return ("<%s ...>"):format(format.short(type_str))
end

--- The ways to the nodes of a merged tree, by number: what several objects have different is `...`.
local function node_texts(nodes, count)
  local texts = {}
  for i = 1, count do
    local node = nodes[i]
    if node and not node.above then
      texts[i] = start_text(node)
    elseif node and texts[node.above] then
      texts[i] = M.followed(texts[node.above], node.label == "" and "[ref ...]" or node.label)
        .. (node.repeats and "..." or "")
    end
  end
  return texts
end

--- The nodes of the tree of ways to a list's members, with at least `least` members each.
-- @tparam list list
-- @tparam integer least
-- @treturn {node,...} by number, as from core.merged_paths; some numbers are left out
-- @treturn integer the highest number
-- @treturn integer the number of members
-- @treturn integer their bytes
-- @treturn integer how many of them no root leads to
-- @usage local nodes, count = ways.tree(heap "Thread", 1)
function M.tree(list, least)
  return core.merged_paths(list, least, MOST_NODES)
end

--- The ways to the members of a list; those that differ only in keys, in indexes or in one of several objects on them
-- are joined to one, such as `__main__.SESSIONS[...].cart[...]`.
-- @tparam list list
-- @tparam[opt=6] integer most the most ways to return
-- @treturn {way,...} `{way =, count =, of =, holder =, holders =}`, most members first: `way` leads to `count` of `of`
--   members, which `holders` objects refer to on it; `holder` is that object if it is the only one
-- @usage print(ways.merged(heap "Thread")[1].way)
function M.merged(list, most)
  local nodes, count, members = M.tree(list, 1)
  local texts, found, by_text = node_texts(nodes, count), {}, {}
  for i = 1, count do
    local node, text = nodes[i], texts[i]
    if text and node.here > 0 then
      local way = by_text[text]
      if not way then
        way = { way = text, count = 0, of = members, holders = 0, holder = node.holder }
        by_text[text], found[#found + 1] = way, way
      elseif way.holder ~= node.holder then
        way.holder = nil
      end
      way.count = way.count + node.here
      way.holders = way.holder and 1 or way.holders + node.holders
    end
  end
  table.sort(found, function(a, b)
    if a.count ~= b.count then
      return a.count > b.count
    end
    return a.way < b.way
  end)
  return table.move(found, 1, math.min(most or 6, #found), 1, {})
end

-- ---- as methods -----------------------------------------------------------------------------------

--- The object at a way, such as `shop.cache.ENTRIES['k7'].body`.
-- @function heap:at
-- @tparam string way as `o.way` and everything that prints ways writes it
-- @treturn object|nil nil if nothing is there
-- @treturn string|nil then how far the way goes, and what is there instead
-- @usage print(heap:at "threading._active")
function core.heap.methods.at(heap, way)
  check.self(heap, "heap", "at")
  check.argument(type(way) == "string", "at", "way", "a text, such as shop.CACHE['k7']", way)
  local text = way:match "^%s*(.-)%s*$"
  local o, why_not = M.at(heap, text)
  if not o and not M.has_form(text) then
    check.fail("at: '%s' is not a way: %s", quoted(text), why_not)
  end
  return o, why_not
end

local get = core.heap.methods.get

--- The object at an address or a way; nil if there is none.
-- @function heap:get
-- @tparam integer|string address
-- @treturn object|nil
-- @usage print(heap:get "threading._active")
function core.heap.methods.get(heap, address)
  if type(address) == "string" and M.has_form(address) then
    return (M.at(check.self(heap, "heap", "get"), address))
  end
  return get(heap, address)
end

--- The best way to it, such as `shop.cache.ENTRIES['k7'].body`; nil if no root leads to it.
-- @function object.way
-- @usage print(heap("Thread")[1].way)
core.object.getters.way = M.of

return M
