--- The commands of the prompt: lines that are no Lua, known by their first word.
--
-- A command is `{name=, usage=, summary=, run = function(repl, rest) ... end}`; `rest` is the text after the
-- name. What `run` returns is printed. `bare_only` marks one that takes no words.
-- @module dryad.commands

local M = {}

local by_name, names = {}, {}

--- Adds a command.
-- @tparam table command
-- @usage commands.add { name = "stats", usage = "stats", summary = "counts", run = function() return "..." end }
function M.add(command)
  by_name[command.name] = command
  names[#names + 1] = command.name
  table.sort(names)
end

--- All names, sorted.
-- @treturn {string,...}
-- @usage for _, name in ipairs(require("dryad.commands").names()) do print(name) end
function M.names()
  return table.move(names, 1, #names, 1, {})
end

--- The command of a name, or nil.
-- @tparam string name
-- @usage print(require("dryad.commands").get("run").usage)
function M.get(name)
  return by_name[name]
end

--- The command that a line calls, and the rest of the line; nil when its first word is none.
-- `?NAME` is `help NAME`.
-- @tparam string line
-- @treturn table|nil
-- @treturn string
-- @usage local command, rest = require("dryad.commands").parse("run overview")
function M.parse(line)
  local asked = line:match("^%s*%?%s*(.-)%s*$")
  if asked then
    return by_name.help, asked
  end
  local name, rest = line:match("^%s*([%a_][%w_]*)%s*(.-)%s*$")
  local command = by_name[name]
  if command and not (command.bare_only and rest ~= "") then
    return command, rest
  end
end

--- Words of a line, at spaces; quotes keep spaces together.
-- @tparam string text
-- @treturn {string,...}
-- @usage require("dryad.commands").words([[holders type="my type"]]) --> { "holders", "type=my type" }
function M.words(text)
  local words, word, quote = {}, nil, nil
  for c in text:gmatch(".") do
    if quote then
      if c == quote then
        quote = nil
      else
        word = word .. c
      end
    elseif c == '"' or c == "'" then
      quote, word = c, word or ""
    elseif c:find("%s") then
      words[#words + 1] = word
      word = nil
    else
      word = (word or "") .. c
    end
  end
  words[#words + 1] = word
  return words
end

M.add({
  name = "help",
  usage = "help [NAME]",
  summary = "explains a name, or says what there is; `?NAME` is the same",
  run = function(_, rest)
    local help = require("dryad.help")
    return rest == "" and help.overview() or help.text(rest:match([[^["'](.*)["']$]]) or rest)
  end,
})

M.add({
  name = "summary",
  usage = "summary",
  summary = "the objects of the heap by type, as printed at the start",
  bare_only = true,
  run = function(repl)
    return repl:heap():summarize()
  end,
})

M.add({
  name = "undo",
  usage = "undo",
  summary = "takes back the last change of the heap",
  bare_only = true,
  run = function(repl)
    local undone = repl:heap():undo()
    return undone == false and "nothing to undo" or "undone"
  end,
})

local function known_recipe(name)
  local recipe, message = require("dryad.recipes").find(name)
  return recipe or error(message, 0)
end

--- The objects that a word or a line of Lua names: an address, a type, or what is an object or a list.
local function find_objects(repl, heap, text)
  text = text:match([[^["'](.*)["']$]]) or text
  local run = not text:find("^%d") and repl.session:compile(text)
  local ok, value = pcall(run or error)
  local core = require("dryad.core")
  local meta = ok and getmetatable(value)
  if meta and (rawequal(meta, core.object.meta) or rawequal(meta, core.list.meta)) then
    return value
  end
  return heap(text) or error("no object has the address " .. text, 0)
end

M.add({
  name = "why",
  usage = "why ADDRESS [N], why TYPE, why EXPRESSION",
  summary = "why an object is alive, in up to N ways; or why all objects of a type or a list are",
  run = function(repl, rest)
    local heap = repl:heap()
    local address, n = rest:match("^(%w+)%s+(%d+)$")
    if rest == "" then
      error("why takes an address and a number of ways, or a type: why 140203053926864, why Thread", 0)
    end
    return heap:why(find_objects(repl, heap, address or rest), math.tointeger(tonumber(n)))
  end,
  example = 'heap("Thread"):why()',
})

M.add({
  name = "leaks",
  usage = "leaks [FRACTION]",
  summary = "what retains so much that it may be a leak: a tenth of the heap, or another fraction",
  run = function(repl, rest)
    local fraction = rest ~= "" and require("dryad.units").parse_share(rest) or nil
    if rest ~= "" and not fraction then
      error(("leaks takes a share of the heap, such as 0.05 or 5%%, not '%s'"):format(rest), 0)
    end
    return require("dryad").leak_suspects(repl:heap(), fraction)
  end,
  example = "dryad.leak_suspects(heap)",
})

M.add({
  name = "diff",
  usage = "diff BEFORE AFTER [LATER]",
  summary = "what grew between the dumps of these numbers, as they are in `heaps`",
  run = function(repl, rest)
    local loaded, heaps = repl.session:value("heaps") or {}, {}
    for i, word in ipairs(M.words(rest)) do
      heaps[i] = loaded[tonumber(word)]
        or error(("diff: there is no dump %s: heaps has %d"):format(word, #loaded), 0)
    end
    if #heaps < 2 or #heaps > 3 then
      error("diff takes the numbers of two or three dumps: diff 1 2", 0)
    end
    return require("dryad.recipes").run(known_recipe("growth"), heaps, {})
  end,
  example = "dryad.diff(heap, heap)",
})

M.add({
  name = "recipes",
  usage = "recipes [RECIPE]",
  summary = "the questions that are ready to be asked with `run`, or one of them explained",
  run = function(_, rest)
    local recipes = require("dryad.recipes")
    local name = M.words(rest)[1]
    return name and known_recipe(name) or recipes.list()
  end,
})

local function takes_heap(recipe)
  for _, argument in ipairs(recipe.args) do
    if argument.type == "heap" then
      return true
    end
  end
end

M.add({
  name = "run",
  usage = "run RECIPE [WORD ...]",
  summary = "runs a recipe on the heap; its words are values, or name=value",
  run = function(repl, rest)
    local recipes = require("dryad.recipes")
    local words = M.words(rest)
    local name = table.remove(words, 1)
    if not name then
      return recipes.list()
    end
    local recipe = known_recipe(name)
    local heaps = _G.heaps
    if not (takes_heap(recipe) and heaps and #heaps > 1) then
      heaps = { repl:heap() }
    end
    return recipes.run(recipe, heaps, words)
  end,
})

for _, name in ipairs({ "quit", "exit" }) do
  M.add({
    name = name,
    usage = name,
    summary = "leaves the prompt; so does Ctrl-D",
    bare_only = true,
    run = function(repl)
      repl.finished = true
    end,
  })
end

return M
