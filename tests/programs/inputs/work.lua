-- Tables, strings, closures and coroutines; Lua asks its allocator for every size through realloc.
local state = 42
local function number(below)
  state = (state * 1103515245 + 12345) % 2147483648
  return state % below
end

local words, keys = {}, {}
for i = 1, 150000 do
  local letters = {}
  for j = 1, 1 + number(9) do letters[j] = string.char(97 + number(26)) end
  local word = table.concat(letters)
  local key = word:sub(1, 2)
  if not words[key] then
    words[key] = {}
    keys[#keys + 1] = key
  end
  table.insert(words[key], word .. i)
end
table.sort(keys)
local parts = {}
for _, key in ipairs(keys) do
  table.sort(words[key])
  parts[#parts + 1] = key .. ":" .. table.concat(words[key], " ")
end
local text = table.concat(parts, "\n")
local function sum(s)
  local a, b = 1, 0
  for i = 1, #s, 3 do
    a = (a + s:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end
print(#keys, #text, sum(text))
local changed, count = text:gsub("([aeiou])(%a+)", "%2%1")
print(count, sum(changed))
local growing = ""
for i = 1, 6000 do growing = growing .. i end
print(#growing, sum(growing))
local coroutines = {}
for i = 1, 3000 do
  coroutines[i] = coroutine.wrap(function()
    local list = {}
    for j = 1, i % 60 do
      list[j] = ("x"):rep(j)
      coroutine.yield(#list[j])
    end
    return -1
  end)
end
local total = 0
for round = 1, 20 do
  for i = round, #coroutines do
    if round <= i % 60 then total = total + coroutines[i]() end
  end
  coroutines[round] = function() return 0 end
  collectgarbage(round % 2 == 0 and "collect" or "step")
end
print(total)
for i = 1, 40 do
  local big = {}
  for j = 1, i * 2500 do big[j] = j end
  total = total + #big
end
print(total, collectgarbage("count") > 0)
