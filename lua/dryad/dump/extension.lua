--- The library that is loaded into a process: one for each version of CPython, built with Dryad, or on the spot.
-- @module dryad.dump.extension

local elf = require "dryad.dump.elf"
local target = require "dryad.dump.target"

local M = {}

local BUILD_TIME = 300 -- seconds

--- What is compiled, in the folder of the sources.
local SOURCES = {
  "core/siphash", "python/attach", "python/copy_memory", "python/dump", "python/fork", "python/kinds", "python/memory",
  "python/packer", "python/referents", "python/seen", "python/sink", "python/sizes", "python/state", "python/text",
  "python/versions", "python/walk",
}
local FLAGS = {
  "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-strict-aliasing", "-D_GNU_SOURCE",
  "-DDRYAD_SINK_PLAIN", "-Wl,--build-id", "-w",
}

local function exists(path)
  local file = io.open(path, "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

local function folder()
  return require("dryad.core").data_directory .. "/python"
end

local function file_name(minor)
  return ("dryad-attach-cpython-3%d.so"):format(minor)
end

--- Folders that may hold the headers of a Python, as seen from here: its own first.
local function include_folders(process)
  local name, all = ("python3.%d"):format(process.minor), {}
  local function add(prefix)
    all[#all + 1] = ("%s/include/%s"):format(prefix, name)
  end
  for _, path in ipairs { process.program.path, process.python.path } do
    local prefix = path:match("^(.*)/[^/]+/[^/]+$")
    if prefix then
      add(process.root .. prefix)
    end
  end
  add "/usr"
  add "/usr/local"
  local pyenv = (os.getenv("PYENV_ROOT") or (os.getenv("HOME") or "") .. "/.pyenv") .. "/versions"
  for _, version in ipairs(require("dryad.core").directory(pyenv) or {}) do
    if version:find(("^3%%.%d%%.%%d+$"):format(process.minor)) then
      add(pyenv .. "/" .. version)
    end
  end
  return all
end

local function find_headers(process)
  for _, include in ipairs(include_folders(process)) do
    if exists(include .. "/Python.h") and exists(include .. "/internal/pycore_object.h") then
      return include
    end
  end
  return nil
end

local function cache_folder()
  local home = os.getenv("HOME")
  return (os.getenv("XDG_CACHE_HOME") or (home and home .. "/.cache") or "/var/tmp") .. "/dryad"
end

local function run(words)
  local process = require("dryad.process")
  local child, message = process.start(words)
  if not child then
    return nil, message
  end
  local output, deadline = "", require("dryad.core").clock() + BUILD_TIME
  while true do
    process.wait(1, child:output())
    local text = child:output():read()
    if not text then
      break
    elseif require("dryad.core").clock() > deadline then
      child:signal "KILL"
    end
    output = output .. text
  end
  return child:wait() == 0, output
end

--- The first lines of what a program said.
local function beginning(output)
  local lines = {}
  for line in output:gmatch "[^\n]+" do
    lines[#lines + 1] = "\n  " .. line
  end
  return table.concat(lines, "", 1, math.min(#lines, 5))
end

--- What tells one built from other sources or headers.
local function fingerprint(source, include)
  local core, all = require("dryad.core"), 0
  local paths = { include .. "/patchlevel.h", source .. "/core/siphash.c" }
  for _, name in ipairs(core.directory(source .. "/python") or {}) do
    paths[#paths + 1] = source .. "/python/" .. name
  end
  for _, path in ipairs(paths) do
    local facts = core.file_facts(path)
    all = all ~ (facts and facts.hash and tonumber(facts.hash, 16) or 0)
  end
  return ("%016x"):format(all)
end

--- Compiles the library for a process's Python, unless that was done before; its path, or nil, what is missing, and
-- what was said of it.
local function build(process)
  local include = find_headers(process)
  if not include then
    return nil, ("no headers of Python 3.%d are here either (Python.h)"):format(process.minor)
  end
  local source = folder() .. "/source"
  if not exists(source .. "/python/attach.c") then
    return nil, "the sources of Dryad's library are not installed"
  end
  local made = cache_folder() .. "/" .. fingerprint(source, include)
  local path = ("%s/%s"):format(made, file_name(process.minor))
  if exists(path) then
    return path
  end
  io.stderr:write(("dryad: building the library for Python 3.%d, once (%s)\n"):format(process.minor, made))
  local can_write, why = run { "mkdir", "-p", made }
  if not can_write then
    return nil, "one cannot be built, as there is no place for it", beginning(why or "")
  end
  local temporary = ("%s.%d"):format(path, math.random(1 << 40))
  local words = { os.getenv("CC") or "cc" }
  table.move(FLAGS, 1, #FLAGS, #words + 1, words)
  local first = source .. "/python/older_libc.h"
  -- Debian's headers have a part in the folder beside.
  table.move({ "-include", first, "-isystem", include, "-isystem", include .. "/internal", "-idirafter",
    include .. "/.." }, 1, 8, #words + 1, words)
  for _, name in ipairs(SOURCES) do
    words[#words + 1] = ("%s/%s.c"):format(source, name)
  end
  table.move({ "-o", temporary, "-lpthread" }, 1, 3, #words + 1, words)
  local good, output = run(words)
  if good == nil then
    return nil, "no compiler is here either (cc: apt-get install gcc libc6-dev)"
  elseif not good or not os.rename(temporary, path) then
    os.remove(temporary)
    return nil, "building one failed", beginning(output)
  end
  return path
end

--- The library for a process; it is built where there is none yet and it can be. Raises a sentence otherwise.
-- @tparam table process as @{dryad.dump.target.look} gives it
-- @treturn string its path
-- @treturn string its build id
-- @usage local path, id = extension.find(target.look(1234))
function M.find(process)
  local path, message, details = ("%s/%s"):format(folder(), file_name(process.minor)), nil, nil
  if process.machine ~= M.machine() then
    target.refuse("process %d is a program for %s, and this Dryad is not", process.pid, process.machine)
  end
  if not exists(path) then
    path, message, details = build(process)
  end
  if not path then
    target.refuse("process %d runs Python 3.%d, for which this Dryad was not built, and %s. Install the headers"
      .. " (on Debian: python3.%d-dev) and a C compiler, or build Dryad where they are (cmake -DPYTHON=...)%s",
      process.pid, process.minor, message, process.minor, details or "")
  end
  local library <close> = assert(elf.open(path))
  return path, library:build_id() or ""
end

--- What this program itself is built for.
-- @treturn string
function M.machine()
  local own <close> = assert(elf.open "/proc/self/exe")
  return own.machine == 183 and "aarch64" or "x86-64"
end

return M
