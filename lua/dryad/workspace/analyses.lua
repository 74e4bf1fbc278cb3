-- SPDX-License-Identifier: MIT
--- The analyses of heaps for the current generation, with the words of commands as arguments.
-- @module dryad.workspace.analyses

local command_line = require "dryad.text.command_line"
local diff = require "dryad.analysis.diff"
local globals = require "dryad.analysis.globals"
local recipes = require "dryad.recipes.recipes"
local run_options = require "dryad.recipes.run_options"
local stacks = require "dryad.analysis.stacks"
local suspects = require "dryad.analysis.suspects"
local units = require "dryad.text.units"
local why = require "dryad.analysis.why"

local public = {}

--- Why something is alive.
-- @tparam string|object|list what a text as for `heap:why`, which may contain shorthands; or objects
-- @tparam[opt] integer n the number of paths
-- @treturn why
-- @usage print(ws:why("#0.3 2"))
function public:why(what, n)
  local heap = self:need_heap()
  if type(what) == "string" then
    local named, wanted = why.parse(what)
    if named == "" then
      error("why takes an address and a number of paths, or a type: why 140203053926864, why Thread", 0)
    end
    what, n = command_line.trim(self:expand(named)), n or wanted
    if what:find "^%(" then
      what = self:where("why", what)
    end
  end
  return heap:why(what, n)
end

--- The leak suspects.
-- @tparam[opt] string|number text a share of the heap, such as `0.05` or `5%`
-- @treturn table as from `dryad.leak_suspects`
-- @usage print(ws:leaks("5%"))
function public:leaks(text)
  text = command_line.given("leaks", text)
  local fraction = text ~= "" and units.parse_share(text) or nil
  if text ~= "" and not fraction then
    error(("leaks takes a share of the heap, such as 0.05 or 5%%, not '%s'"):format(text), 0)
  end
  return suspects.find(self:need_heap(), fraction)
end

--- The global variables of a module.
-- @tparam[opt="__main__"] string text its name
-- @treturn table a report
-- @usage print(ws:globals("shop.views"))
function public:globals(text)
  local name = command_line.unquoted(command_line.given("globals", text))
  return globals.of(self:need_heap(), name ~= "" and name or "__main__")
end

--- What threads and tasks were doing.
-- @treturn table as from `dryad.analysis.stacks`
-- @usage print(ws:stacks())
function public:stacks()
  return stacks.of(self:need_heap())
end

--- The objects of the current generation by type.
-- @treturn summary
-- @usage print(ws:summary())
function public:summary()
  return self:need_heap():summarize()
end

local function known_recipe(name, options)
  local recipe, message = recipes.find(name, options)
  return recipe or error(message, 0)
end

--- What grew between generations, and what holds it.
-- @tparam string text two or more numbers
-- @treturn report
-- @usage print(ws:diff("1 2"))
function public:diff(text)
  local heaps = {}
  for i, word in ipairs(command_line.split(command_line.given("diff", text))) do
    local num = math.tointeger(tonumber(word))
    if not num then
      error(("diff takes the numbers of dumps that were read, not '%s': `read FILE` reads another, `gen` lists them")
        :format(word), 0)
    elseif not self.generations[num] then
      error(("diff: there is no dump %d: %s read so far; `gen` lists them"):format(num,
        units.quantity(#self.generations, "dump")), 0)
    end
    heaps[i] = self:heap_of(num)
  end
  if #heaps < 2 then
    error("diff takes the numbers of two or more dumps: diff 1 2", 0)
  end
  return diff(table.unpack(heaps)):report()
end

local function takes_heap(recipe)
  for _, argument in ipairs(recipes.arguments(recipe)) do
    if argument.type == "heap" then
      return true
    end
  end
end

--- Runs a recipe on the current generation, or on all if it compares dumps.
-- @tparam string text options (`--trust`, `--recipe-memory SIZE`, `--recipe-time SECONDS`), its name and its words, in
--   which shorthands are expanded
-- @return what the recipe returns; without a name, the list of recipes
-- @usage print(ws:run("holders type=Thread"))
function public:run(text)
  local found = command_line.split(command_line.given("run", text))
  local options = run_options.take(found)
  local name = table.remove(found, 1)
  if not name then
    return recipes.list()
  end
  local recipe, heaps = known_recipe(name, options), { self:need_heap() }
  if takes_heap(recipe) and #self.generations > 1 then
    for num in ipairs(self.generations) do
      heaps[num] = self:heap_of(num)
    end
  end
  for i, word in ipairs(found) do
    found[i] = self:expand(word)
  end
  return recipes.run(recipe, heaps, found, self:loading {})
end

return { public = public, internal = {} }
