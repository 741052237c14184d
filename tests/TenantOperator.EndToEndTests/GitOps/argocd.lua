-- Runs a script as Argo CD does, on the object that stands in the input as a Lua table, and prints what it returns as JSON.
-- Argo CD gives a script no more than the basic functions, those for tables, and os.time and os.date, which it must require. Here a name beyond these is an error.

local time_flags = { Y = true, m = true, d = true, H = true, M = true, S = true }

local gmatch = string.gmatch

local function date(format)
  for flag in gmatch(format, "%%(.)") do
    assert(time_flags[flag], "Argo CD may not know %" .. flag)
  end

  return os.date(format)
end

local environment = {
  assert = assert, error = error, ipairs = ipairs, next = next, pairs = pairs, pcall = pcall, rawequal = rawequal, rawget = rawget, rawset = rawset, select = select,
  tonumber = tonumber, tostring = tostring, type = type, unpack = unpack, table = table,
  require = function(name)
    assert(name == "os", "Argo CD has no module " .. name)
    return { time = os.time, date = date }
  end
}

local function encode(value)
  if type(value) == "table" then
    local parts = {}
    if next(value) == nil or value[1] ~= nil then
      for index, item in ipairs(value) do
        parts[index] = encode(item)
      end

      return "[" .. table.concat(parts, ",") .. "]"
    end

    for key, item in pairs(value) do
      assert(type(key) == "string", "neither a list nor a map")
      parts[#parts + 1] = encode(key) .. ":" .. encode(item)
    end

    return "{" .. table.concat(parts, ",") .. "}"
  end

  if type(value) == "string" then
    return '"' .. value:gsub('[%c"\\]', function(letter) return string.format("\\u%04x", letter:byte()) end) .. '"'
  end

  return type(value) == "number" and string.format("%.14g", value) or tostring(value)
end

environment.obj = assert(loadstring("return " .. io.read("*a")))()
setmetatable(environment, { __index = function(_, name) error("Argo CD has no " .. name, 2) end })

-- A method of a text would need the library of texts.
local methods = getmetatable("").__index
getmetatable("").__index = function(_, name) error("Argo CD has no string." .. name, 2) end
local script = setfenv(assert(loadfile(arg[1])), environment)
local result = script()
getmetatable("").__index = methods
assert(type(result) == "table", "a script must return a table")
io.write(encode(result))
