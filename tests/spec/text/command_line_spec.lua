-- SPDX-License-Identifier: MIT
local command_line = require "dryad.text.command_line"

describe("a word for a shell", function()
  it("is quoted only if it needs to be", function()
    assert.equal("/srv/app-1.dump.zst", command_line.quoted "/srv/app-1.dump.zst")
    assert.equal("logs/app-1.dump.zst", command_line.quoted "logs/app-1.dump.zst")
    assert.equal("shop.Entry", command_line.quoted "shop.Entry")
    assert.equal("'my app.dump'", command_line.quoted "my app.dump")
    assert.equal("'a b'", command_line.quoted "a b")
    assert.equal("~x", (command_line.quoted "~x"):gsub("'", ""))
    assert.equal("''", command_line.quoted "")
  end)

  it("is what a shell reads again, and printable", function()
    for _, word in ipairs { "a'b", "$(id)", "a;b", "*", "\"", "a\\b", "~root", "-n x", "#", "a\nb", "{1,2}",
      "app.dump", "my app.dump", "it's", "$(date)", "`date`", "a\27[31mb", "-x", "~/x", "\u{202e}x", "back\\slash",
      "'\27'", "é" } do
      local quoted = command_line.quoted(word)
      local process <close> = assert(io.popen(("bash <<'END'\nprintf %%s %s\nEND"):format(quoted)))
      assert.equal(word, process:read "a")
      assert.is_nil(quoted:find "[%c]")
      assert.is_nil(quoted:find "\u{202e}")
    end
  end)
end)
