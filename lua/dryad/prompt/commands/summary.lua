-- SPDX-License-Identifier: MIT
local output = require "dryad.text.output"

return {
  summary = "Prints counts and sizes by type, as when the prompt starts.",
  arguments = {},
  example = "summary",
  method = {
    signature = "ws:summary() -> summary",
    text = "The same as `heap:summarize`.",
    example = "ws:summary()",
  },
  run = function(repl, words)
    local summary = repl:call("summary", words)
    local description = repl.session:value("heap"):describe()
    if description ~= "" then
      output.say(description)
    end
    return summary
  end,
}
