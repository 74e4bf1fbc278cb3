-- what would be freed if some objects, or the references from some to others, were gone
--
--   dryad run what_if DUMP Session                       all Session gone
--   dryad run what_if DUMP from=list to=Thread           no list refers to a Thread any more
--   dryad run what_if DUMP from=140558122273392 to=Thread,Old
--
-- :objects objects optional   what is gone: a type, an address, or several
-- :from objects optional      or the objects that no longer refer
-- :to objects optional        to these

local units = require "dryad.text.units"

local function by_type(heap, list)
  local rows = {
    columns = {
      { "type" }, { "count", "count" }, { "size", "bytes" }, { "percent", "bar", "of the heap" },
      { "example", "object", "the largest" },
    },
    empty = "nothing",
  }
  for i, row in ipairs(list:summarize():top()) do
    rows[i] = {
      type = row.type_str, count = row.count, size = row.total_size, example = row.max,
      percent = 100.0 * row.total_size / heap.total_size,
    }
  end
  return rows
end

local function still_held(heap, kept)
  local rows = { columns = { { "held", "count" }, { "by" }, { "object", "object", "such as" } } }
  for i, holder in ipairs(heap:why(kept).holders) do
    rows[i] = { held = holder.held, by = tostring(holder), object = holder.object }
  end
  return rows
end

-- What becomes garbage, who still holds the others, and how many objects lose a reference. Changes the heap to find out
-- and, whatever happens, undoes the change.
local function cut(heap, from, to)
  local garbage = heap:unreachable()
  local changed = heap:remove_references(from, to)
  local undo <close> = setmetatable({}, { __close = function() -- luacheck: ignore 211
    return changed > 0 and heap:undo()
  end })
  local freed = heap:unreachable() - garbage
  local kept = to - freed - garbage
  local held = { title = ("Still held: %s"):format(units.count(#kept)), rows = still_held(heap, kept) }
  return freed, #kept > 0 and held or nil, changed
end

return {
  run = function(heap, args)
    local has_objects, has_both = args.objects ~= nil, args.from ~= nil and args.to ~= nil
    if has_objects == has_both then
      error("what_if takes either objects, or both from= and to=", 0)
    end
    local text, freed, held, changed
    if has_objects then
      freed = heap:retained(args.objects)
      text = ("Objects gone: %s. With what only they hold: %s."):format(units.count(#args.objects), units.count(#freed))
    else
      freed, held, changed = cut(heap, args.from, args.to)
      text = ("Objects that lose references: %s. Objects that become garbage: %s."):format(units.count(changed),
        units.count(#freed))
    end
    local bytes = freed:sum "size"
    return {
      title = ("%s would be freed, %.1f%% of the heap"):format(units.bytes(bytes), 100.0 * bytes / heap.total_size),
      text = text,
      sections = { { title = "What would be freed, by type", rows = by_type(heap, freed) }, held },
    }
  end,
}
-- SPDX-License-Identifier: MIT
