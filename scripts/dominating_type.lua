-- which type takes the most memory, and who holds its objects, up to the module
--
--   dryad run dominating_type DUMP             the program's type with the most bytes
--   dryad run dominating_type DUMP Session     another type
--
-- :type type optional   the type to explain; default: the program's own with the most bytes

local units = require "dryad.text.units"

local DEPTH, BREADTH, FEW = 10, 3, 3
local LEAST = 0.1 -- share of the objects: smaller groups of holders are only counted
local BEYOND = { "module", "type", "frame" }
local TOP = { module = true, frame = true }

-- An instance refers to its class last, which distinguishes the program's own types from built-in ones; a class is no
-- instance to explain.
local function dominating_type(summary)
  for _, row in ipairs(summary) do
    if #row.max > 0 and row.max[-1].name == row.type_str and not row.max.qualname then
      return row.type_str
    end
  end
  return summary[1].type_str
end

-- How `holder` refers to one of `held`: its label, or nil if it has no name.
local function edge(holder, held)
  local found = holder.c & held
  local child = found[1].address
  if #found == 1 or holder.len == nil then
    for i, address in ipairs(holder.children) do
      if address == child then
        local text = holder:label(i)
        return not text:find "^%[%d" and not text:find "^%[ref" and text or nil
      end
    end
  end
  return nil
end

-- The label that at least half of some holders use.
local function common_edge(holders, held)
  local counts, best = {}, nil
  local sample = holders:head(20)
  for _, holder in ipairs(sample) do
    local text = edge(holder, held)
    if text then
      counts[text] = (counts[text] or 0) + 1
      best = counts[text] * 2 >= #sample and text or best
    end
  end
  return best
end

-- The holders of `list` by type, those that hold most of it first; one by one if a type has few of them, or if one
-- holds much alone.
local function holders_of(list, seen)
  local groups = {}
  local function add(objects, type_str, object)
    groups[#groups + 1] = { type = type_str, objects = objects, object = object, held = #(objects.c & list) }
  end
  for _, row in ipairs((list.p - seen):summarize()) do
    local longest, others = row.objects:sort("num_refs"):head(FEW), row.objects
    for i, o in ipairs(longest) do
      local alone = longest:head(i) - longest:head(i - 1)
      if row.count <= FEW or #list > FEW and #(alone.c & list) >= LEAST * #list then
        add(alone, row.type_str, o)
        others = others - alone
      end
    end
    if #others > 0 then
      add(others, row.type_str)
    end
  end
  table.sort(groups, function(a, b)
    if a.held ~= b.held then
      return a.held > b.held
    elseif #a.objects ~= #b.objects then
      return #a.objects < #b.objects
    end
    return a.objects[1].address < b.objects[1].address
  end)
  return groups
end

local function sentence(group, list)
  local count = ""
  if #list > 1 then
    count = (group.held == #list and "all %s " or "%s "):format(units.count(group.held))
  end
  local way = group.label and ("%s of "):format(group.label) or "in "
  if count ~= "" and group.label then
    way = "as " .. way
  end
  local who = group.object and tostring(group.object) or units.count(#group.objects) .. " " .. group.type
  return count .. way .. who
end

-- Adds a step for each large group of holders and, below it, for who holds those. `seen` are the objects passed on the
-- way from the instances.
local function climb(steps, list, seen, depth)
  local groups, told, rest = holders_of(list, seen), 0, 0
  local function note(text)
    steps[#steps + 1] = { depth = depth, text = text }
  end
  if #list.p == 0 then
    note "nothing in the dump refers to them"
    return
  elseif #groups == 0 or groups[1].held < LEAST * #list and #(seen.c & list) > #list // 2 then
    note "and back to an object above: a cycle"
    return
  end
  for _, group in ipairs(groups) do
    if told < (depth == 1 and BREADTH or 1) and (told == 0 or group.held >= LEAST * #list) then
      told = told + 1
      group.label = common_edge(group.objects, list)
      steps[#steps + 1] = {
        depth = depth, text = sentence(group, list), held = group.held, label = group.label, type = group.type,
        count = #group.objects, object = group.object,
      }
      if not TOP[group.type] and depth < DEPTH then
        climb(steps, group.objects, seen + group.objects, depth + 1)
      end
    else
      rest = rest + #group.objects
    end
  end
  if rest > 0 then
    note(("and %s other holder%s"):format(units.count(rest), rest == 1 and "" or "s"))
  end
end

local function story(list, steps)
  local lines = {}
  for i, step in ipairs(steps) do
    lines[i] = ("  "):rep(step.depth) .. (step.held and "<- " or "   ") .. step.text
  end
  local inside = #(list & list.c)
  if inside > 0 then
    lines[#lines + 1] = ("%s of them are held by others among them."):format(units.count(inside))
  end
  return lines
end

-- Each branch in one line: Thread <- list <- Pool.threads <- module '__main__'.pool
local function in_short(type_str, steps)
  local lines = {}
  for _, step in ipairs(steps) do
    if step.depth == 1 and (step.held or #steps == 1) then
      lines[#lines + 1] = type_str
    end
    if step.held then
      local name = step.type
      if TOP[name] and step.object then
        name = ("%s '%s'"):format(name, step.object.value)
      end
      lines[#lines] = lines[#lines] .. " <- " .. name .. (step.label or "")
    end
  end
  return lines
end

return {
  run = function(heap, args)
    local type_str = args.type or dominating_type(heap:summarize())
    local list = heap:get_all(type_str)
    local bytes = list:sum "size"
    local steps = {}
    climb(steps, list, list, 1)
    local heap_share = 100.0 * bytes / math.max(1, heap.total_size)
    local total = heap:summarize(list, BEYOND).total_size
    return {
      title = ("%s %s"):format(units.count(#list), type_str),
      text = ("They take %s, %.1f%% of the heap; what they reach, without modules and classes, takes %s."):format(
        units.bytes(bytes), heap_share, units.bytes(math.max(0, total - bytes))),
      sections = {
        { title = "In short", text = in_short(type_str, steps) },
        {
          title = "Who holds them",
          text = story(list, steps),
          data = {
            columns = {
              { "depth" }, { "held" }, { "label" }, { "type" }, { "count" }, { "object" }, { "text" },
            },
            table.unpack(steps),
          },
        },
      },
    }
  end,
}
-- SPDX-License-Identifier: MIT
