-- SPDX-License-Identifier: MIT
-- What recipes write to a terminal when every text is hostile, those of the dump and those of the recipes. The recipes
-- are all that there are, and some by somebody hostile.
local hostile = require "tests.spec.support.hostile"
local recipes = require "dryad.recipes.recipes"

describe("a terminal", function()
  local folder

  setup(function()
    folder = hostile.folder()
  end)

  teardown(function()
    hostile.remove(folder)
  end)

  -- A word for an argument of a recipe, by its type.
  local WORDS = {
    type = hostile.TYPE, objects = hostile.TYPE, module = "__main__", integer = "3", number = "3", size = "1K",
    boolean = "yes", address = "140189481527120", string = hostile.name "word",
  }

  --- Calls of a recipe with all arguments, with those that it needs, and with wrong ones.
  local function calls_of(recipe)
    local needed, all = { "run", recipe.name, folder.dump }, { "run", recipe.name, folder.dump }
    for _, argument in ipairs(recipe.args) do
      local value = argument.type == "heap" and folder.before or WORDS[argument.type]
      local word = argument.name .. "=" .. (argument.choices and argument.choices[1] or value)
      all[#all + 1] = word
      needed[#needed + 1] = not (argument.optional or argument.default ~= nil) and word or nil
    end
    return needed, all, { "run", recipe.name, folder.dump, hostile.name "x" .. "=1", hostile.name "word" }
  end

  for _, file in ipairs(recipes.files()) do
    it("gets nothing from the dump by " .. file.name, function()
      assert.is_true(hostile.assert_clean({ calls_of(recipes.find(file.name)) }, folder.env) >= 1)
    end)
  end

  it("gets nothing from somebody else's recipe", function()
    local calls = {}
    for _, name in ipairs(folder.recipes) do
      calls[#calls + 1] = { "run", name, folder.dump }
      calls[#calls + 1] = { "run", name, folder.dump, "a=" .. hostile.name "word" }
      calls[#calls + 1] = { "run", name, folder.dump, hostile.name "x" .. "=1", hostile.name "word" }
      calls[#calls + 1] = { "run", "--json", name, folder.dump }
      calls[#calls + 1] = { "run", "--csv", name, folder.dump }
      calls[#calls + 1] = { "recipes", name }
    end
    assert.is_true(hostile.assert_clean(calls, folder.env) > 3 * #folder.recipes)
  end)
end)
