"""Interpreters and virtual machines, each with a script that works its memory hard."""


def case(function):
    function.is_case = True
    return function


@case
def perl(run):
    return run(run.find("perl"), run.file("work.pl"), env={"PERL_HASH_SEED": "0"})


@case
def python(run):
    # By default Python cuts small objects from arenas of its own; this way each is a malloc.
    return run("/usr/bin/python3", run.file("work.py"),
               env={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"})


@case
def ruby(run):
    return run(run.find("ruby"), run.file("work.rb"))


@case
def lua(run):
    return run(run.find("lua5.4", "lua5.3", "lua"), run.file("work.lua"))


@case
def node(run):
    return run(run.find("node", "nodejs"), run.file("work.js"))


@case
def java(run):
    javac, virtual_machine = run.find("javac"), run.find("java")
    source = run.file("Work.java")
    options = ["-Xmx512m", "-Xshare:auto"]
    return (run(javac, "-J-Xmx512m", "-d", ".", source)
            + run(virtual_machine, *options, "-cp", ".", "Work"))


@case
def php(run):
    """Without its own arenas; each array, string and token is a malloc."""
    script = ("$a = []; for ($i = 0; $i < 150000; $i++) $a[\"k$i\"] = [$i, str_repeat('x', $i % 50)];"
              " ksort($a); $j = json_encode($a); echo strlen($j), ' ', md5(serialize($a)), ' ',"
              " preg_match_all('/x{7,}/', $j), ' ', count(json_decode($j, true)), PHP_EOL;")
    return run(run.find("php"), "-n", "-d", "memory_limit=-1", "-r", script,
               env={"USE_ZEND_ALLOC": "0"})


@case
def erlang(run):
    """Thousands of processes on a few threads, tables that all of them fill."""
    script = ("T = ets:new(t, [public]), P = self(),"
              " [spawn(fun() -> ets:insert(T, [{{N, I}, integer_to_binary(I * N)}"
              " || I <- lists:seq(1, 100)]), P ! done end) || N <- lists:seq(1, 2000)],"
              " [receive done -> ok end || _ <- lists:seq(1, 2000)],"
              " L = lists:sort(ets:tab2list(T)), B = term_to_binary(L),"
              " io:format(\"~p ~p ~p~n\", [length(L), erlang:phash2(L), erlang:md5(zlib:compress(B))]),"
              " halt().")
    return run(run.find("erl"), "-noshell", "-eval", script)
