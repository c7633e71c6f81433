# Strings, arrays, hashes and symbols of a text.
lines = File.readlines(ARGV[0], chomp: true)
index = Hash.new { |hash, key| hash[key] = [] }
lines.each_with_index do |line, number|
  fields = line.split(" ")
  fields.drop(2).each { |word| index[word] << number if index[word].size < 40 }
end
built = lines.first(30_000).map { |line| line.split(" ").map(&:capitalize).reverse.join("_") }
groups = built.group_by { |text| text[0, 3] }
sorted = index.keys.sort_by { |word| [-index[word].size, word] }
puts sorted.first(10).inspect
puts groups.size, built.map(&:size).sum
