-- SPDX-License-Identifier: MIT
local globals = require "dryad.prompt.globals"
local loading = require "dryad.program.loading"
local shared = require "dryad.program.shared_declarations"
local workspace = require "dryad.workspace.workspace"

return {
  summary = "Shows a heap in the whole terminal, to look around in it.",
  arguments = {
    { "DUMP|PID", type = "dump", help = shared.dump.help },
    { "LATER", type = "dump", many = true, optional = true },
  },
  takes = "one dump or more",
  options = shared.options_of_findings({}, {}),
  text = "With several dumps, the last is shown, and what grew since the first. The bottom line says what the keys do; "
    .. "`?` shows all of them. See `help browsing`.",
  examples = {
    { "dryad browse app.dump.zst", "look around in a heap" },
    { "dryad browse 1234", "dump process 1234, and look around in it" },
    { "dryad browse monday.dump friday.dump", "the same, with what grew" },
  },
  run = function(given, words)
    local browse = require "dryad.browse.browse"
    local heaps, ws, is_input_used = {}, nil, false
    for _, word in ipairs(words) do
      is_input_used = is_input_used or word == "-"
    end
    if not is_input_used then
      browse.check() -- before anything is loaded
    end
    for i, word in ipairs(words) do
      local own
      heaps[i], own = loading.heap(word, given)
      ws = ws or own
    end
    if is_input_used then
      require("dryad.terminal").attach()
    end
    ws = ws or workspace.new(nil, loading.options(given))
    for _, heap in ipairs(heaps) do
      ws:adopt(heap)
    end
    globals.set(ws) -- for the lines of the prompt that it takes
    browse.open(heaps)
    ws:close()
  end,
}
