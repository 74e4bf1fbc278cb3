-- SPDX-License-Identifier: MIT
--- Suggests names for a mistyped one.
-- @module dryad.text.did_you_mean

local M = {}

--- The edit distance of two texts (Damerau: a swap of neighbours counts once), ignoring case.
local function distance(a, b)
  a, b = a:lower(), b:lower()
  local before, previous = {}, {}
  for j = 0, #b do
    previous[j] = j
  end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, previous = previous, row
  end
  return previous[#b]
end

--- The names nearest to a word, nearest first: those within a few typing errors, or that contain it.
-- @tparam string word what was typed
-- @tparam {string,...} names the existing ones
-- @int[opt=3] limit the most names to return
-- @treturn {string,...}
-- @usage require("dryad.text.did_you_mean").names("Thred", { "Thread", "dict" }) --> { "Thread" }
function M.names(word, names, limit)
  local allowed = math.min(math.max(1, #word // 3), #word - 1)
  local found, seen = {}, {}
  for _, name in ipairs(names) do
    if seen[name] then
      goto continue
    end
    seen[name] = true
    if math.abs(#name - #word) <= allowed then
      local d = distance(word, name)
      if d <= allowed then
        found[#found + 1] = { name = name, distance = d }
      end
    elseif #word >= 3 and name:lower():find(word:lower(), 1, true) then
      found[#found + 1] = { name = name, distance = allowed + #name - #word }
    end
    ::continue::
  end
  table.sort(found, function(a, b)
    if a.distance ~= b.distance then
      return a.distance < b.distance
    end
    return a.name < b.name
  end)
  local result = {}
  for i = 1, math.min(limit or 3, #found) do
    result[i] = found[i].name
  end
  return result
end

--- The same as the end of a message: `; did you mean 'Thread' or 'thread'?`, or an empty text.
-- @tparam string word what was typed
-- @tparam {string,...} names the existing ones
-- @treturn string
-- @usage error("no type 'Thred'" .. require("dryad.text.did_you_mean").hint("Thred", heap.types))
function M.hint(word, names)
  local near = M.names(word, names)
  if #near == 0 then
    return ""
  end
  return "; did you mean '" .. table.concat(near, "' or '") .. "'?"
end

return M
