-- SPDX-License-Identifier: MIT
-- caches: lru_cache with size and maxsize, the standard library's, and containers with many entries
--
--   dryad run caches DUMP
--   dryad run caches DUMP least=1000      only containers with 1000 entries or more
--
-- An lru_cache without maxsize, and a dict that only grows, keep their entries until the process ends.
--
-- :least integer = 100   the fewest entries of a container
-- :count integer = 15    lines in each table

local top = require "dryad.text.top"

local LRU = "functools._lru_cache_wrapper"
local CONTAINERS = { "dict", "list", "set", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
                     "WeakValueDictionary", "WeakKeyDictionary", "OrderedDict", "defaultdict", "Counter" }
local MOST = 200 -- of the largest containers of each type are looked at

-- Module and attribute of what the standard library keeps for later.
local LIBRARY = {
  { "re", "_cache" }, { "re", "_cache2" }, { "linecache", "cache" }, { "urllib.parse", "_parse_cache" },
  { "urlparse", "_parse_cache" }, { "fnmatch", "_cache" }, { "encodings", "_cache" }, { "struct", "_cache" },
  { "sys", "path_importer_cache" }, { "copyreg", "dispatch_table" }, { "mimetypes", "_db" },
  { "tokenize", "_compile" }, { "warnings", "onceregistry" }, { "inspect", "modulesbyfile" },
  { "traceback", "_cache" }, { "zoneinfo", "_cache" }, { "functools", "_cache" }, { "atexit", "_exithandlers" },
}

local function labelled(o, label)
  for i = 1, o and #o or 0 do
    if o:label(i) == label then
      return o[i]
    end
  end
end

local function by_key(dict, key)
  for i = 1, dict and dict.type == "dict" and #dict or 0, 2 do
    if dict[i].value == key then
      return dict[i + 1]
    end
  end
end

-- The maxsize that a wrapper was made with: functools keeps it in the function cache_parameters (since Python 3.9),
-- as a variable from around it.
local function maxsize(wrapper)
  local parameters = by_key(labelled(wrapper, ".__dict__"), "cache_parameters")
  local cells = labelled(parameters, ".__closure__")
  for i = 1, cells and #cells or 0 do
    local value = cells[i][1]
    if value and value.type == "int" then
      return value.value
    elseif value and value.type == "NoneType" then
      return "none"
    end
  end
end

local function function_name(wrapped)
  local globals = labelled(wrapped, ".__globals__")
  local name = wrapped and (wrapped.name or wrapped.type)
  return globals and globals.type == "module" and globals.name and name and globals.name .. "." .. name or name
end

local function lru_caches(heap, count)
  local rows = {
    columns = {
      { "function_name", nil, "function" }, { "entries", "count" }, { "maxsize" }, { "retained", "bytes", "keeps" },
      { "object", "object" },
    },
    empty = "no function has one",
  }
  for i, wrapper in ipairs(heap:get_all(LRU)) do
    local cache = labelled(wrapper, ".cache")
    rows[i] = {
      function_name = function_name(labelled(wrapper, ".__wrapped__")), entries = cache and cache.len,
      maxsize = maxsize(wrapper), retained = wrapper.retained_size, object = wrapper,
    }
  end
  return top(rows, "retained", count)
end

local function library_caches(heap, count)
  local modules, rows = {}, {
    columns = { { "way" }, { "entries", "count" }, { "retained", "bytes", "keeps" }, { "object", "object" } },
    empty = "none is in use",
  }
  for _, module in ipairs(heap:get_all "module") do
    if module.name and not modules[module.name] then
      modules[module.name] = module
    end
  end
  for _, known in ipairs(LIBRARY) do
    local found = labelled(modules[known[1]], "." .. known[2])
    if found and (found.len or 0) > 0 then
      rows[#rows + 1] = {
        way = known[1] .. "." .. known[2], entries = found.len, retained = found.retained_size, object = found,
      }
    end
  end
  return top(rows, "retained", count)
end

-- What a module or a class has for its own names is no cache.
local function is_namespace(o)
  local first = o.p[1]
  return first and (first.qualname ~= nil or first:label(1) == ".__dict__" and first[1] == o)
end

local function way_of(heap, o)
  local path = heap:why(o, 1)[1]
  return path and path:expression()
end

local function large_containers(heap, least, count)
  local found = { columns = {
    { "way" }, { "entries", "count" }, { "retained", "bytes", "keeps" }, { "object", "object" },
  }, empty = "none has that many entries" }
  for _, type_str in ipairs(CONTAINERS) do
    for _, o in ipairs(heap:get_all(type_str):sort("len"):head(MOST)) do
      if not o.len or o.len < least then
        break
      end
      found[#found + 1] = { object = o, entries = o.len, retained = o.retained_size }
    end
  end
  top(found, "retained")
  local rows, interned = { columns = found.columns, empty = found.empty }, heap:guess_intern_dict()
  for _, row in ipairs(found) do
    if #rows == count then
      break
    elseif row.object ~= interned and not is_namespace(row.object) then
      row.way = way_of(heap, row.object)
      if not (row.way and row.way:find "^sys%.") then
        rows[#rows + 1] = row
      end
    end
  end
  return rows
end

return {
  run = function(heap, args)
    return {
      title = "Caches",
      text = "Keeps: bytes that would be freed if the whole cache went away.",
      sections = {
        { title = "functools.lru_cache", rows = lru_caches(heap, args.count) },
        { title = "Of the standard library", rows = library_caches(heap, args.count) },
        {
          title = ("Containers with %d entries or more"):format(args.least),
          rows = large_containers(heap, args.least, args.count),
        },
      },
    }
  end,
}
