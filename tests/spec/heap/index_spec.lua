-- SPDX-License-Identifier: MIT
local class_shares = require "dryad.analysis.class_shares"
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local index = require "dryad.heap.index_beside_dump"
local program = require "tests.spec.support.program"
local retained_groups = require "dryad.analysis.retained_groups"
local retained_tree = require "dryad.analysis.retained_tree"

local LINES = table.concat({
  '{"address": 10, "type": "module", "size": 100, "name": "m", "refs": [20]}',
  '{"address": 20, "type": "dict", "size": 50, "len": 1, "refs": [30, 40]}',
  '{"address": 30, "type": "str", "size": 60, "value": "key", "refs": []}',
  '{"address": 40, "type": "list", "size": 70, "refs": [30, 99]}',
}, "\n") .. "\n"

--- Loads in a separate program; returns its standard output and standard error.
local function load_aloud(path, opts)
  local code = ("h = dryad.load(%q, %s) print(#h, h.total_size)"):format(path, opts or "{}")
  return program.run { "-e", code }
end

local made = {}
local function new_dump()
  local path = program.file(LINES, ".dump")
  made[#made + 1] = path .. ".dryad"
  return path
end

local function change_byte(path, place)
  local text = program.read_file(path)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text:sub(1, place), string.char(text:byte(place + 1) ~ 0x55), text:sub(place + 2))
end

describe("an index", function()
  after_each(function()
    program.clean()
    for _, path in ipairs(made) do
      os.remove(path)
    end
    made = {}
  end)

  it("is written on request, and opened from then on", function()
    local path = new_dump()
    local out, err = load_aloud(path, "{ index = true }")
    assert.equal("3\t280\n", out)
    assert.matches("loaded line 4, 4 objs", err)
    assert.matches("wrote the index .*%.dump%.dryad", err)
    out, err = load_aloud(path)
    assert.equal("3\t280\n", out)
    assert.matches("^opened the index of .*%.dump, 3 objs, in [%d.]+s\n$", err)
  end)

  it("is not looked for with index = false", function()
    local path = new_dump()
    load_aloud(path, "{ index = true }")
    assert.matches("^loaded line 4", select(2, load_aloud(path, "{ index = false }")))
  end)

  it("opens the heap that was loaded, with its report and path", function()
    local path = new_dump()
    local loaded = dumps.load(path, { index = true })
    local opened = dumps.load(path)
    assert.equal(path, opened.file)
    assert.same(loaded.report, opened.report)
    assert.equal(tostring(loaded:summarize()), tostring(opened:summarize()))
    assert.equal("key", opened[30].value)
    assert.same({ 30, 99 }, opened[40].children)
  end)

  it("is rebuilt, with a note, when the dump has changed", function()
    local path = new_dump()
    load_aloud(path, "{ index = true }")
    local file <close> = assert(io.open(path, "a"))
    file:write '{"address": 50, "type": "int", "size": 1, "refs": []}\n'
    file:close()
    local out, err = load_aloud(path, "{ collapse = false }")
    assert.equal("5\t281\n", out)
    assert.matches("%.dryad is of another dump, or of this one before it changed; it is not used", err)
    out, err = load_aloud(path)
    assert.equal("4\t281\n", out)
    assert.matches("%.dryad is of another dump, or of this one before it changed; it was rebuilt", err)
    assert.matches("^opened the index", select(2, load_aloud(path)))
  end)

  it("is of another dump when the time differs by a nanosecond", function()
    local path = new_dump()
    local function touch(time)
      assert(os.execute(("touch -d '2026-11-30 12:00:00.%s' %s"):format(time, path)))
    end
    touch "000000001"
    load_aloud(path, "{ index = true }")
    assert.matches("^opened the index", select(2, load_aloud(path)))
    touch "000000002"
    assert.matches("before it changed; it was rebuilt", select(2, load_aloud(path)))
  end)

  it("is used only if it belongs to the dump's owner, oneself or root", function()
    if not program.is_root() then
      pending "only root can give files away"
    end
    local path = new_dump()
    local function give(name, user)
      assert(os.execute(("chown %d %s"):format(user, name)))
    end
    load_aloud(path, "{ index = true }")
    assert.matches("^opened the index", select(2, load_aloud(path)))
    give(path .. ".dryad", 4242)
    local out, err = load_aloud(path)
    assert.equal("3\t280\n", out)
    assert.matches("^loaded line 4.*%.dryad: belongs to another user, who does not own the dump; it is not used", err)
    assert.matches("^loaded line 4.*; no index was written: .*: belongs to another user, and is not replaced\n$",
      select(2, load_aloud(path, "{ index = true }")))
    give(path, 4242)
    assert.matches("^opened the index", select(2, load_aloud(path)))
    give(path, 4243)
    assert.matches("who does not own the dump", select(2, load_aloud(path)))
  end)

  it("is not used through a link in a folder that others can write", function()
    local path, elsewhere = new_dump(), new_dump()
    dumps.load(path, { index = true })
    assert(os.rename(path .. ".dryad", elsewhere .. ".dryad"))
    assert(os.execute(("ln -s %s.dryad %s.dryad"):format(elsewhere, path)))
    local out, err = load_aloud(path)
    assert.equal("3\t280\n", out)
    assert.matches("%.dryad: is a symbolic link in a folder that others can write; [^\n]*; it is not used\n$", err)
  end)

  it("does not replace its dump, even with force", function()
    local folder = program.folder()
    local path = folder .. "/app.dump"
    local file <close> = assert(io.open(path, "w"))
    file:write(LINES)
    file:close()
    for _, link in ipairs { "ln -s", "ln" } do
      assert(os.execute(("%s %s %s.dryad"):format(link, path, path)))
      local _, err, status = program.run { "index", "--force", path }
      assert.equal(2, status)
      assert.matches("app%.dump[.%a]*: would overwrite its own input, [^\n]*app%.dump; write to another file\n$", err)
      assert.equal(LINES, program.read_file(path))
      os.remove(path .. ".dryad")
    end
  end)

  it("is used only with the options that it was made with", function()
    local path = new_dump()
    dumps.load(path, { index = true })
    assert.equal(4, #dumps.load(path, { collapse = false }))
    assert.matches("is of a collapsed heap; it is not used", select(2, load_aloud(path, "{ collapse = false }")))
    assert.matches("another option `python`", select(2, load_aloud(path, "{ python = 2 }")))
    assert.matches("^opened", select(2, load_aloud(path, "{ python = 3 }")))
    assert.matches("^opened", select(2, load_aloud(path, "{ strict = true }")))
  end)

  it("can be loaded by its own name", function()
    local path = new_dump()
    local heap = dumps.load(path)
    heap:save(path .. ".dryad")
    os.remove(path)
    local opened = dumps.load(path .. ".dryad")
    assert.equal(path .. ".dryad", opened.file)
    assert.equal(3, #opened)
    assert.matches("was collapsed when it was loaded",
      dumps.message(dumps.load, path .. ".dryad", { collapse = false }))
  end)

  it("saves a changed heap as it is, and then does not stand for the dump", function()
    local path = new_dump()
    local heap = dumps.load(path)
    heap:remove_references(heap:get_all "list", heap:get_all "str")
    heap:save(path .. ".dryad")
    assert.same({ 99 }, dumps.load(path .. ".dryad")[40].children)
    assert.same({ 30, 99 }, dumps.load(path)[40].children)
    assert.matches("is of a heap that was changed after loading", select(2, load_aloud(path)))
  end)

  it("opens a heap that can be changed like any other", function()
    local path = new_dump()
    dumps.load(path, { collapse = false }):save(path .. ".dryad")
    local opened = dumps.load(path .. ".dryad")
    assert.equal(1, opened:collapse_instance_dicts())
    assert.equal(3, #opened)
    opened:sql "delete from obj where address = 40"
    assert.is_nil(opened[40])
    opened:undo()
    opened:undo()
    assert.equal(4, #opened)
    assert.same({ 30, 40 }, opened[20].children)
  end)

  it("keeps dominators that were computed", function()
    local path = new_dump()
    local heap = dumps.load(path)
    assert.equal(280, heap[10].retained_size)
    heap:save(path .. ".dryad")
    assert.equal(280, dumps.load(path)[10].retained_size)
    assert.equal(10, dumps.load(path)[40].dominator.address)
  end)

  it("raises an error for damage wherever it is read", function()
    local path = new_dump()
    local file = path .. ".dryad"
    dumps.load(path):save(file)
    local whole = program.read_file(file)
    local raised = 0
    for place = 16384, #whole - 1, 7 do
      if whole:byte(place + 1) ~= 0 then
        change_byte(file, place)
        local heap
        local ok, message = pcall(function()
          heap = dumps.load(file)
          for o in heap:objects() do
            assert(o.size and #o.c and #o.p and tostring(o) and o:to_json())
          end
          assert(heap:sql "select count(*), sum(size), max(value), max(type), max(len) from obj")
          assert(retained_tree.new(heap) and retained_groups.of(heap) and class_shares.of(heap) and dryad.waste(heap))
          return tostring(heap:summarize()) .. #heap:roots()
        end)
        if not ok then
          assert.matches("the index is damaged: block 0 of its [%a ']+: its checksum is wrong", message)
          assert.has_error(function()
            return heap[10].size -- also what was read well before, and nil where it could not be opened
          end)
          raised = raised + 1
        end
        if heap then
          heap:close()
        end
        local out <close> = assert(io.open(file, "wb"))
        out:write(whole)
      end
    end
    assert.is_true(raised > 5)
  end)

  it("raises an error for damage in SQL too", function()
    local path = new_dump()
    local file = path .. ".dryad"
    local heap = dumps.load(path)
    heap:save(file)
    local whole = program.read_file(file)
    local at = whole:find(("<I4I4I4"):pack(100 + 50, 60, 70), 1, true)
    change_byte(file, at - 1)
    local message = dumps.message(function()
      return dumps.load(file):sql "select sum(size) from obj"
    end)
    assert.matches("block 0 of its sizes: its checksum is wrong", message)
  end)

  it("that is damaged is not converted", function()
    local path, out = new_dump(), program.file("as it was", ".dump")
    local file = path .. ".dryad"
    dumps.load(path, { collapse = false }):save(file)
    change_byte(file, program.read_file(file):find(("<I4I4I4I4"):pack(100, 50, 60, 70), 1, true) - 1)
    local _, err, status = program.run { "convert", "--force", file, out }
    assert.equal(2, status)
    assert.matches("block 0 of its sizes: its checksum is wrong", err)
    assert.equal("as it was", program.read_file(out))
  end)

  describe("that turns out damaged where it is read", function()
    local DATA = 20480 -- where the blocks begin

    --- Damages every block, but for the head, in place: the file stays open in this process.
    local function damage(file)
      local text = program.read_file(file)
      local out <close> = assert(io.open(file, "r+b"))
      for place = DATA, #text - 1, 4096 do
        out:seek("set", place)
        out:write(string.char(text:byte(place + 1) ~ 0x55))
      end
    end

    -- Far more text than is read ahead.
    local long = {}
    for i = 1, 20000 do
      long[i] = ('{"address": %d, "type": "bytes", "size": 250, "value": "%06d%s", "refs": []}'):format(1000 + i, i,
        ("x"):rep(200))
    end
    long = LINES .. table.concat(long, "\n") .. "\n"

    --- A heap opened from an index whose values are not read yet, when it is damaged. `change` is called before.
    local function damaged_heap(change)
      local path = program.file(long, ".dump")
      made[#made + 1] = path .. ".dryad"
      dumps.load(path, { index = true }):close()
      local heap = dumps.load(path)
      local object, list = heap[40], heap:get_all "str"
      if change then
        change(heap)
      end
      damage(path .. ".dryad")
      assert.matches("the index is damaged", dumps.message(function()
        return #heap:sql "select max(value) from obj"
      end))
      return path, heap, object, list
    end

    it("is replaced by the dump, and the heap and its objects stay valid", function()
      local path, heap, object, list = damaged_heap()
      assert.has_error(function() return object.size end)
      assert.equal(1, #index.find_damaged())
      assert.same({ ("%s.dryad is damaged; it was rebuilt\n%s was loaded instead: ask again"):format(path, path) },
        index.recover())
      assert.same({}, index.recover())
      assert.same({ 20003, 280 + 20000 * 250, path }, { #heap, heap.total_size, heap.file })
      assert.same({ "list", 70, { 30, 99 } }, { object.type, object.size, object.children })
      assert.equal(object, heap[40])
      assert.equal("key", heap:sql("select max(value) from obj")[1][1])
      assert.equal("key", heap[30].value)
      assert.equal(20001, #heap:roots())
      -- A list made before either has its objects or says that it cannot be trusted.
      local good, first = pcall(function() return list[1].address end)
      assert.is_true(good and first == 30 or tostring(first):find "the index is damaged" ~= nil)
      assert.equal(20003, #dumps.load(path))
    end)

    it("is not replaced by a dump that changed, nor for a heap that did", function()
      local path = damaged_heap()
      local file <close> = assert(io.open(path, "a"))
      file:write '{"address": 50, "type": "int", "size": 1, "refs": []}\n'
      file:close()
      assert.same({ path .. " changed since its index was opened: load it again" }, index.recover())
      path = damaged_heap(function(heap)
        heap:set_roots { heap[40] }
      end)
      assert.same({ path .. ": the heap has changes, which are lost: load it again" }, index.recover())
      assert.equal(20001, #dumps.load(path):roots())
    end)

    it("makes a command read the dump", function()
      local path = new_dump()
      dumps.load(path, { index = true }):close()
      local out = program.run { "sql", "--csv", path, "select value from obj where value is not null" }
      damage(path .. ".dryad")
      local again, err, status = program.run { "sql", "--csv", path, "select value from obj where value is not null" }
      assert.same({ out, 0 }, { again, status })
      assert.matches("%.dryad is damaged; it was rebuilt\n", err)
      assert.matches("^opened the index", select(2, load_aloud(path)))
    end)

    it("makes the prompt read the dump, and say so", function()
      local path = program.file(long, ".dump")
      made[#made + 1] = path .. ".dryad"
      dumps.load(path, { index = true }):close()
      -- The damage comes when the index is open.
      local damaging = ("dd if=/dev/urandom of=%s.dryad bs=4096 seek=%d count=1000 conv=notrunc 2>&1"):format(path,
        DATA // 4096)
      local out, err = program.run({ "-i", path }, { input = table.concat({
        "o = heap[40]", ("io.popen(%q):read 'a'"):format(damaging),
        "=heap:sql 'select max(value) from obj'",
        "=heap:sql('select max(value) from obj')[1][1]", "=o.size",
      }, "\n") .. "\n" })
      assert.matches("error: .*the index is damaged: .*%.dryad is damaged; it was rebuilt\n[^\n]*%.dump was loaded "
        .. "instead: ask again\n$", err)
      assert.matches('\n"key"\n70\n$', out)
    end)
  end)

  it("refuses a file that is not an index, or a truncated one", function()
    local path = new_dump()
    local file = path .. ".dryad"
    dumps.load(path):save(file)
    local whole = program.read_file(file)
    local function write(text)
      local out <close> = assert(io.open(file, "wb"))
      out:write(text)
    end
    write(LINES)
    assert.matches("not an index of Dryad", dumps.message(dumps.load, file))
    write(whole:sub(1, -4097))
    assert.matches("the index is damaged: it has %d+ bytes, not %d+", dumps.message(dumps.load, file))
    write(whole:sub(1, 12) .. "\99" .. whole:sub(14))
    assert.matches("an index of another version of Dryad", dumps.message(dumps.load, file))
    assert.equal(3, #dumps.load(path, { index = false }))
    assert.matches("another version of Dryad .*; it was rebuilt", select(2, load_aloud(path)))
    assert.matches("^opened", select(2, load_aloud(path)))
    write "what is no index is not overwritten unasked"
    assert.matches("not an index of Dryad; it is not used", select(2, load_aloud(path)))
    write(whole)
    os.rename(file, path)
    assert.matches("starts like an index of Dryad, whose name has to end in .dryad", dumps.message(dumps.load, path))
  end)

  it("replaces only an index of the same dump without force", function()
    local path, other = new_dump(), program.file(LINES .. "\n", ".dump")
    local file = program.name(".dryad")
    local heap = dumps.load(path)
    heap:save(file)
    heap:save(file)
    dumps.load(file):save(file)
    assert.matches(": exists already; { force = true } replaces it$",
      dumps.message(function()
        dumps.load(other):save(file)
      end))
    dumps.load(other):save(file, { force = true })
    assert.equal(3, #dumps.load(file))
    assert.matches("options", dumps.message(heap.save, heap, file, true))
  end)

  it("does not replace another file", function()
    local path = new_dump()
    local file = path .. ".dryad"
    local out <close> = assert(io.open(file, "wb"))
    out:write "notes"
    out:close()
    local _, err, status = program.run { "index", path }
    assert.equal(2, status)
    assert.matches("%.dryad: exists already; %-%-force replaces it\n$", err)
    assert.is_nil(err:find "loaded line") -- it is told before the work
    assert.matches("exists already; heap:save%(PATH, { force = true }%) replaces it",
      select(2, load_aloud(path, "{ index = true }")))
    assert.equal("notes", program.read_file(file))
    assert.equal(0, select(3, program.run { "index", "--force", path }))
    assert.equal(3, #dumps.load(file))
  end)

  it("leaves no partial file after an interrupt", function()
    local path = new_dump()
    local heap = dumps.load(path)
    local message = dumps.message(core.write_index, heap, core.sink(path .. ".dryad"), {}, function()
      return false
    end)
    assert.matches("interrupted", message)
    assert.is_nil(core.file_facts(path .. ".dryad"))
  end)

  it("needs a name with its extension", function()
    local heap = dumps.load(new_dump())
    assert.matches("the name of an index must end in .dryad", dumps.message(heap.save, heap, "x.dump"))
    assert.matches("index = true needs a dump in a regular file",
      dumps.message(dumps.load, { LINES }, { index = true }))
  end)

  it("is written automatically after long loading, at the prompt", function()
    local path = new_dump()
    index.patience = -1
    local _, notes = require("dryad.heap.load").read(path, { progress = false })
    index.patience = nil
    assert.matches("wrote the index", notes)
    assert.matches("^opened", select(2, load_aloud(path)))
  end)

  it("that was requested but cannot be written is reported in a note", function()
    local path = new_dump()
    os.execute(("mkdir %s.dryad"):format(path))
    local out, err = load_aloud(path, "{ index = true }")
    os.execute(("rmdir %s.dryad"):format(path))
    assert.equal("3\t280\n", out)
    assert.matches("no index was written: [^:]+%.dryad: is a directory", err)
  end)

  it("is private whatever the dump is", function()
    local path = new_dump()
    os.execute("chmod 644 " .. path)
    dumps.load(path, { index = true })
    local process <close> = io.popen(("stat -c %%a %s.dryad"):format(path))
    assert.equal("600\n", process:read "a")
  end)

  it("is not mentioned if it was not requested and the folder is another user's", function()
    local path = new_dump()
    os.execute(("mkdir %s.dryad"):format(path))
    index.patience = -1
    local heap, notes = require("dryad.heap.load").read(path, { progress = false })
    index.patience = nil
    os.execute(("rmdir %s.dryad"):format(path))
    assert.equal(3, #heap)
    assert.matches("^[^\n]*it is not used$", notes)
  end)

  it("is made by dryad index", function()
    local path = new_dump()
    local out, err, status = program.run { "index", "--dominators", path }
    assert.equal(0, status)
    assert.matches("%.dump%.dryad: 3 objects, .* on disk\n$", out)
    assert.matches("loaded line 4", err)
    out, err = program.run { "summary", path }
    assert.matches("Total 3 objects", out)
    assert.matches("^opened the index", err)
    assert.equal(0, select(3, program.run { "index", "--threads", "1", "--spill", "/tmp", path }))
    assert.equal(2, select(3, program.run { "index", "--threads", "0", path }))
    assert.equal(2, select(3, program.run { "index" }))
    assert.equal(2, select(3, program.run { "index", path .. ".not" }))
  end)

  it("is made only from a dump in a regular file", function()
    local path = new_dump()
    local _, err, status = program.run({ "index", "-" }, { input = LINES })
    assert.equal(2, status)
    assert.matches("%-: cannot index a pipe; save the dump to a file first", err)
    local pipe = program.name ".pipe"
    os.execute("mkfifo " .. pipe)
    local refusals = {
      [pipe] = "cannot index a pipe; save the dump to a file first",
      ["/tmp"] = "is a directory",
      ["/dev/null"] = "is not a regular file",
    }
    for name, why in pairs(refusals) do
      _, err, status = program.run { "index", name }
      assert.same({ 2, "dryad: " .. name .. ": " .. why .. "\n" }, { status, err })
    end
    dumps.load(path, { index = true })
    _, err, status = program.run { "index", path .. ".dryad" }
    assert.equal(2, status)
    assert.matches("%.dryad: is an index already", err)
  end)

  it("is not written to a FIFO, which would wait for a reader", function()
    local path = new_dump()
    os.execute("mkfifo " .. path .. ".dryad")
    local _, err, status = program.run({ "10", program.path, "index", path }, { path = "timeout" })
    assert.equal(2, status)
    assert.matches("%.dump%.dryad: is not a regular file", err)
    local out
    out, _, status = program.run({ "10", program.path, "summary", path }, { path = "timeout" })
    assert.equal(0, status)
    assert.matches("Total 3 objects", out) -- the dict is folded into the module
  end)

  it("has no records", function()
    assert.matches("records: an index has no records, use its dump", dumps.message(dryad.records, "x.dryad"))
  end)
end)
