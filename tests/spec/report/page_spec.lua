-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local page = require "dryad.report.page"
local program = require "tests.spec.support.program"

local function template(text)
  return program.file(text, ".html")
end

local function written(payload, text)
  local pieces = {}
  page.write(payload, function(piece) pieces[#pieces + 1] = piece end, page.template(template(text)))
  return table.concat(pieces)
end

describe("the page of a report", function()
  after_each(program.clean)

  it("is its template with the data in place of the marker", function()
    assert.equal('<!doctype html>\n<script type="application/json" id="report">{"title":"x"}</script>\n<p>\n',
      written({ title = "x" }, "<!doctype html>\n<!--DRYAD-REPORT-->\n<p>\n"))
    assert.equal('<script type="application/json" id="report">1</script>\n\n', written(1, "<!--DRYAD-REPORT-->\n\n"))
  end)

  it("has no markup from the data", function()
    local text = "</script><script>alert(1)</script><!--<script>]]>&lt;\u{2028}\u{2029}"
    local whole = written({ title = text, [text] = { text } }, "<!--DRYAD-REPORT-->\n")
    local data = whole:match '^<script type="application/json" id="report">(.*)</script>\n'
    assert.is_nil(data:find "[<>&]")
    assert.is_nil(data:find "\u{2028}")
    assert.is_nil(data:find "\u{2029}")
    assert.same({ title = text, [text] = { text } }, core.json.decode(data))
  end)

  it("needs its template, whole", function()
    assert.matches("/nonexistent/page.html: the page of reports was left out of this build; it needs Node and npm",
      dumps.message(page.template, "/nonexistent/page.html"), 1, true)
    for _, text in ipairs { "", "<p>", "x <!--DRYAD-REPORT-->\n", "<!--DRYAD-REPORT--> \n", "<!--DRYAD-REPORT-->",
      "<!--DRYAD-REPORT-->\n<!--DRYAD-REPORT-->\n", "<!--DRYAD-REPORT-->\n<p><!--DRYAD-REPORT--></p>\n" } do
      assert.matches("damaged, there is no single line <!--DRYAD-REPORT-->", dumps.message(page.template,
        template(text)), 1, true)
    end
  end)
end)
