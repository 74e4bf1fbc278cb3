-- the largest single objects, and those that keep the most bytes alive
--
--   dryad run biggest DUMP
--   dryad run biggest DUMP dict count=5       only among dicts
--
-- :type type optional   only objects of this type
-- :count integer = 10   lines in each table

local function by_size(list)
  local rows = {
    columns = { { "object", "object" }, { "size", "bytes" }, { "way" } },
    empty = "no such object",
  }
  for i, o in ipairs(list) do
    rows[i] = { object = o, size = o.size, way = o.way or "no root leads to it" }
  end
  return rows
end

local function by_retained(list)
  local rows = {
    columns = {
      { "object", "object" }, { "retained", "bytes", "keeps alive" }, { "size", "bytes" },
      { "way" },
    },
    empty = "no such object",
  }
  for i, o in ipairs(list) do
    rows[i] = { object = o, retained = o.retained_size, size = o.size, way = o.way or "no root leads to it" }
  end
  return rows
end

return {
  run = function(heap, args)
    local all = heap:get_all(args.type)
    local retaining = (all - heap:get_all "module"):sort "retained_size"
    return {
      title = "Biggest objects",
      sections = {
        { title = "By their own size", rows = by_size(all:head(args.count)) },
        {
          title = "By what they keep alive",
          text = "The bytes that would be freed with each, without modules. The recipes leaks and retained_by_type show"
            .. " what only several objects together keep alive.",
          rows = by_retained(retaining:head(args.count)),
        },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
