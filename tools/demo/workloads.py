"""The programs that the demo runs, and the inputs it makes for them.

Each workload is an ordinary use of an ordinary program. Inputs come from a generator with a fixed
seed, so that every machine runs the same work; what a program prints or writes is its output and
must be the same whatever malloc it ran on.
"""

import dataclasses
import functools
import pathlib
import random
import subprocess
import textwrap
from collections.abc import Callable

# Debian's own; another python3 first on the PATH may be built differently.
PYTHON = "/usr/bin/python3"


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    does: str
    needs: tuple[str, ...]  # programs to be found on the PATH
    prepare: Callable[[pathlib.Path], None]  # writes inputs into the folder
    # The command line, run in that folder. `run` is what puts a program on the malloc at trial.
    command: Callable[[list[str]], list[str]]
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    produces: str | None = None  # a file that belongs to the output
    brings_own_malloc: bool = False  # it must be put on the system's malloc, too


def plain(*words):
    """A command that is simply run."""
    return lambda run: [*run, *words]


def script(name, text):
    """A prepare step that writes one file."""
    body = textwrap.dedent(text).lstrip()
    return lambda folder: (folder / name).write_text(body, encoding="utf-8") and None


def both(*steps):
    def prepare(folder):
        for step in steps:
            step(folder)

    return prepare


@functools.cache
def words(count):
    """`count` words, a few of them common and most of them rare, as in a language."""
    random_source = random.Random(20240229)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    vocabulary = [
        "".join(random_source.choices(letters, range(26, 0, -1), k=random_source.randint(2, 12)))
        for _ in range(60_000)
    ]
    ranks = [1 / (rank + 3) for rank in range(len(vocabulary))]
    return random_source.choices(vocabulary, ranks, k=count)


def text_file(lines, per_line):
    def prepare(folder):
        pool = words(200_000)
        random_source = random.Random(3)
        starts = [random_source.randrange(len(pool) - per_line) for _ in range(lines)]
        with open(folder / "words.txt", "w", encoding="ascii") as file:
            file.writelines(" ".join(pool[start : start + per_line]) + "\n" for start in starts)

    return prepare


PERL = r"""
    use strict;
    my (%count, %lines, %after);
    open my $in, '<', 'words.txt' or die;
    while (my $line = <$in>) {
        my $last = '';
        for my $word (split ' ', $line) {
            $count{$word}++;
            push @{$lines{$word}}, $. if length $word > 5;
            $after{$last}{$word}++;
            $last = $word;
        }
    }
    for my $word (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count) {
        my $places = join ',', @{$lines{$word} || []};
        my $next = (sort { $after{$word}{$b} <=> $after{$word}{$a} || $a cmp $b }
                    keys %{$after{$word} || {}})[0] // '';
        print "$word $count{$word} $next ", length $places, "\n";
    }
"""

PYTHON_SCRIPT = r"""
    import collections, json, re
    people = [
        {"id": i, "name": f"name-{i * 7919 % 10007}", "tags": [f"t{j}" for j in range(i % 9)],
         "place": {"x": i % 360 / 3, "y": i % 180 / 7}, "note": "lorem " * (i % 13)}
        for i in range(30_000)
    ]
    text = json.dumps(people)
    again = json.loads(text)
    groups = collections.defaultdict(list)
    for person in again:
        groups[person["name"]].append(person)
    words = collections.Counter(re.findall(r"[a-z]+-?\d*", text))
    print(len(text), len(groups), words.most_common(20))
    for name in sorted(groups)[:2000]:
        print(name, sum(p["place"]["x"] for p in groups[name]), sorted(p["id"] for p in groups[name]))
"""

SQLITE = r"""
    PRAGMA temp_store = memory;
    CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, product TEXT, price REAL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
    INSERT INTO orders SELECT i, (i * 7919) % 5003, 'product-' || (i * 104729) % 997, (i % 1000) / 8.0 FROM n;
    CREATE INDEX by_customer ON orders(customer, price);
    CREATE TABLE customers AS SELECT DISTINCT customer AS id, 'name-' || customer AS name FROM orders;
    SELECT name, count(*), sum(price), group_concat(DISTINCT product) FROM orders
        JOIN customers ON customers.id = orders.customer GROUP BY name ORDER BY 3 DESC, 1 LIMIT 400;
    UPDATE orders SET product = upper(product) || '-' || customer WHERE id % 3 = 0;
    DELETE FROM orders WHERE id % 5 = 0;
    SELECT product, count(*), max(price) FROM orders GROUP BY product ORDER BY 2 DESC, 1 LIMIT 400;
"""

CXX = r"""
    #include <algorithm>
    #include <functional>
    #include <iostream>
    #include <map>
    #include <memory>
    #include <numeric>
    #include <optional>
    #include <regex>
    #include <sstream>
    #include <string>
    #include <unordered_map>
    #include <variant>
    #include <vector>

    struct Leaf { int value; };
    struct Node;
    using Tree = std::variant<Leaf, std::unique_ptr<Node>>;
    struct Node { Tree left, right; };

    int sum(const Tree& tree) {
        return std::visit([](const auto& t) {
            if constexpr (std::is_same_v<std::decay_t<decltype(t)>, Leaf>) return t.value;
            else return sum(t->left) + sum(t->right);
        }, tree);
    }

    std::map<std::string, std::vector<int>> index(const std::vector<std::string>& lines) {
        std::map<std::string, std::vector<int>> found;
        for (int number = 0; const auto& line : lines) {
            std::istringstream stream(line);
            ++number;
            for (std::string word; stream >> word;) found[word].push_back(number);
        }
        return found;
    }

    int even_squares(const std::vector<int>& v) {
        return std::accumulate(v.begin(), v.end(), 0, [](int total, int x) {
            return x % 2 == 0 ? total + x * x : total;
        });
    }
"""

LUA = r"""
    local function tree(depth)
        if depth == 0 then return {} end
        return {tree(depth - 1), tree(depth - 1)}
    end
    local function count(t)
        if not t[1] then return 1 end
        return 1 + count(t[1]) + count(t[2])
    end
    local kept = tree(15)
    for depth = 4, 14, 2 do
        local nodes, rounds = 0, 2 ^ (15 - depth)
        for _ = 1, rounds do nodes = nodes + count(tree(depth)) end
        print(depth, rounds, nodes)
    end
    local parts = {}
    for i = 1, 150000 do parts[#parts + 1] = ("%d:%s"):format(i, ("x"):rep(i % 40)) end
    print(#table.concat(parts, ","), count(kept))
"""

RUBY = r"""
    words = File.read("words.txt").split
    counts = words.tally
    by_length = counts.keys.group_by(&:length).transform_values { |list| list.sort.first(50) }
    pairs = words.each_cons(2).map { |a, b| a + " " + b }.tally
    puts counts.sort_by { |word, n| [-n, word] }.first(500).map { |pair| pair.join(" ") }
    puts pairs.sort_by { |pair, n| [-n, pair] }.first(500).map { |pair| pair.join(" ") }
    puts by_length.sort.inspect
"""

NODE = r"""
    const rows = [];
    for (let i = 0; i < 80000; i++)
        rows.push({id: i, key: `k${(i * 7919) % 10007}`, list: Array.from({length: i % 8}, (_, j) => i + j)});
    const again = JSON.parse(JSON.stringify(rows));
    const groups = new Map();
    for (const row of again) groups.set(row.key, [...(groups.get(row.key) ?? []), row.id]);
    const buffers = again.slice(0, 30000).map(row => Buffer.from(JSON.stringify(row)));
    const hash = require('crypto').createHash('sha256');
    for (const buffer of buffers) hash.update(buffer);
    console.log(groups.size, Buffer.concat(buffers).length, hash.digest('hex'));
    console.log([...groups].sort().slice(0, 500).map(group => group.join(' ')).join('\n'));
"""

POSTSCRIPT = r"""%!
    /square { 0 0 moveto 40 0 lineto 40 40 lineto 0 40 lineto closepath } def
    1 1 4 {
        /page exch def
        0 1 700 {
            /i exch def
            gsave
            i 37 mod 16 mul i 53 mod 15 mul translate
            i page mul rotate
            i 97 mod 97 div i 61 mod 61 div page 4 div setrgbcolor
            square i 2 mod 0 eq { fill } { 2 setlinewidth stroke } ifelse
            /Helvetica findfont i 11 mod 6 add scalefont setfont
            4 4 moveto (stone ) show i 10 string cvs show
            grestore
        } for
        showpage
    } for
"""

REDIS = r"""
    #!/bin/sh
    # Usage: redis.sh RUN...; RUN is what puts the server on the malloc at trial.
    set -eu
    socket=$PWD/redis.sock
    cli() { redis-cli -s "$socket" "$@"; }
    "$@" redis-server --port 0 --unixsocket "$socket" --save "" --appendonly no \
        --enable-debug-command yes --loglevel warning >server.log 2>&1 &
    tries=0
    until cli ping >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || { cat server.log >&2; exit 1; }
        sleep 0.01
    done
    cli --pipe <commands.resp >pipe.log || { cat pipe.log server.log >&2; exit 1; }
    cli debug digest
    cli dbsize
    cli shutdown nosave
    wait $!
"""


def redis_commands(folder):
    """Strings, hashes, lists and sorted sets that grow, are overwritten and deleted."""
    random_source = random.Random(7)
    with open(folder / "commands.resp", "wb") as file:
        for i in range(160_000):
            key = random_source.randrange(30_000)
            kind = random_source.randrange(10)
            size = random_source.choice((8, 20, 60, 200, 900))
            if kind < 4:
                command = ["SET", f"string:{key}", "v" * size]
            elif kind < 6:
                command = ["HSET", f"hash:{key % 3000}", f"field:{i % 200}", "h" * size]
            elif kind < 7:
                command = ["RPUSH", f"list:{key % 500}", "l" * size]
            elif kind < 8:
                command = ["ZADD", f"set:{key % 100}", str(i % 1000), f"member:{key}"]
            elif kind < 9:
                command = ["APPEND", f"string:{key}", "a" * (size // 4)]
            else:
                command = ["DEL", f"string:{key}"]
            file.write(b"*%d\r\n" % len(command))
            for word in command:
                file.write(b"$%d\r\n%s\r\n" % (len(word), word.encode()))


def git_history(folder):
    """A repository of 150 files and 250 commits, made by git from one stream."""
    random_source = random.Random(11)
    vocabulary = words(5000)
    files = {
        f"dir{i % 12}/file{i}.txt": [" ".join(random_source.choices(vocabulary, k=8)) for _ in range(120)]
        for i in range(150)
    }
    stream = []
    for number in range(250):
        stream.append("commit refs/heads/main\n")
        stream.append(f"committer Mason <mason@example.org> {1_700_000_000 + number * 3600} +0000\n")
        message = f"Change {number}\n"
        stream.append(f"data {len(message)}\n{message}")
        for path in random_source.sample(sorted(files), 150 if number == 0 else 12):
            lines = files[path]
            for _ in range(6):
                lines[random_source.randrange(len(lines))] = " ".join(random_source.choices(vocabulary, k=8))
            body = "\n".join(lines) + "\n"
            stream.append(f"M 100644 inline {path}\ndata {len(body)}\n{body}\n")
    subprocess.run(["git", "init", "-q", "--initial-branch=main", "repository"], cwd=folder, check=True)
    subprocess.run(
        ["git", "-C", "repository", "fast-import", "--quiet"],
        cwd=folder, check=True, input="".join(stream).encode(),
    )


GIT_ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_PAGER": "cat"}

WORKLOADS = [
    Workload(
        "perl", "indexes 240,000 words", ("perl",),
        both(text_file(20_000, 12), script("index.pl", PERL)),
        plain("perl", "index.pl"), {"PERL_HASH_SEED": "0"},
    ),
    Workload(
        "python3", "writes, parses and groups JSON", (PYTHON,),
        script("group.py", PYTHON_SCRIPT),
        plain(PYTHON, "group.py"), {"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"},
    ),
    Workload(
        "sqlite3", "joins and rewrites 150,000 rows", ("sqlite3",),
        script("orders.sql", SQLITE),
        plain("sqlite3", "-batch", ":memory:", ".read orders.sql"),
    ),
    Workload(
        "redis", "takes 160,000 commands", ("redis-server", "redis-cli"),
        both(redis_commands, script("redis.sh", REDIS)),
        lambda run: ["sh", "redis.sh", *run], brings_own_malloc=True,
    ),
    Workload(
        "g++", "compiles a file of many headers", ("g++",),
        script("trees.cpp", CXX),
        plain("g++", "-std=c++20", "-O1", "-c", "trees.cpp", "-o", "trees.o"), produces="trees.o",
    ),
    Workload(
        "clang++", "compiles the same file", ("clang++",),
        script("trees.cpp", CXX),
        plain("clang++", "-std=c++20", "-O1", "-c", "trees.cpp", "-o", "trees.o"), produces="trees.o",
    ),
    Workload(
        "git", "shows 250 commits as patches", ("git",),
        git_history,
        plain("git", "-C", "repository", "log", "-p", "--stat", "--find-renames"), GIT_ALONE,
    ),
    Workload(
        "sort", "sorts 600,000 lines", ("sort",),
        text_file(600_000, 6),
        plain("sort", "--parallel=2", "--key=2", "words.txt"), {"LC_ALL": "C"},
    ),
    Workload(
        "lua", "builds and drops binary trees", ("lua5.4",),
        script("trees.lua", LUA),
        plain("lua5.4", "trees.lua"),
    ),
    Workload(
        "ruby", "counts words and pairs", ("ruby",),
        both(text_file(10_000, 10), script("count.rb", RUBY)),
        plain("ruby", "count.rb"),
    ),
    Workload(
        "node", "parses and groups JSON", ("node",),
        script("group.js", NODE),
        plain("node", "group.js"),
    ),
    Workload(
        "gs", "draws four pages", ("gs",),
        script("pages.ps", POSTSCRIPT),
        plain("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=ppmraw", "-r72", "-o", "pages.ppm",
              "pages.ps"),
        produces="pages.ppm",
    ),
]
