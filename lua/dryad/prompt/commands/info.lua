-- SPDX-License-Identifier: MIT
return {
  summary = "Shows what is known about an object.",
  arguments = { { "ADDRESS", type = "text" } },
  example = "info #0.3",
  method = {
    signature = "ws:info(address) -> result",
    text = "Shows what is known about an object. The address may be any shorthand, such as `#0.3`.",
    example = 'ws:set("it " .. o.address); ws:info("$it")',
  },
  run = function(repl, words)
    return repl:call("info", words)
  end,
}
