-- SPDX-License-Identifier: MIT
local command_line = require "dryad.text.command_line"

describe("a word for a shell", function()
  it("is quoted only if it needs to be", function()
    assert.equal("/srv/app-1.dump.zst", command_line.quoted "/srv/app-1.dump.zst")
    assert.equal("shop.Entry", command_line.quoted "shop.Entry")
    assert.equal("'my app.dump'", command_line.quoted "my app.dump")
    assert.equal("''", command_line.quoted "")
  end)

  it("is what a shell reads again", function()
    for _, word in ipairs { "a'b", "$(id)", "a;b", "*", "\"", "a\\b", "~root", "-n x", "#", "a\nb", "{1,2}" } do
      local process <close> = assert(io.popen(("bash <<'END'\nprintf %%s %s\nEND"):format(command_line.quoted(word))))
      assert.equal(word, process:read "a")
    end
  end)
end)
