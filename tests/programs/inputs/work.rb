# Strings, hashes, symbols, threads, fibers, regular expressions, garbage collection under load.
require 'digest'
require 'json'
require 'set'
require 'zlib'

random = Random.new(5)
words = Hash.new { |hash, key| hash[key] = [] }
120_000.times do |i|
  word = Array.new(1 + random.rand(10)) { (97 + random.rand(26)).chr }.join
  words[word[0, 2]] << "#{word}#{i}"
end
text = words.sort.map { |key, values| "#{key}: #{values.sort.join(' ')}" }.join("\n")
puts "#{words.size} #{text.size} #{Digest::MD5.hexdigest(text)}"
puts Digest::MD5.hexdigest(text.gsub(/([aeiou])(\w+)/) { "#{$2}#{$1}" })
documents = Array.new(8000) { |i| { id: i, name: "n#{i}", list: Array.new(i % 9) { random.rand } } }
json = JSON.generate(documents)
puts JSON.parse(json).size, Digest::MD5.hexdigest(json)
puts Digest::MD5.hexdigest(Zlib::Inflate.inflate(Zlib::Deflate.deflate(json)))
threads = Array.new(8) { |n| Thread.new { (1..3000).map { |i| 'x' * (i * n % 97) }.join.size } }
puts threads.map(&:value).inspect
fibers = Array.new(500) { |n| Fiber.new { s = 'f' * n; Fiber.yield s.size; s << 'g'; s.size } }
puts fibers.sum { |fiber| fiber.resume + fiber.resume }
GC.start
GC.compact if GC.respond_to?(:compact) && GC.method(:compact).arity <= 0 rescue puts('no compaction')
puts (2**40_000).to_s.size, Set.new((1..50_000).map { |i| i * i % 7919 }).size
pid = fork { exit!(words.values.flatten.size == 120_000 ? 7 : 1) }
Process.wait(pid)
puts "child #{$?.exitstatus} #{`echo from a child`}"
