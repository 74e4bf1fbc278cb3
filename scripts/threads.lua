-- The story of a leak: which type takes the most, and who holds its objects, up to the module?
--
--   dryad run threads DUMP             the program's type with the most bytes
--   dryad run threads DUMP Session     another type

local label = require "dryad.label"
local units = require "dryad.units"

local DEPTH, BREADTH, FEW = 10, 3, 3
local LEAST = 0.1 -- a group of holders that holds less of them is only counted
local BEYOND = { "module", "type", "frame" }
local TOP = { module = true, frame = true }

-- An instance refers to its class last; that is how the program's own types are told from built-in ones.
local function dominating_type(summary)
  for _, row in ipairs(summary) do
    if #row.max > 0 and row.max[-1].name == row.type_str then
      return row.type_str
    end
  end
  return summary[1].type_str
end

-- How `holder` refers to one of `held`: its label, or nil where it has no name of its own.
local function edge(holder, held)
  local found = holder.c & held
  local child = found[1].address
  if #found == 1 or holder.len == nil then
    for i, address in ipairs(holder.children) do
      if address == child then
        local text = label(holder, i)
        return not text:find "^%[%d" and not text:find "^%[ref" and text or nil
      end
    end
  end
  return nil
end

-- The label that most of some holders use.
local function common_edge(holders, held)
  local counts, best = {}, nil
  for _, holder in ipairs(holders:head(20)) do
    local text = edge(holder, held)
    if text then
      counts[text] = (counts[text] or 0) + 1
      best = best and counts[best] >= counts[text] and best or text
    end
  end
  return best
end

-- The holders of `list` by type, or one by one where a type has few: those that hold most of it first.
local function holders_of(list, seen)
  local groups = {}
  local function add(objects, type_str, object)
    groups[#groups + 1] = { type = type_str, objects = objects, object = object, held = #(objects.c & list) }
  end
  for _, row in ipairs((list.p - seen):summarize()) do
    if row.count <= FEW then
      for i = 1, row.count do
        add(row.objects:head(i) - row.objects:head(i - 1), row.type_str, row.objects[i])
      end
    else
      add(row.objects, row.type_str)
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

-- Adds a step for each strong group of holders and, below it, for who holds those.
local function climb(steps, list, seen, depth)
  local told, rest = 0, 0
  for _, group in ipairs(holders_of(list, seen)) do
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
  if told == 0 then
    local why = #list.p > 0 and "and back to what is told above: a cycle" or "nothing in the dump refers to this"
    steps[#steps + 1] = { depth = depth, text = why }
  elseif rest > 0 then
    steps[#steps + 1] = { depth = depth, text = ("and %s other holders"):format(units.count(rest)), count = rest }
  end
end

local function story(list, steps)
  local lines = {}
  for i, step in ipairs(steps) do
    lines[i] = ("  "):rep(step.depth) .. (step.held and "<- " or "   ") .. step.text
  end
  local among = #(list & list.p)
  if among > 0 then
    lines[#lines + 1] = ("%s of them refer to others of them."):format(units.count(among))
  end
  return lines
end

-- The first branch in one line: Thread <- list <- Pool .threads <- module '__main__' .pool
local function in_short(type_str, steps)
  local words, depth = { type_str }, 0
  for _, step in ipairs(steps) do
    if step.held and step.depth == depth + 1 then
      depth = step.depth
      local name = step.type
      if TOP[name] and step.object then
        name = ("%s '%s'"):format(name, step.object.value)
      end
      words[#words + 1] = name .. (step.label or "")
    end
  end
  return table.concat(words, " <- ")
end

return {
  name = "threads",
  summary = "the story: which type takes the most, and who holds its objects, up to the module",
  args = {
    {
      name = "type", type = "type", optional = true,
      summary = "the type to ask about; the program's own with the most bytes by default",
    },
  },
  run = function(heap, args)
    local type_str = args.type or dominating_type(heap:summarize())
    local list = heap:get_all(type_str)
    local bytes = list:sum "size"
    local steps = {}
    climb(steps, list, list, 1)
    local text = {
      ("They take %s, %.1f%% of the heap; with all they lead to, modules and classes left out, %s."):format(
        units.bytes(bytes), 100 * bytes / heap.total_size, units.bytes(heap:summarize(list, BEYOND).total_size)),
      in_short(type_str, steps),
      "",
    }
    table.move(story(list, steps), 1, 100, #text + 1, text)
    return {
      title = ("%s %s"):format(units.count(#list), type_str),
      text = text,
      data = {
        columns = {
          { "depth" }, { "held" }, { "label" }, { "type" }, { "count" }, { "object" }, { "text" },
        },
        table.unpack(steps),
      },
    }
  end,
}
