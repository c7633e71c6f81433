"""The real programs: what Debian ships, on inputs that the bench made. Allocators that a program would
use instead of malloc (python's, php's) are switched off where it has a switch."""

from ashlar_bench import services
from ashlar_bench.workloads import Workload

_MALLOC = {"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "1"}
_POSTGRES = services.Postgres()


def _program(name, line, inputs="", **more):
    return Workload(name, "programs", tuple(line) if isinstance(line, (list, tuple)) else
                    tuple(line.split()), inputs=tuple(inputs.split()), **more)


PROGRAM_WORKLOADS = [
    _program("gcc", "gcc -O1 -c {inputs}/parser.c -o out.o", "parser.c", files=("{fresh}/out.o",)),
    _program("g++", "g++ -std=c++17 -O0 -c {inputs}/headers.cpp -o out.o", "headers.cpp",
             files=("{fresh}/out.o",)),
    _program("clang++", "clang++ -std=c++17 -O0 -c {inputs}/headers.cpp -o out.o", "headers.cpp",
             files=("{fresh}/out.o",)),
    _program("perl-words", "perl {scripts}/words.pl {inputs}/text.txt", "text.txt",
             environment={"PERL_HASH_SEED": "1"}),
    _program("python-json", "/usr/bin/python3 {scripts}/records.py {inputs}/records.json",
             "records.json", environment=_MALLOC),
    _program("python-objects", "/usr/bin/python3 {scripts}/objects.py", environment=_MALLOC),
    _program("python-numpy", "/usr/bin/python3 {scripts}/arrays.py",
             environment=dict(_MALLOC, OPENBLAS_NUM_THREADS="1")),
    _program("ruby-objects", "ruby {scripts}/objects.rb {inputs}/text.txt", "text.txt"),
    _program("lua-trees", "lua5.4 {scripts}/trees.lua {inputs}/text.txt", "text.txt"),
    _program("php-records", "php -n {scripts}/records.php {inputs}/records.json", "records.json",
             environment={"USE_ZEND_ALLOC": "0"}),
    _program("node-buffers", "/usr/bin/node {scripts}/buffers.js {inputs}/records.json",
             "records.json"),
    _program("gawk-words", "gawk -f {scripts}/words.awk {inputs}/text.txt", "text.txt"),
    _program("sqlite-memory", "sqlite3 :memory:", "tables.sql", stdin="{inputs}/tables.sql"),
    _program("xsltproc", "xsltproc {inputs}/catalogue.xsl {inputs}/catalogue.xml",
             "catalogue.xsl catalogue.xml"),
    _program("jq", ("jq", "-c", "[.[] | {name, n: (.history | length), tags: (.tags | sort | "
                                "join(\"-\"))}] | group_by(.n) | map([.[0].name, length])",
                    "{inputs}/records.json"), "records.json"),
    _program("ghostscript", "gs -q -dNOPAUSE -dBATCH -sDEVICE=ppmraw -r72 -sOutputFile=- "
                            "{inputs}/drawing.ps", "drawing.ps"),
    _program("mupdf", "mutool draw -q -r 60 -F ppm -o - {fresh}/drawing.pdf", "drawing.ps",
             prepare=("gs -q -dNOPAUSE -dBATCH -sDEVICE=pdfwrite -sOutputFile={fresh}/drawing.pdf "
                      "{inputs}/drawing.ps",)),
    _program("groff", "groff -t -ms -Tutf8 {inputs}/manuscript.ms", "manuscript.ms"),
    _program("graphviz", "dot -Tplain {inputs}/graph.dot", "graph.dot"),
    _program("graphicsmagick", "gm convert {inputs}/picture.ppm -resize 70% -blur 0x1 -rotate 12 "
                               "{fresh}/out.ppm", "picture.ppm", files=("{fresh}/out.ppm",),
             environment={"OMP_NUM_THREADS": "1"}),
    _program("sort", "sort --parallel=2 -S 64M -k3 {inputs}/text.txt", "text.txt",
             environment={"LC_ALL": "C.UTF-8"}),
    _program("git-import", "git -C {fresh} fast-import --quiet", "history.fi",
             stdin="{inputs}/history.fi", prepare=("git init -q {fresh}",)),
    _program("git-repack", "git -C {fresh} repack -q -adf --threads=1", "history.fi",
             prepare=("git init -q {fresh}",
                      "sh -c 'git -C {fresh} fast-import --quiet < {inputs}/history.fi'")),
    _program("zstd", "zstd -q -c -9 {inputs}/records.json", "records.json"),
    _program("z3", "z3 {inputs}/formulas.smt2", "formulas.smt2"),
    _program("yosys", ("yosys", "-q", "-p", "read_verilog {inputs}/design.v; synth -top top; "
                       "write_blif {fresh}/out.blif"), "design.v", files=("{fresh}/out.blif",)),
    _program("redis", ("redis-server", "--port", "0", "--unixsocket", "{fresh}/socket", "--save", "",
                       "--appendonly", "no", "--io-threads", "1"),
             service=services.Redis(), compare=False),
    _program("postgres", _POSTGRES.command(), service=_POSTGRES, compare=False),
]
