-- SPDX-License-Identifier: MIT
--- Edits of a workspace: the changes of its heaps (@{dryad.heap.changes}) as stored in its file.
--
-- For each loaded generation, `loaded[num].edits` are the edits in the file, `{kind=, bytes=, serial=}`. The serial is
-- that of the change in the heap; an edit that changed nothing has none, and one that failed is `skipped`, with all
-- after it.
-- @module dryad.workspace.edits

local changes = require "dryad.heap.changes"
local core = require "dryad.core"
local format = require "dryad.text.format"
local units = require "dryad.text.units"

local public, internal = {}, {}

--- The serial of a heap's last change, or nil.
local function last_serial(heap)
  local last = changes.last(heap)
  return last and last.serial
end

--- Repeats edits. One that fails is reported, and those after it are left out; the heap is incomplete then.
-- @tparam integer num of the generation
-- @tparam heap heap
-- @tparam {table,...} edits `{kind=, bytes=}`
-- @treturn {table,...} the same, with serials
-- @usage local edits = workspace:make_again(1, heap, store:edits(1))
function internal:make_again(num, heap, edits)
  for i, edit in ipairs(edits) do
    local before = last_serial(heap)
    local made, message = pcall(changes.make, heap, edit.bytes)
    if not made then
      self:warn(("generation %d: edit %d (%s) cannot be repeated: %s%s"):format(num, i, edit.kind, message,
        i < #edits and (("; %s after it left out"):format(units.quantity(#edits - i, "edit"))) or ""))
      core.mark_incomplete(heap, ("edit %d (%s) of its workspace cannot be repeated"):format(i,
        format.cut(format.printable(edit.kind), 20)))
      for k = i, #edits do
        edits[k].skipped = true
      end
      break
    end
    local after = last_serial(heap)
    edit.serial = after ~= before and after or nil
  end
  return edits
end

--- Where the changes of a heap and the edits in the file diverge: the position of the first edit to rewrite, and how
-- many changes of the heap are before it; nil if they agree.
local function parting(loaded)
  local made, edits, same = changes.of(loaded.heap, false), loaded.edits, 0
  local from = 1
  while from <= #edits and not edits[from].skipped do
    local serial = edits[from].serial
    if serial then
      local change = made[same + 1]
      if not change or change.serial ~= serial then
        break
      end
      same = same + 1
    end
    from = from + 1
  end
  if same == #made and (from > #edits or edits[from].skipped) then
    return nil
  end
  return from, same
end

--- The same, with the changes from there on.
local function difference(loaded)
  local from, same = parting(loaded)
  if not from then
    return nil
  end
  local made = changes.of(loaded.heap)
  return from, table.move(made, same + 1, #made, 1, {})
end

local function is_loaded(loaded)
  return loaded.heap:is_open()
end

--- Writes the changes of these generations that are not in the file yet, in one transaction, and returns them; nil if
-- another process wrote first.
local function write_differences(self, changed)
  return self.store:transaction(function()
    if self.store:changed() then
      return nil
    end
    local written = {}
    for _, num in ipairs(changed) do
      local loaded = self.loaded[num]
      local from, made = nil, nil
      if loaded then
        from, made = difference(loaded)
      end
      if from then
        self.store:write_edits(num, from, made)
        written[#written + 1] = { loaded = loaded, from = from, changes = made }
      end
    end
    return written
  end)
end

--- Records that a generation's edits in the file differ from a position on.
local function note(edits, from, made)
  table.move(made, 1, math.max(#made, #edits), from, edits)
  for i = #edits, from + #made, -1 do
    edits[i] = nil
  end
end

local function write(self, changed)
  local written
  repeat
    self:refresh()
    written = write_differences(self, changed)
    self.is_stale = not written
  until written
  for _, part in ipairs(written) do -- only now they are certainly in the file
    note(part.loaded.edits, part.from, part.changes)
  end
end

--- The changed generations, and a text that identifies their changes.
local function unwritten(self)
  local changed, state = {}, {}
  for num, loaded in pairs(self.loaded) do
    if is_loaded(loaded) and parting(loaded) then
      changed[#changed + 1] = num
      state[#state + 1] = ("%d: %s"):format(num, last_serial(loaded.heap))
    end
  end
  table.sort(state)
  return changed, table.concat(state, ", ")
end

--- Saves all changes since the last call. If the file cannot be written, reports it once for each change, and tries
-- again at every call.
-- @tparam[opt] boolean insist reports it again
-- @usage workspace:keep()
function internal:keep(insist)
  local changed, state = unwritten(self)
  local kept, message = true, nil
  if #changed > 0 then
    kept, message = pcall(write, self, changed)
  end
  local is_told = self.untold == state
  self.untold = not kept and state or nil
  if not kept and (insist or not is_told) then
    error(message .. "; changes of heaps were not saved", 0)
  end
end

--- Applies the edits that the file has now to a heap; repeats unsaved changes on top.
local function follow(self, num, loaded)
  local edits = self.store:edits(num)
  local common = 0
  while edits[common + 1] and loaded.edits[common + 1] and edits[common + 1].bytes == loaded.edits[common + 1].bytes do
    common = common + 1
  end
  if common == #edits and common == #loaded.edits then
    return
  end
  local _, own = difference(loaded)
  local kept = {}
  for i = 1, common do
    edits[i] = loaded.edits[i]
    if edits[i].serial then
      kept[edits[i].serial] = true
    end
  end
  local made = changes.of(loaded.heap, false)
  while #made > 0 and not kept[made[#made].serial] and loaded.heap:undo() do
    made[#made] = nil
  end
  local rest = self:make_again(num, loaded.heap, table.move(edits, common + 1, #edits, 1, {}))
  table.move(rest, 1, #rest, common + 1, edits)
  loaded.edits = edits
  self:make_again(num, loaded.heap, own or {})
end

--- Applies what another process wrote: names, generations and edits.
-- @usage workspace:refresh()
function internal:refresh()
  if self.store:changed() or self.is_stale then
    self:reload()
  end
end

--- Reads names, generations and edits again.
-- @treturn integer|nil the current generation in the file
-- @usage workspace:reload()
function internal:reload()
  self.is_stale = false
  self.names = self.store:names()
  local current = self:reload_generations()
  for num, loaded in pairs(self.loaded) do
    if is_loaded(loaded) then
      follow(self, num, loaded)
    end
  end
  return current
end

--- Undoes the last change of the current generation.
-- @treturn string what was undone, in words
-- @usage print(ws:undo())
function public:undo()
  local heap = self:need_heap()
  local last = changes.last(heap)
  local objects, refs = #heap, heap.num_refs
  if not heap:undo() then
    return "nothing to undo"
  end
  local back = {}
  for _, count in ipairs { { #heap - objects, "object" }, { heap.num_refs - refs, "reference" } } do
    if count[1] ~= 0 then
      back[#back + 1] = units.quantity(math.abs(count[1]), count[2]) .. (count[1] > 0 and " back" or " gone")
    end
  end
  return ("undone: %s%s"):format(last and changes.in_words(last) or "the last change",
    #back > 0 and " (" .. table.concat(back, ", ") .. ")" or "")
end

return { public = public, internal = internal }
