--- What `dryad NAME ...` does: each subcommand is a declaration of options (@{dryad.options}) with
-- `run = function(given, words) ... end`, which returns the exit status, or nil for 0.
-- A wrong use is raised with @{raise}, without a position.
-- @module dryad.subcommands

local pager = require "dryad.pager"

local M = {}

M.by_name = {}
M.names = {}

local function add(name, declaration)
  M.by_name[name] = declaration
  M.names[#M.names + 1] = name
end

local JSON = { "json", false, "findings as JSON" }
local RAW = { "raw", false, "as dumped: instances and their dicts apart" }
local STRICT = { "strict", false, "stop at the first problem in the dump" }

--- Raises what a user did wrong.
-- @tparam string message
-- @usage subcommands.raise("summary needs a dump")
function M.raise(message)
  error(message, 0)
end

local function load_dump(path, given)
  local dryad = require("dryad")
  return dryad.load(path, { collapse = not given.raw, strict = given.strict })
end

local function print_finding(value, given)
  if given.json then
    local core, render = require("dryad.core"), require("dryad.render")
    io.write(core.json.encode(render.plain(value)), "\n")
  elseif value ~= nil then
    pager.show(type(value) == "string" and value or require("dryad.printer").text(value))
  end
end

add("summary", {
  usage = { "dryad summary [options] DUMP" },
  summary = "Prints how many objects of each type there are, and how large they are.",
  options = {
    { "by", "FIELD", "size (the default) or count" },
    { "top", "N", "only the first N types; without it 20, in JSON all" },
    JSON,
    RAW,
    STRICT,
  },
  run = function(given, words)
    local top = given.top and math.tointeger(tonumber(given.top))
    if #words ~= 1 then
      M.raise("summary takes one dump")
    elseif given.by and given.by ~= "size" and given.by ~= "count" then
      M.raise(("--by is size or count, not '%s'"):format(given.by))
    elseif given.top and (not top or top < 1) then
      M.raise(("--top takes a number, not '%s'"):format(given.top))
    end
    local summary = load_dump(words[1], given):summarize()
    if given.by == "count" then
      summary = summary:by_count()
    end
    print_finding(top and summary:top(top) or summary, given)
  end,
})

add("run", {
  usage = { "dryad run [options] RECIPE DUMP [WORD ...]" },
  summary = "Runs a recipe on a dump. Its words are values, or NAME=VALUE; `dryad recipes RECIPE` explains them.",
  options = { JSON, RAW, STRICT },
  run = function(given, words)
    local recipes = require("dryad.recipes")
    if not words[1] then
      M.raise("run needs a recipe and a dump; `dryad recipes` lists the recipes")
    end
    local recipe, message = recipes.find(words[1])
    if not recipe then
      M.raise(message)
    elseif not words[2] then
      M.raise(("run %s needs a dump"):format(words[1]))
    end
    local rest = table.move(words, 3, #words, 1, {})
    message = recipes.problem(recipe, rest)
    if message then
      M.raise(message)
    end
    print_finding(recipes.run(recipe, { load_dump(words[2], given) }, rest), given)
  end,
})

local function recipe_plain(recipe)
  return { name = recipe.name, summary = recipe.summary, from = recipe.from, path = recipe.path, error = recipe.error }
end

add("recipes", {
  usage = { "dryad recipes [options] [RECIPE]" },
  summary = "Lists the recipes, or explains one.",
  options = { JSON },
  run = function(given, words)
    local recipes = require("dryad.recipes")
    if words[2] then
      M.raise("recipes takes at most one name")
    end
    local found, message
    if words[1] then
      found, message = recipes.find(words[1])
      if not found then
        M.raise(message)
      end
    else
      found = recipes.list()
    end
    if not given.json then
      pager.show(tostring(found))
      return
    end
    local plain = recipe_plain(found)
    if not words[1] then
      plain = {}
      for i, recipe in ipairs(found) do
        plain[i] = recipe_plain(recipe)
      end
    end
    print_finding(plain, given)
  end,
})

add("convert", {
  usage = { "dryad convert [options] IN OUT" },
  summary = "Writes a dump anew in the canonical format, each object once, compressed by name: .gz, .zst, or not.",
  options = {
    { "remove-expensive-references", false, "leave out references to modules, frames, types and globals" },
    STRICT,
  },
  run = function(given, words)
    if #words ~= 2 then
      M.raise("convert takes the dump to read and the file to write")
    end
    require("dryad.convert").convert(words[1], words[2], {
      remove_expensive_references = given["remove-expensive-references"],
      strict = given.strict,
    })
  end,
})

add("help", {
  usage = { "dryad help [NAME]" },
  summary = "Explains a subcommand, or a name of the prompt.",
  run = function(_, words)
    if not words[1] then
      pager.show(require("dryad.cli").help())
    elseif M.by_name[words[1]] then
      pager.show(require("dryad.options").help(M.by_name[words[1]]))
    else
      local text, found = require("dryad.help").text(words[1])
      if not found then
        M.raise(text)
      end
      pager.show(text)
    end
  end,
})

return M
