-- SPDX-License-Identifier: MIT
--- Functions, bound methods and calls to be made later, which keep variables, `self` and arguments.
-- @module dryad.analysis.mechanisms.callables

local format = require "dryad.text.format"
local kept = require "dryad.analysis.kept"
local naming = require "dryad.analysis.naming"
local words = require "dryad.analysis.mechanisms.words"

-- ---- closures -------------------------------------------------------------------------------------

--- The names of a function's free variables, in the order of its cells: they are the last of the local variables'
-- names, or up to 3.10 a tuple of their own, between those of the local variables and of the cells.
local function free_variables(f, count)
  local code, tuples, names = naming.field(f, ".__code__"), {}, nil
  for i = 1, code and #code or 0 do
    local label = code[i].type_str == "tuple" and code:label(i) or ""
    names = label == ".co_freevars" and code[i] or names
    tuples[#tuples + 1] = label:find "^%[ref" and code[i] or nil
  end
  names = names or tuples[#tuples >= 3 and 2 or 1]
  local found = {}
  for i = 1, names and #names >= count and count or 0 do
    local name = names[#names - count + i].value
    found[i] = type(name) == "string" and format.short(name) or nil
  end
  return found
end

local function of_cell(f, closure, cell, o, detail)
  local name
  for i = 1, #closure do
    if closure[i] == cell then
      name = free_variables(f, #closure)[i]
      break
    end
  end
  detail.keeper, detail.kept, detail.variable = f, o, name
  detail.function_name = naming.function_name(f) or "?"
  detail.key = detail.function_name .. "\0" .. (name or "")
  return detail
end

local function closure_on_way(trail, i)
  local f, closure, cell = trail[i], trail[i + 1], trail[i + 2]
  local is_closure = cell and trail.types[i] == "function" and trail.types[i + 2] == "cell"
  return is_closure and trail[i + 3] and of_cell(f, closure, cell, trail[i + 3], {}) or nil
end

local function is_content(label)
  return label == ".cell_contents" and label or nil
end

local function closure_of_member(o)
  local closure = o.type_str == "function" and naming.field(o, ".__closure__")
  if not closure or closure.type_str ~= "tuple" then
    return nil
  end
  local cells = closure.c:totable()
  local found = kept.heaviest(cells, { o, closure }, is_content)
  return found and of_cell(o, closure, found.holder, found.object, { own = true }) or nil
end

local function closure_text(found)
  local top = found.top
  return ("%svariable%s of %s %s%s"):format(top.own and "their closures: " or "",
    top.variable and (" `%s`"):format(top.variable) or "s",
    (found.is_single or top.own) and "function" or "functions", top.function_name, words.bytes(found))
end

-- ---- bound methods --------------------------------------------------------------------------------

local function of_method(method, owner, detail)
  local name, class = naming.function_name(method), naming.class(owner)
  detail.keeper, detail.kept = method, owner
  detail.method = name and (name:find(".", 1, true) and name or class:match "[^.]+$" .. "." .. name) or class
  detail.key = detail.method
  return detail
end

local function is_self(label)
  return (label == ".__self__" or label == ".im_self") and label or nil
end

local function method_on_way(trail, i)
  local is_hook = i == 1 or trail.types[i - 1] == "<thread>"
  local is_bound = not is_hook and trail[i + 1] and is_self(trail:label(i))
  return is_bound and of_method(trail[i], trail[i + 1], {}) or nil
end

local function method_of_member(o)
  local is_method = o.type_str == "method" or o.type_str == "instancemethod"
  local found = is_method and kept.heaviest({ o }, {}, is_self)
  return found and of_method(o, found.object, { own = true }) or nil
end

local function method_text(found)
  local top = found.top
  return ("%s%s `%s`"):format(top.own and "the objects that they are bound to: " or "",
    found.is_single and "the bound method" or "bound methods", top.method)
end

-- ---- arguments ------------------------------------------------------------------------------------

-- What keeps arguments of a call, and the function to call.
local ARGUMENTS = {
  [".args"] = { ".func", ".fn" }, [".kwargs"] = { ".func", ".fn" }, [".keywords"] = { ".func" },
  ["._args"] = { "._callback", "._target" }, ["._kwargs"] = { "._target" },
}

local function called(o, labels)
  for _, label in ipairs(labels) do
    local f = naming.field(o, label)
    if f and f.type_str ~= "NoneType" then
      return f
    end
  end
end

local function argument_on_way(trail, i)
  local holds = trail.types[i + 1]
  local labels = (holds == "tuple" or holds == "dict" or holds == "list") and trail[i + 2] and ARGUMENTS[trail:label(i)]
  local f = labels and called(trail[i], labels)
  local name = f and naming.function_name(f)
  return name and {
    keeper = trail[i], kept = trail[i + 2], function_name = name, type = trail.types[i], key = name,
  } or nil
end

--- A call of an executor from 3.14 on: a tuple of the function, its arguments and its keyword arguments.
local function task_on_way(trail, i)
  local call, holds = trail[i + 1], trail.types[i + 2]
  local is_call = trail[i + 3] and trail.types[i + 1] == "tuple" and (holds == "tuple" or holds == "dict")
  local name = is_call and call[1] and naming.function_name(call[1])
  return name and {
    keeper = trail[i], kept = trail[i + 3], function_name = name, type = trail.types[i], key = name,
  } or nil
end

local function argument_text(found)
  local top = found.top
  if top.type == "functools.partial" then
    return ("arguments of functools.partial(%s)"):format(top.function_name)
  end
  return ("arguments of calls to %s"):format(top.function_name)
end

local function record_on_way(trail, i)
  return trail[i + 2] and trail:label(i) == ".args" and { keeper = trail[i], kept = trail[i + 2], key = "" } or nil
end

local function default_on_way(trail, i)
  local label = trail:label(i)
  local is_default = (label == ".__defaults__" or label == ".__kwdefaults__") and trail[i + 2]
  local name = is_default and naming.function_name(trail[i])
  return name and { keeper = trail[i], kept = trail[i + 2], function_name = name, key = name } or nil
end

local function default_text(found)
  return ("default arguments of %s"):format(found.top.function_name)
end

return {
  { kind = "closure", role = "link", types = { "function" }, on_way = closure_on_way, of_member = closure_of_member,
    text = closure_text },
  { kind = "method", role = "link", types = { "method", "instancemethod" }, on_way = method_on_way,
    of_member = method_of_member, text = method_text },
  { kind = "argument", role = "link", label = ARGUMENTS, on_way = argument_on_way, text = argument_text },
  { kind = "argument", role = "link", label = ".task", on_way = task_on_way, text = argument_text },
  { kind = "log record", role = "link", types = { "LogRecord" }, on_way = record_on_way, text = function()
    return "arguments of log records"
  end },
  { kind = "default", role = "link", types = { "function" }, on_way = default_on_way, text = default_text },
}
