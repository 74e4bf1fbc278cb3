-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local SAMPLE = "tests/data/threads-small.dump.gz"

--- The total length of this process's mappings of unlinked files in a folder.
local function spilled(folder)
  local bytes = 0
  for line in io.lines "/proc/self/maps" do
    local first, last, path = line:match "^(%x+)%-(%x+) %S+ %S+ %S+ %S+%s+(.*) %(deleted%)$"
    if path and path:sub(1, #folder + 1) == folder .. "/" then
      bytes = bytes + tonumber(last, 16) - tonumber(first, 16)
    end
  end
  return bytes
end

describe("spill", function()
  local folder

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
  end)

  after_each(function()
    os.execute("rm -r " .. folder)
    program.clean()
  end)

  it("keeps the arrays of a heap in files of a folder, and frees them with it", function()
    local heap = dumps.load(SAMPLE, { spill = folder })
    local at_rest = spilled(folder)
    assert.is_true(at_rest > 30 * #heap)
    heap:dominators()
    assert.is_true(spilled(folder) >= at_rest + 16 * #heap)
    heap:close()
    assert.equal(0, spilled(folder))
  end)

  it("leaves no name in the folder", function()
    local heap <close> = dumps.load(SAMPLE, { spill = folder })
    assert.same({}, require("dryad.core").directory(folder))
    assert.is_true(#heap > 0)
  end)

  it("raises an error if there is no such folder", function()
    assert.error_matches(function()
      dryad.load(SAMPLE, { spill = "/nowhere/at/all", progress = false })
    end, "cannot spill to '/nowhere/at/all': No such file or directory", 1, true)
  end)

  it("is suggested for a heap that does not fit in memory", function()
    if program.is_sanitized() then
      return
    end
    local limit = ("prlimit --data=%d %s summary %s"):format(18 << 20, program.quote(program.path), SAMPLE)
    local path = program.file ""
    assert.is_nil(os.execute(("%s >%s 2>&1"):format(limit, path)))
    assert.truthy(program.read_file(path):find("out of memory; with a folder to spill to (spill, --spill)", 1, true))
    assert.is_true(os.execute(("%s --spill %s >%s 2>&1"):format(limit, folder, path)))
  end)

  it("reports a full folder", function()
    local out = program.file ""
    local command = "ulimit -f 1; exec %s summary --spill %s %s"
    os.execute(("sh -c '%s' >%s 2>&1"):format(command:format(program.path, folder, SAMPLE), out))
    assert.equal(("dryad: no room for the heap in the folder '%s': File too large\n"):format(folder),
      program.read_file(out))
  end)

  it("requires text", function()
    assert.error_matches(function()
      dryad.load(SAMPLE, { spill = true, progress = false })
    end, "opts.spill", 1, true)
  end)

  it("changes, undoes and collects as in memory", function()
    local heap = dumps.load(SAMPLE, { spill = folder, collapse = false })
    local other = dumps.load(SAMPLE, { collapse = false })
    for _, step in ipairs { "collapse_instance_dicts", "remove_expensive_references", "undo" } do
      assert.equal(other[step](other), heap[step](heap))
      assert.equal(tostring(other:summarize()), tostring(heap:summarize()))
      assert.equal(#other:unreachable(), #heap:unreachable())
    end
  end)

  it("is an option of every command that loads a dump", function()
    local copy = folder .. "/copy.dump.gz"
    assert(os.execute(("cp %s %s"):format(SAMPLE, copy)))
    for _, words in ipairs {
      { "summary", SAMPLE }, { "leaks", SAMPLE }, { "why", SAMPLE, "Thread" }, { "diff", SAMPLE, SAMPLE },
      { "run", "modules", SAMPLE }, { "sql", SAMPLE, "select count(*) from obj" },
      { "convert", "--force", SAMPLE, folder .. "/out.dump" }, { "index", copy },
    } do
      local expected = program.run(words)
      table.insert(words, 2, "--spill=" .. folder)
      local out, err, status = program.run(words)
      assert.equal(0, status, err)
      assert.equal(expected, out)
      words[2] = "--spill=/nowhere"
      _, err, status = program.run(words)
      assert.equal(2, status)
      assert.truthy(err:find("cannot spill to '/nowhere'", 1, true), err)
    end
  end)

  it("also applies to dumps that recipes of a workspace load", function()
    local ws <close> = dryad.workspace(nil, { spill = "/nowhere" })
    ws:read(SAMPLE, { spill = folder, progress = false })
    assert.matches("cannot spill to '/nowhere'", dumps.message(ws.run, ws, "growth " .. SAMPLE))
  end)

  it("applies to every dump read at the prompt", function()
    local code = [[
      local files = 0
      ws:read("%s")
      for line in io.lines "/proc/self/maps" do
        if line:find("%s/", 1, true) then files = files + 1 end
      end
      print(files > 0)
    ]]
    local out, err = program.run { "--spill", folder, "-e", code:format(SAMPLE, folder) }
    assert.equal("true\n", out, err)
  end)
end)
