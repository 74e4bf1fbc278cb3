-- SPDX-License-Identifier: MIT
local core = require "dryad.core"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local SMALL = "tests/data/threads-small.dump.gz"
local NOBODY = 65534

local function shell(...)
  local process <close> = io.popen(string.format(...))
  return (process:read "a":gsub("\n$", ""))
end

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
end

local is_root = shell "id -u" == "0"

describe("what is written", function()
  local folder

  before_each(function()
    folder = shell "mktemp -d"
  end)
  after_each(function()
    shell("rm -rf %s", folder)
    program.clean()
  end)

  local function path_of(name)
    return folder .. "/" .. name
  end

  local function convert(...)
    return program.run { "convert", ... }
  end

  local function assert_refused(pattern, ...)
    local _, err, status = convert(...)
    assert.equal(2, status)
    assert.matches(pattern, err)
    assert.is_nil(err:find "loaded line") -- it is told before the work
  end

  it("replaces a file only with --force", function()
    write(path_of "out", "before")
    assert_refused("^dryad: [^:]+/out: exists already; %-%-force replaces it\n$", SMALL, path_of "out")
    assert.equal("before", program.read_file(path_of "out"))
    assert.equal(0, select(3, convert("--force", SMALL, path_of "out")))
    assert.equal(60413, #dumps.load(path_of "out"))
    assert.equal("out", shell("ls %s", folder))
  end)

  it("is private to its owner, whatever the mode of the file that it replaces", function()
    write(path_of "out", "#!/bin/sh\n")
    shell("chmod 6755 %s", path_of "out")
    assert.equal(0, select(3, convert("--force", SMALL, path_of "out")))
    assert.equal("600", shell("stat -c %%a %s", path_of "out"))
  end)

  it("does not follow a link in a folder that all can write to", function()
    shell("chmod 1777 %s", folder)
    local precious = program.file "precious"
    shell("ln -s %s %s", precious, path_of "out")
    assert_refused("out: is a symbolic link in a folder that others can write", "--force", SMALL, path_of "out")
    assert.equal("precious", program.read_file(precious))
  end)

  if is_root then
    it("does not replace a file of another user", function()
      write(path_of "out", "theirs")
      shell("chown %d %s && chmod 4755 %s", NOBODY, path_of "out", path_of "out")
      assert_refused("out: belongs to another user, and is not replaced", "--force", SMALL, path_of "out")
      assert.equal("theirs", program.read_file(path_of "out"))
    end)

    it("does not wait for a FIFO of another user", function()
      shell("mkfifo -m 666 %s && chown %d %s", path_of "out", NOBODY, path_of "out")
      assert_refused("out: is a FIFO of another user", SMALL, path_of "out")
    end)

    it("also works in a folder of another user", function()
      shell("chmod 1777 %s && cp %s %s && chmod 644 %s", folder, SMALL, path_of "in.gz", path_of "in.gz")
      write(path_of "root", "root's")
      local build = program.path:match "^(.*)/[^/]+$"
      shell("cp -rL %s/share %s %s", build, program.path, folder) -- the source tree may be closed to others
      local function as_nobody(words)
        return shell("setpriv --reuid %d --regid %d --clear-groups %s/dryad convert %s 2>&1; echo $?", NOBODY, NOBODY,
          folder, words)
      end
      assert.matches("root: belongs to another user.*\n2$",
        as_nobody(("--force %s %s"):format(path_of "in.gz", path_of "root")))
      assert.matches("\n0$", as_nobody(("%s %s"):format(path_of "in.gz", path_of "mine")))
      assert.equal("600 " .. NOBODY, shell("stat -c '%%a %%u' %s", path_of "mine"))
    end)
  end

  it("is written directly to a FIFO, a device and standard output", function()
    shell("mkfifo %s", path_of "fifo")
    local whole = #convert(SMALL, "-")
    assert.is_true(whole > 1000000)
    assert.equal(whole, #convert(SMALL, "/dev/stdout"))
    assert.equal(whole, #convert(SMALL, "/dev/fd/1"))
    assert.equal(0, select(3, convert(SMALL, "/dev/null")))
    local reader <close> = io.popen("wc -c < " .. path_of "fifo")
    assert.equal(0, select(3, convert(SMALL, path_of "fifo")))
    assert.equal(whole, tonumber(reader:read "a"))
  end)

  it("has the process, the host and the time in its name on request", function()
    local host = shell "uname -n"
    for _ = 1, 3 do
      assert.equal(0, select(3, convert(SMALL, path_of "x-%p-%h-%t-%%.gz")))
    end
    local count = 0
    for name in shell("ls %s", folder):gmatch "[^\n]+" do
      local process, rest, time = name:match "^x%-(%d+)%-(.*)%-(%d+)%-%%%.gz$"
      assert.equal(host, rest)
      assert.is_true(tonumber(process) > 1 and math.abs(tonumber(time) - os.time()) < 60)
      count = count + 1
    end
    assert.equal(3, count)
    assert_refused("x%-%%d: a %% in the name of a file is followed by p", SMALL, path_of "x-%d")
  end)

  it("reports its path and the free space, and ends at its limit", function()
    local sink <close> = core.sink(path_of "x-%p", { process = 1234 })
    assert.is_true(sink:room() > 0)
    sink:write "text"
    assert.equal(path_of "x-1234", sink:finish())
    assert.equal("text", program.read_file(path_of "x-1234"))
    assert.is_nil(core.sink("/dev/null"):room())
    local limited <close> = core.sink(path_of "limited")
    limited:limit(3, "--max-size")
    limited:write "text"
    assert.matches("limited: would take more than 3B, all that %-%-max%-size allows",
      dumps.message(limited.finish, limited))
    assert.matches("the file is closed", dumps.message(limited.write, limited, "more"))
    assert.equal("x-1234", shell("ls %s", folder))
    local literal <close> = core.sink(path_of "x-%p", { literal = true })
    assert.equal(path_of "x-%p", literal:finish())
  end)

  it("does not replace a file that appeared meanwhile", function()
    local sink <close> = core.sink(path_of "out")
    sink:write "mine"
    write(path_of "out", "theirs")
    assert.matches("out: exists already; { force = true } replaces it", dumps.message(sink.finish, sink))
    assert.equal("theirs", program.read_file(path_of "out"))
  end)
end)
