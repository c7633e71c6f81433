"""Everyday tools: large sorts, compressors, version control, page rendering, shells."""

import hashlib

from cases_languages import case
from runner import Failed, Missing


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest().encode() + b"\n"


def text_file(run, name="text", lines=200000):
    """Words in no order, the same each time."""
    path, state, out = run.folder / name, 12345, []
    for _ in range(lines):
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        out.append(f"{state >> 40:x} {'ab' * (state >> 60)} {state >> 33 & 1023}")
    path.write_text("\n".join(out) + "\n")
    return path


@case
def sort(run):
    text = text_file(run, lines=400000)
    program = run.find("sort")
    run(program, "--parallel=2", "-S", "20M", "-T", ".", "-o", "sorted", text.name)
    run(program, "-k3n", "-k1r", "-u", "-o", "unique", text.name)
    return (digest(run.folder / "sorted") + digest(run.folder / "unique")
            + run(program, "-m", "sorted", "sorted")[:2000])


@case
def xz(run):
    text = text_file(run)
    program = run.find("xz")
    run(program, "-k", "-T2", "-3", "--block-size=1MiB", text.name)
    packed = digest(run.folder / "text.xz")
    run(program, "-t", "text.xz")
    return packed + hashlib.sha256(run(program, "-dc", "text.xz")).hexdigest().encode()


@case
def zstd(run):
    text = text_file(run)
    program = run.find("zstd")
    run(program, "-q", "-T2", "-7", text.name)
    run(program, "-q", "--train", *["text"] * 2, "-B4096", "-o", "dictionary")
    run(program, "-q", "-D", "dictionary", "-o", "by_dictionary.zst", text.name)
    return (digest(run.folder / "text.zst") + digest(run.folder / "dictionary")
            + digest(run.folder / "by_dictionary.zst")
            + hashlib.sha256(run(program, "-dc", "text.zst")).hexdigest().encode())


@case
def git(run):
    program = run.find("git")
    fixed = {
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "C",
        "GIT_COMMITTER_EMAIL": "c@example.org", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
    lines = text_file(run, lines=3000).read_text().splitlines()
    out = run(program, "init", "-q", "-b", "main", "tree")
    tree = run.folder / "tree"

    def tell(*arguments, date=0):
        when = {"GIT_AUTHOR_DATE": f"{1700000000 + date} +0000",
                "GIT_COMMITTER_DATE": f"{1700000000 + date} +0000"}
        return run(program, *arguments, env={**fixed, **when}, cwd=tree)

    for commit in range(25):
        for name in range(12):
            body = lines[commit * 40:commit * 40 + 300 + name * 50]
            (tree / f"file{name}").write_text("\n".join(body[::-1] if name == commit else body))
        tell("add", "-A", date=commit)
        out += tell("commit", "-q", "-m", f"commit {commit}", date=commit)
        if commit == 10:
            tell("branch", "side")
    tell("checkout", "-q", "side")
    (tree / "other").write_text("another file\n")
    tell("add", "other")
    tell("commit", "-q", "-m", "on the side", date=99)
    out += tell("merge", "-q", "main", "-m", "together", date=100)
    tell("gc", "-q", "--aggressive")
    out += tell("fsck", "--full", "--no-progress")
    history = tell("log", "-p", "--stat", "--all")
    blame = tell("blame", "-p", "file3")
    grep = tell("grep", "-n", "-E", "ab+ 7[0-9]", "main")
    return out + b"".join(hashlib.sha256(each).hexdigest().encode() + b"\n"
                          for each in (history, blame, grep)) + tell("rev-parse", "HEAD")


@case
def ghostscript(run):
    program = run.find("gs")
    page = run.file("page.ps")
    quiet = ["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER"]
    out = run(program, *quiet, "-sDEVICE=ppmraw", "-r150", "-sOutputFile=page.ppm", page)
    run(program, *quiet, "-sDEVICE=pdfwrite", "-sOutputFile=page.pdf", page)
    again = run(program, *quiet, "-sDEVICE=pgmraw", "-r96", "-sOutputFile=again.pgm", "page.pdf")
    text = run(program, *quiet, "-sDEVICE=txtwrite", "-sOutputFile=-", "page.pdf")
    return out + again + digest(run.folder / "page.ppm") + digest(run.folder / "again.pgm") + text


@case
def awk(run):
    text = text_file(run)
    script = ('{ count[$3]++; sum += $3; if (length($0) > longest) longest = length($0); '
              'words[substr($1, 1, 4)] = words[substr($1, 1, 4)] $3 }'
              ' END { for (i = 0; i < 1024; i++) print i, count[i]; print sum, longest;'
              ' n = 0; for (w in words) n += length(words[w]); print n }')
    out = b""
    for name in ("mawk", "gawk"):
        out += run(run.find(name), script, text.name)
    return out


@case
def bash(run):
    return run(run.find("bash"), run.file("work.bash"))


@case
def coreutils(run):
    """Small tools in pipes: many short processes."""
    text_file(run, lines=60000)
    return run(run.find("sh"), "-c",
               "cut -d' ' -f1,3 text | tr a-f A-F | uniq -c | tac | sed 's/^ *//;s/A/__/g' |"
               " grep -E '_[0-9]+' | sort -k2 | join - /dev/null -v1 | head -n 20000 | tee copy |"
               " wc; md5sum copy; split -n 7 text part.; cat part.* | cmp - text;"
               " tar -cf - --mtime=@0 --owner=0 --group=0 --sort=name --mode=644 part.* | sha256sum;"
               " find . -name 'part.*' | xargs -n 2 ls | wc -l; diff -u text copy | wc -l;"
               " seq 1 3000 | xargs -n 100 expr 1 + 1 2>/dev/null | wc -l; seq 30 | factor; date -u -d @0")


@case
def rsvg(run):
    """Rust, cairo and pango: a drawing of many shapes and words."""
    shapes = [f'<circle cx="{i * 37 % 800}" cy="{i * 91 % 800}" r="{i % 40}" fill-opacity=".5" '
              f'fill="#{i * 7919 % (1 << 24):06x}"/><path d="M{i} 9q9 {i % 99} 9 {i % 77}t7 {i % 88}"/>'
              for i in range(1500)]
    (run.folder / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800">' + "".join(shapes) + "</svg>")
    out = run(run.find("rsvg-convert"), "-w", "700", "-o", "drawing.png", "drawing.svg")
    return out + digest(run.folder / "drawing.png")


@case
def gdb(run):
    """A debugger on the library, and of a program that has it."""
    debugger = run.find("gdb")
    traced = run(debugger, "-q", "-batch", "-nx", "-ex", "set startup-with-shell off",
                 "-ex", "break exit", "-ex", "run", "-ex", "kill", "/bin/true")
    if b"ptrace: Operation not permitted" in traced:
        raise Missing("the system does not permit gdb to trace programs")
    if b"Breakpoint 1, " not in traced:
        raise Failed(f"the program did not come to its breakpoint:\n{traced.decode()}")
    script = "print(len(gdb.execute('info functions a', to_string=True)))"
    return run(debugger, "-q", "-batch", "-nx", "-ex", f"python {script}", debugger)
