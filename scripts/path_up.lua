-- How does one get from a module or frame to this object? The shortest way, found by walking up.
--
--   dryad run path_up DUMP 140558134395408

local TOP = { module = true, frame = true }

-- Level by level through the referrers: the first module or frame, else the first object without a
-- referrer, and for each object met the one it refers to on the way down.
local function walk_up(start)
  local below, level, dead_end = { [start] = start }, { start }, nil
  while #level > 0 do
    local next_level = {}
    for _, o in ipairs(level) do
      if TOP[o.type] and o ~= start then
        return o, below
      end
      local referrers = o.p
      if #referrers == 0 then
        dead_end = dead_end or o
      end
      for _, referrer in ipairs(referrers) do
        if not below[referrer] then
          below[referrer] = o
          next_level[#next_level + 1] = referrer
        end
      end
    end
    level = next_level
  end
  return dead_end, below
end

local function label_between(o, child)
  for i, address in ipairs(o.children) do
    if address == child.address then
      return o:label(i)
    end
  end
end

return {
  name = "path_up",
  summary = "the shortest way from a module or frame down to an object",
  args = { { name = "address", type = "address", summary = "the object's address" } },
  run = function(heap, args)
    local target = heap[args.address]
    local rows = {
      columns = { { "object", "object" }, { "size", "bytes" }, { "through" } },
      empty = "nothing leads there but a cycle that nothing else refers to",
    }
    local o, below = walk_up(target)
    while o do
      local child = below[o]
      rows[#rows + 1] = { object = o, size = o.size, through = o ~= target and label_between(o, child) or nil }
      o = o ~= target and child or nil
    end
    local top = rows[1] and rows[1].object
    return {
      title = "The way to " .. tostring(target),
      text = top and not TOP[top.type] and "No module or frame leads there; this way starts where nothing refers to."
        or nil,
      rows = rows,
    }
  end,
}
