-- SPDX-License-Identifier: MIT
--- Attributes of classes and functions: caches of functions, registries, class attributes.
-- @module dryad.analysis.mechanisms.classes

local format = require "dryad.text.format"
local naming = require "dryad.analysis.naming"
local units = require "dryad.text.units"

-- ---- functools.lru_cache --------------------------------------------------------------------------

local LRU_LINKS = "^functools%._lru_list_elem$"

--- The `maxsize` of a cache, which a closure remembers from 3.9 on.
local function maxsize_of(dict)
  for i = 1, #dict do
    if dict:label(i) == "['cache_parameters']" then
      local closure = naming.field(dict[i], ".__closure__")
      local content = closure and closure[1] and closure[1][1]
      return content and content.type_str == "int" and content.value or nil
    end
  end
end

--- What is known of a cache: its function, the number of its entries, and whether it is bounded (only then its entries
-- are linked).
local function cache_of(wrapper)
  local found = { keeper = wrapper, key = tostring(wrapper.address), entries = 0 }
  for i = 1, #wrapper do
    local label, o = wrapper:label(i), wrapper[i]
    if label == ".__wrapped__" then
      found.name = naming.function_name(o)
    elseif label == ".__dict__" then
      found.maxsize = maxsize_of(o)
    elseif label == ".cache" then
      found.entries = o.len or #o // 2
    elseif label == ".result" or o and o.type_str:find(LRU_LINKS) then
      found.is_bounded = true
    end
  end
  return found
end

local function lru_on_way(trail, i, memo)
  if not trail[i + 1] then
    return nil
  end
  local wrapper = trail[i]
  memo[wrapper] = memo[wrapper] or cache_of(wrapper)
  return memo[wrapper]
end

local function lru_text(found)
  local top = found.top
  return ("the cache of %s: lru_cache%s, %s entries"):format(top.name or "a function",
    top.maxsize and ("(maxsize=%s)"):format(top.maxsize) or top.is_bounded and "" or "(maxsize=None)",
    units.count(top.entries))
end

-- ---- attributes -----------------------------------------------------------------------------------

--- Dicts of classes and functions have labels of their own: `.__dict__`, then the key.
local function attribute_on_way(trail, i)
  local o = trail[i + 2]
  local name = o and trail:label(i) == ".__dict__" and trail:label(i + 1):match "^%['(.+)'%]$"
  if not name or trail.types[i] == "module" or o.type_str == "function" or o.type_str:find "^functools%." then
    return nil
  end
  local owner = trail.types[i] == "function" and naming.function_name(trail[i])
    or trail.types[i] ~= "function" and naming.name(trail[i])
  return owner and {
    keeper = trail[i], name = format.short(name), owner = owner, key = owner .. "\0" .. name,
    is_of_function = trail.types[i] == "function",
  } or nil
end

local function attribute_text(found)
  local top = found.top
  if top.is_of_function then
    return ("`%s` of function %s"):format(top.name, top.owner)
  end
  if found.keepers > 1 then
    return ("the attribute `%s` of %sclasses %s"):format(top.name,
      found.is_complete and units.count(found.keepers) .. " " or "", top.owner)
  end
  return ("the class attribute %s.%s, which all instances share"):format(top.owner, top.name)
end

return {
  { kind = "lru_cache", role = "holder", types = { "functools._lru_cache_wrapper" }, on_way = lru_on_way,
    text = lru_text },
  { kind = "attribute", role = "holder", is_general = true, reference = "dict", on_way = attribute_on_way,
    text = attribute_text },
}
