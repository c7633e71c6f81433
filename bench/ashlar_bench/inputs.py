"""Inputs of the real programs, made here and the same on every machine: text, JSON, XML, SQL, source
code, images. Every generator draws from a random stream of its own name, so that adding one does not
change another."""

import itertools
import json
import random
from pathlib import Path

# Inputs are kept between runs; a change of any generator must raise this number.
EDITION = 1

_SYLLABLES = "ka lo mi ne ra su te vo ber dan fel gor hil jun pak quo ri sto tran wex".split()


def _words(rng, count):
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(count)]


def text(rng, path, lines=30_000):
    """Lines of words, some common and most rare, as in a log or a book."""
    vocabulary = _words(rng, 20_000)
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(vocabulary))))
    with path.open("w") as out:
        for number in range(lines):
            words = rng.choices(vocabulary, cum_weights=weights, k=rng.randint(4, 14))
            out.write(f"{rng.randrange(10**9):09d} {number % 97} {' '.join(words)}\n")


def _record(rng, words, number):
    return {
        "id": number,
        "name": " ".join(rng.choices(words, k=2)),
        "active": rng.random() < 0.5,
        "score": round(rng.gauss(50, 20), 3),
        "tags": rng.choices(words, k=rng.randint(0, 6)),
        "address": {"street": rng.choice(words), "number": rng.randrange(200), "zip": None},
        "history": [{"at": rng.randrange(10**9), "event": rng.choice(words)}
                    for _ in range(rng.randint(0, 5))],
    }


def records(rng, path, count=12_000):
    """One JSON document: a list of records with nested lists and objects."""
    words = _words(rng, 3_000)
    with path.open("w") as out:
        out.write("[\n")
        out.write(",\n".join(json.dumps(_record(rng, words, n)) for n in range(count)))
        out.write("\n]\n")


def catalogue(rng, path, items=12_000):
    """An XML document for a style sheet to turn into HTML."""
    words = _words(rng, 2_000)
    with path.open("w") as out:
        out.write("<?xml version='1.0'?>\n<catalogue>\n")
        for number in range(items):
            out.write(f"<item id='i{number}' group='g{rng.randrange(40)}'>"
                      f"<name>{' '.join(rng.choices(words, k=3))}</name>"
                      f"<price>{rng.randrange(1, 100_000) / 100}</price>")
            for _ in range(rng.randint(0, 4)):
                out.write(f"<note by='{rng.choice(words)}'>"
                          f"{' '.join(rng.choices(words, k=rng.randint(2, 12)))}</note>")
            out.write("</item>\n")
        out.write("</catalogue>\n")


def style_sheet(_rng, path):
    path.write_text("""<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
<xsl:output method='html'/>
<xsl:key name='by-group' match='item' use='@group'/>
<xsl:template match='/catalogue'><html><body>
<xsl:for-each select="item[generate-id() = generate-id(key('by-group', @group)[1])]">
<xsl:sort select='@group'/>
<h2><xsl:value-of select='@group'/>: <xsl:value-of select="sum(key('by-group', @group)/price)"/></h2>
<table><xsl:for-each select="key('by-group', @group)"><xsl:sort select='price' data-type='number'/>
<tr><td><xsl:value-of select='name'/></td><td><xsl:value-of select="translate(name, 'aeiou', 'AEIOU')"/>
</td><td><xsl:apply-templates select='note'/></td></tr></xsl:for-each></table>
</xsl:for-each></body></html></xsl:template>
<xsl:template match='note'><i><xsl:value-of select="concat(@by, ': ', normalize-space(.))"/></i>
</xsl:template>
</xsl:stylesheet>
""")


def sql(rng, path, rows=25_000):
    """Tables, indices, joins and updates for an in-memory database."""
    words = _words(rng, 2_000)
    with path.open("w") as out:
        out.write("PRAGMA journal_mode=MEMORY;\nBEGIN;\n"
                  "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, town TEXT, age INT);\n"
                  "CREATE TABLE visit(person INT, at INT, note TEXT);\n")
        for number in range(rows):
            out.write(f"INSERT INTO person VALUES({number},'{rng.choice(words)}',"
                      f"'{rng.choice(words)}',{rng.randrange(100)});\n")
            out.write(f"INSERT INTO visit VALUES({rng.randrange(rows)},{rng.randrange(10**6)},"
                      f"'{' '.join(rng.choices(words, k=5))}');\n")
        out.write("""CREATE INDEX by_town ON person(town, age);
CREATE INDEX by_person ON visit(person);
COMMIT;
SELECT town, count(*), avg(age), group_concat(note, ';') FROM person JOIN visit ON person.id = person
  GROUP BY town ORDER BY 2 DESC, 1 LIMIT 20;
SELECT p.name, q.name FROM person p JOIN person q ON p.town = q.town AND p.age = q.age
  WHERE p.id < q.id ORDER BY p.name, q.name, p.id, q.id LIMIT 50;
UPDATE person SET name = upper(name) || '-' || age WHERE age % 3 = 0;
DELETE FROM visit WHERE at % 5 = 0;
SELECT count(DISTINCT note), max(length(note)) FROM visit;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  SELECT sum(length(printf('%d-%s', i, hex(i)))) FROM n;
""")


def c_source(rng, path, functions=350):
    """One C file: structures, switches and loops as a generator of parsers writes them."""
    with path.open("w") as out:
        out.write("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n")
        for number in range(functions):
            fields = rng.randint(3, 9)
            out.write(f"struct s{number} {{ " + " ".join(
                f"{rng.choice(['int', 'long', 'char *', 'double'])} f{i};" for i in range(fields))
                + f" struct s{max(0, number - 1)} *up; }};\n")
            out.write(f"static long fn{number}(struct s{number} *s, const char *text, long n) {{\n"
                      f"  long total = n; char buffer[{rng.choice([32, 64, 128])}];\n"
                      "  for (long i = 0; i < n; i++) {\n    switch (text[i]) {\n")
            for case in rng.sample("abcdefghijklmnop", rng.randint(4, 10)):
                out.write(f"      case '{case}': total = total * {rng.randrange(3, 99)} + "
                          f"(long)s->f{rng.randrange(fields)} % {rng.randrange(2, 50)}; break;\n"
                          .replace("(long)s->f", "(long)(size_t)&s->f"))
            out.write("      default: snprintf(buffer, sizeof buffer, \"%ld %s\", total, text); "
                      "total ^= (long)strlen(buffer);\n    }\n  }\n")
            if number:
                out.write(f"  if (s->up && n > {rng.randrange(100)}) "
                          f"total += fn{number - 1}(s->up, text, n / 2);\n")
            out.write("  return total;\n}\n")
        out.write(f"long entry(void *p, const char *t) {{ return fn{functions - 1}(p, t, 9); }}\n")


def cpp_source(rng, path, types=2):
    """A C++ file whose weight is in the standard headers and in templates."""
    with path.open("w") as out:
        for header in ("algorithm", "functional", "iostream", "map", "memory", "optional",
                       "set", "sstream", "string", "tuple", "unordered_map", "variant", "vector"):
            out.write(f"#include <{header}>\n")
        for number in range(types):
            out.write(f"""
struct T{number} {{
    std::string name; std::vector<std::optional<double>> values; std::tuple<int, long, std::string> t;
    bool operator<(const T{number}& o) const {{ return name < o.name; }}
}};
std::string work{number}(const std::vector<T{number}>& all) {{
    std::map<std::string, std::set<T{number}>> groups;
    std::unordered_map<long, std::unique_ptr<T{number}>> owned;
    for (const auto& x : all) {{
        groups[x.name].insert(x);
        owned[std::get<1>(x.t)] = std::make_unique<T{number}>(x);
    }}
    std::ostringstream out;
    std::variant<int, std::string, T{number}> v = {rng.randrange(1000)};
    std::visit([&](const auto& x) {{ out << sizeof x; }}, v);
    for (auto& [key, set] : groups) out << key << set.size() << owned.size();
    std::function<std::string()> later = [text = out.str()] {{ return text; }};
    return later();
}}
""")


def hardware(rng, path, modules=2):
    """A hardware design for the synthesiser: adders, muxes and state machines."""
    with path.open("w") as out:
        for number in range(modules):
            width = rng.choice([8, 12, 16])
            out.write(f"module m{number}(input clk, input [{width - 1}:0] a, b, "
                      f"output reg [{width - 1}:0] y);\n  reg [3:0] state = 0;\n"
                      "  always @(posedge clk) begin\n    case (state)\n")
            for state in range(12):
                operation = rng.choice(["a + b", "a - b", "a ^ b", "(a << 1) | b", "a & ~b",
                                        "(a > b) ? a : b", "y + a", "{b, a} >> 3"])
                out.write(f"      {state}: begin y <= {operation}; "
                          f"state <= (a[{state % width}]) ? {rng.randrange(12)} : {rng.randrange(12)};"
                          " end\n")
            out.write("      default: state <= 0;\n    endcase\n  end\nendmodule\n")
        out.write("module top(input clk, input [15:0] a, b, output [15:0] y);\n")
        for number in range(modules):
            out.write(f"  wire [15:0] w{number};\n  m{number} u{number}(clk, "
                      f"a ^ {f'w{number - 1}' if number else 'b'}, b, w{number});\n")
        out.write(f"  assign y = w{modules - 1};\nendmodule\n")


def formulas(rng, path, variables=20, clauses=110):
    """A satisfiability problem with integers and arrays, for a theorem prover."""
    with path.open("w") as out:
        out.write("(set-option :smt.random_seed 1)\n(declare-const m (Array Int Int))\n")
        for number in range(variables):
            out.write(f"(declare-const x{number} Int)\n(assert (and (>= x{number} 0) "
                      f"(<= x{number} 50)))\n")
        for _ in range(clauses):
            a, b, c = (f"x{i}" for i in rng.sample(range(variables), 3))
            k = rng.randrange(60)
            out.write(rng.choice([
                f"(assert (or (< (+ {a} {b}) (+ {c} {k})) (= (select m {a}) {b})))\n",
                f"(assert (or (not (= {a} {b})) (> (+ {b} {c}) {k % 40})))\n",
                f"(assert (=> (< {a} {k}) (or (= (mod {b} 7) {k % 7}) (< {c} {a}))))\n",
                f"(assert (or (= (select (store m {a} {b}) {c}) {k}) (<= {a} {b})))\n"]))
        out.write("(check-sat)\n")


def drawing(rng, path, pages=10):
    """PostScript: text in several fonts, paths, gradients and clipping."""
    words = _words(rng, 500)
    with path.open("w") as out:
        out.write("%!PS\n")
        for _ in range(pages):
            for font in ("Times-Roman", "Helvetica-Bold", "Courier"):
                out.write(f"/{font} findfont {rng.randint(7, 14)} scalefont setfont\n")
                for _ in range(40):
                    out.write(f"{rng.randrange(500)} {rng.randrange(780)} moveto "
                              f"({' '.join(rng.choices(words, k=6))}) show\n")
            for _ in range(250):
                points = [rng.randrange(600) for _ in range(8)]
                out.write(f"gsave {rng.random():.2f} {rng.random():.2f} {rng.random():.2f} setrgbcolor "
                          f"newpath {points[0]} {points[1]} moveto {points[2]} {points[3]} "
                          f"{points[4]} {points[5]} {points[6]} {points[7]} curveto "
                          f"{rng.choice(['fill', 'closepath stroke', 'clip newpath 0 0 300 300 rectfill'])}"
                          " grestore\n")
            out.write("showpage\n")


def manuscript(rng, path, sections=160):
    """A long document for the typesetter: headings, paragraphs, lists, tables."""
    words = _words(rng, 4_000)
    with path.open("w") as out:
        out.write(".TL\nA document\n.AU\nThe bench\n")
        for number in range(sections):
            out.write(f".NH {1 + number % 3}\n{' '.join(rng.choices(words, k=4))}\n")
            for _ in range(6):
                out.write(f".PP\n{' '.join(rng.choices(words, k=rng.randint(40, 160)))}\n")
            for _ in range(4):
                out.write(f".IP \\(bu 2\n{' '.join(rng.choices(words, k=15))}\n")
            out.write(".TS\nbox tab(;);\nl n n.\n" + "".join(
                f"{rng.choice(words)};{rng.randrange(999)};{rng.random():.3f}\n"
                for _ in range(12)) + ".TE\n")


def graph(rng, path, nodes=260):
    """A directed graph to lay out."""
    with path.open("w") as out:
        out.write("digraph g {\n")
        for node in range(1, nodes):
            for target in {rng.randrange(max(0, node - 25), node) for _ in range(rng.randint(1, 2))}:
                out.write(f"  n{target} -> n{node} [label=\"{rng.randrange(100)}\"];\n")
        out.write("}\n")


def picture(rng, path, width=1000, height=750):
    """A picture in the plainest format: smooth areas with noise."""
    rows = []
    for y in range(height):
        noise = rng.randbytes(width)
        rows.append(bytes((x * 255 // width + (noise[x] & 15)) & 255 if channel == 0 else
                          (y * 255 // height + (noise[x] >> 4)) & 255 if channel == 1 else noise[x] & 63
                          for x in range(width) for channel in range(3)))
    path.write_bytes(b"P6 %d %d 255\n" % (width, height) + b"".join(rows))


def history(rng, path, commits=400, files=120):
    """A version history as a stream that git imports."""
    words = _words(rng, 2_000)
    contents = {}
    with path.open("w") as out:
        for commit in range(commits):
            message = " ".join(rng.choices(words, k=6))
            out.write(f"commit refs/heads/main\ncommitter A <a@example.org> {10**9 + commit * 60} "
                      f"+0000\ndata {len(message)}\n{message}\n")
            for _ in range(rng.randint(1, 6)):
                name = f"d{rng.randrange(8)}/f{rng.randrange(files)}.txt"
                lines = contents.setdefault(name, [])
                for _ in range(rng.randint(1, 30)):
                    lines.insert(rng.randint(0, len(lines)), " ".join(rng.choices(words, k=8)))
                body = "\n".join(lines) + "\n"
                out.write(f"M 644 inline {name}\ndata {len(body)}\n{body}\n")
            out.write("\n")


GENERATORS = {
    "text.txt": text,
    "records.json": records,
    "catalogue.xml": catalogue,
    "catalogue.xsl": style_sheet,
    "tables.sql": sql,
    "parser.c": c_source,
    "headers.cpp": cpp_source,
    "design.v": hardware,
    "formulas.smt2": formulas,
    "drawing.ps": drawing,
    "manuscript.ms": manuscript,
    "graph.dot": graph,
    "picture.ppm": picture,
    "history.fi": history,
}


def make(folder: Path, names) -> Path:
    """Makes the named inputs that are not there yet; returns the folder that holds them."""
    folder = folder / f"edition-{EDITION}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = folder / name
        if path.exists():
            continue
        part = path.with_name(path.name + ".part")
        GENERATORS[name](random.Random(name), part)
        part.rename(path)
    return folder
