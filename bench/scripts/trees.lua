-- Binary trees, string tables and closures.
local function grow(depth)
  if depth == 0 then return {} end
  return { grow(depth - 1), grow(depth - 1) }
end

local function count(tree)
  if not tree[1] then return 1 end
  return 1 + count(tree[1]) + count(tree[2])
end

local elder, total = grow(15), 0
for _ = 1, 25 do total = total + count(grow(13)) end

local words, lines = {}, {}
for line in io.lines(arg[1]) do
  for word in line:gmatch("%a+") do words[word] = (words[word] or 0) + 1 end
  lines[#lines + 1] = line:upper():sub(1, 40)
end
table.sort(lines)
local distinct = 0
for _ in pairs(words) do distinct = distinct + 1 end
print(total, count(elder), distinct, #lines, #table.concat(lines, "\n"))
