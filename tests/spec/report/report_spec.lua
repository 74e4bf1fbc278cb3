-- SPDX-License-Identifier: MIT
-- The command `dryad report`: its files, its messages and its exit status.
local core = require "dryad.core"
local installation = require "tests.spec.support.installation"
local program = require "tests.spec.support.program"

local TEMPLATE = "<!doctype html>\n<title>made up</title>\n<!--DRYAD-REPORT-->\n<p>the end</p>\n"
local FIRST = "300 __main__.Session retain 584.2KiB, 19.1% of the heap (1.9KiB each)."

describe("dryad report", function()
  local dryad, folder, SHOP

  setup(function()
    dryad = installation.new { ["../report/page.html"] = TEMPLATE }
    local process <close> = assert(io.popen "pwd")
    SHOP = process:read "l" .. "/tests/data/shop.dump.zst"
  end)
  teardown(installation.clean)
  before_each(function() folder = program.folder() end)
  after_each(program.clean)

  local function shell(command)
    local process <close> = assert(io.popen(("cd %s && %s"):format(program.quote(folder), command)))
    return process:read "a"
  end

  --- Runs the command in the folder; its output, messages and status.
  local function report(...)
    local words = {}
    for i, word in ipairs { "report", ... } do
      words[i] = program.quote(word)
    end
    local script = program.file(("cd %s && exec %s %s"):format(program.quote(folder), program.quote(dryad),
      table.concat(words, " ")))
    return program.run({ script }, { path = "sh" })
  end

  local function data_of(name)
    local page = program.read_file(folder .. "/" .. name)
    local before, data, after = page:match '^(.*)<script type="application/json" id="report">(.*)</script>\n(.*)$'
    assert.equal("<!doctype html>\n<title>made up</title>\n", before)
    assert.equal("<p>the end</p>\n", after)
    return core.json.decode(data)
  end

  it("writes a page named after the dump, and says what it found first and where the page is", function()
    local out, err, status = report(SHOP)
    assert.equal(0, status, err)
    assert.matches("^shop%.report%.html: %d+%.%dKiB%. " .. FIRST:gsub("%p", "%%%0") .. "\n$", out)
    local made = data_of "shop.report.html"
    assert.equal(FIRST, made.findings[1].title)
    assert.equal("shop.dump.zst", made.title)
    assert.equal("600\n", shell "stat -c %a shop.report.html")
    assert.equal("shop.report.html\n", shell "ls -A")
  end)

  it("names the page by what is left of the name of a dump, an index or a database", function()
    for name, page in pairs {
      ["app.dump"] = "app.report.html", ["app.dump.gz"] = "app.report.html", ["app"] = "app.report.html",
      ["a.b.dump.zst"] = "a.b.report.html", [".dump"] = "report.html", ["-x.dump"] = "-x.report.html",
      ["100%p.json"] = "100%p.report.html",
    } do
      local file <close> = assert(io.open(folder .. "/" .. name, "w"))
      file:write '{"address": 8, "type": "list", "size": 56, "refs": []}'
      file:close()
      local _, err, status = report("./" .. name)
      assert.equal(0, status, err)
      assert.equal(page .. "\n", shell("ls -A | grep html"))
      shell "rm -- ./*.html"
    end
  end)

  it("writes to a file, or to standard output", function()
    assert.matches("^page%.html: ", (report(SHOP, "-o", "page.html", "--title", "A <shop>")))
    assert.equal("A <shop>", data_of("page.html").title)
    local out, err = report(SHOP, "-o", "-")
    assert.equal(TEMPLATE:match "^[^\n]*\n", out:match "^[^\n]*\n")
    assert.is_nil(out:find("KiB. " .. FIRST, 1, true))
    assert.is_truthy(err:find("KiB. " .. FIRST, 1, true))
  end)

  it("replaces a page only with --force, and never a dump or what is not a file of one's own", function()
    shell "echo kept > page.html"
    local out, err, status = report(SHOP, "-o", "page.html")
    assert.equal(2, status)
    assert.equal("", out)
    assert.matches("page.html: exists already; %-%-force replaces it", err)
    assert.is_nil(err:find "loaded") -- said before anything takes long
    assert.equal("kept\n", shell "cat page.html")
    assert.equal(0, select(3, report(SHOP, "-o", "page.html", "--force")))
    assert.equal(FIRST, data_of("page.html").findings[1].title)
    shell(("cp %s app.dump.zst"):format(SHOP))
    out, err, status = report("1", "-o", "both", "--keep", "both", "--force")
    assert.equal("", out)
    assert.equal(2, status)
    assert.matches("%-%-keep names the file of the page", err)
    assert.equal(2, select(3, report("app.dump.zst", "--force", "-o", "app.dump.zst")))
    assert.equal("", shell(("cmp %s app.dump.zst"):format(SHOP)))
    assert.equal(2, select(3, report(SHOP, "--force", "-o", ".")))
    assert.equal(2, select(3, report(SHOP, "-o", "missing/page.html")))
    assert.equal("app.dump.zst\npage.html\n", shell "ls -A")
  end)

  it("refuses a link in a folder that others can write", function()
    shell "mkdir open && chmod 1777 open && ln -s ../victim.html open/page.html"
    local _, err, status = report(SHOP, "-o", "open/page.html", "--force")
    assert.equal(2, status, err)
    assert.equal("open\n", shell "ls -A")
  end)

  it("leaves nothing behind if it fails or is interrupted", function()
    local broken = program.file "{}"
    assert.equal(2, select(3, report(broken, "-o", "page.html")))
    assert.equal("", shell "ls -A")
    local fifo = program.folder() .. "/dump"
    assert(os.execute("mkfifo " .. fifo))
    local _, err, status = program.run({ "report", fifo, "-o", folder .. "/page.html" }, {
      path = dryad,
      shell = ("& pid=$!; exec 3>%s; while kill -INT $pid 2>/dev/null; do sleep 0.1; done & wait $pid"):format(fifo),
    })
    assert.equal(130, status, err)
    assert.matches("interrupted", err)
    assert.equal("", shell "ls -A")
  end)

  it("prints its data as JSON without a page", function()
    local out, err, status = report(SHOP, "--json")
    assert.equal(0, status, err)
    assert.equal(FIRST, core.json.decode(out).data.findings[1].title)
    assert.equal("", shell "ls -A")
    out, err, status = report(SHOP, "--json", "-o", "page.html")
    assert.equal("", out)
    assert.equal(2, status)
    assert.matches("%-%-json prints the data of the page", err)
  end)

  it("says why it cannot write a page: no template, no dump, no name", function()
    local without = installation.new {}
    local _, err, status = program.run({ "report", SHOP, "-o", folder .. "/page.html" }, { path = without })
    assert.equal(2, status)
    assert.matches("the page of reports was left out of this build; it needs Node and npm", err, 1, true)
    assert.equal(0, select(3, program.run({ "report", SHOP, "--json" }, { path = without })))
    _, err, status = report()
    assert.equal(2, status)
    assert.matches("report takes at least one dump", err)
    assert.equal(2, select(3, report(SHOP, "-o", "")))
    assert.equal(2, select(3, report "nowhere.dump"))
    assert.equal("", shell "ls -A")
  end)

  it("treats every further word as a dump", function()
    local _, err, status = report(SHOP, SHOP, "nowhere.dump", "-o", "page.html")
    assert.equal(2, status)
    assert.matches("nowhere.dump", err)
    local made = core.json.decode((report(SHOP, SHOP, SHOP, "--json"))).data
    assert.equal(3, #made.sources)
    assert.equal(("dryad diff %s %s %s"):format(SHOP, SHOP, SHOP), made.more.growth[1].command)
  end)
end)
