-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local output = require "dryad.text.output"
local processes = require "dryad.program.processes"
local recipes = require "dryad.recipes.recipes"
local run_options = require "dryad.recipes.run_options"
local shared = require "dryad.program.shared_declarations"

--- Whether a word that is not a recipe names a file or a process.
local function is_dump(word)
  return core.file_facts(word) ~= nil or processes.pid(word) ~= nil
end

--- Whether a word is the name of a recipe's file in the current folder, without the `./` that a path needs.
local function is_recipe_file(word)
  return word and word:find "^[^/]+%.lua$" ~= nil and core.file_facts(word) ~= nil
end

return {
  summary = "Runs a recipe on a dump.",
  arguments = {
    {
      "RECIPE", type = "recipe",
      help = "a recipe's name (`dryad recipes` lists them); or a path with a `/`, whose code has all your rights",
    },
    shared.dump,
    {
      "WORD", type = "recipe_argument", many = true, optional = true,
      help = "an argument, as a value or NAME=VALUE; `dryad recipes RECIPE` explains them",
    },
  },
  options = shared.options_of_findings({
    { "trust", false, "run the recipe's code with all your rights, without the sandbox" },
    { "recipe-memory", "SIZE", "memory for a recipe in the sandbox, beyond the heap; default: 512M" },
    { "recipe-time", "SECONDS", "time of the processor for a recipe in the sandbox; default: 30" },
  }, { shared.json, shared.jsonl, shared.csv }),
  examples = {
    { "dryad run holders app.dump.zst type=Session", "who refers to the objects of type Session" },
    { "dryad run ./mine.lua app.dump.zst", "a recipe of your own" },
  },
  json = "what the recipe returns: a list, rows, or {title, text, sections: [{title, text, rows}]}",
  run = function(given, words)
    findings.check_form(given)
    if findings.form(given) then
      output.keep_for_programs() -- a recipe may print
    end
    local recipe, message = recipes.find(words[1] or "", run_options.read(given))
    if not recipe and is_recipe_file(words[1]) then
      error(("no recipe '%s'; `./%s` is the file of that name, which runs with all your rights"):format(words[1],
        words[1]), 0)
    elseif not recipe and (not words[1] or is_dump(words[1])) then
      error("run takes a recipe, then a dump; `dryad recipes` lists the recipes", 0)
    elseif not recipe then
      error(message, 0)
    elseif not words[2] then
      error(("run %s needs a dump"):format(words[1]), 0)
    end
    local rest = table.move(words, 3, #words, 1, {})
    message = recipes.problem(recipe, rest)
    if message then
      error(message, 0)
    end
    local heap = loading.heap(words[2], given)
    findings.print(recipes.run(recipe, { heap }, rest, loading.options(given)), given, {
      command = "run", heaps = { heap },
    })
  end,
}
