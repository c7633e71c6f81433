#!/bin/sh
# The one door to this repository: ./do help
set -eu
cd "$(dirname "$0")"

jobs=$(nproc 2>/dev/null || echo 2)
# Debian's own python3, whatever else is first on the PATH: the scripts use Debian's packages only.
python=/usr/bin/python3

say() { printf '%s\n' "$*"; }
die() {
    printf './do: %s\n' "$*" >&2
    exit 1
}

help() {
    cat <<'END'
usage: ./do COMMAND [ARGUMENT...]

  demo             real programs on the system's malloc, then on Ashlar, side by side
  test             every test, in the release build and under three sanitizers
  build [PRESET [TARGET...]]
                   release (default), debug, clang, asan, ubsan, tsan -> build/PRESET/
  bench [...]      timings and memory beside other allocators
  bench-kernel [...]
                   instructions of the kernel family beside Debian's kernel, in QEMU
  kernel           boots examples/kernel in QEMU, in this terminal (exit ends it)
  kernel test      boots it in every way that the tests know and reads the logs
  fuzz [...]       the model fuzzers, for longer than the tests run them
  lint             formatting, clang-tidy, shellcheck
  format           put every source into the project's format
  setup [LIST...]  install what tools/packages/LIST.txt names (every command does so for itself)
  clean            remove build/
END
}

# --- packages -------------------------------------------------------------------------------------

packages_of() {
    for list; do
        [ -f "tools/packages/$list.txt" ] || die "no list tools/packages/$list.txt"
        sed 's/#.*//' "tools/packages/$list.txt"
    done | tr -s ' \t' '\n' | sed '/^$/d' | sort -u
}

missing_of() {
    packages_of "$@" | while read -r package; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=none
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" \
        >"$log" 2>&1 </dev/null
}

# A server must not start only because its package was installed; policy-rc.d is Debian's way to
# say so.
policy=/usr/sbin/policy-rc.d
keep_servers_down() {
    [ ! -e $policy ] || return 0
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    trap 'as_root rm -f $policy' EXIT
    as_root chmod +x $policy
}

# setup LIST...: installs what is missing. Nothing works without build, test and lint; of the other
# lists, what this system's archive does not have is named and left out.
setup() {
    [ $# -gt 0 ] || set -- build test demo lint
    missing=$(missing_of "$@")
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null ||
        die "no apt-get on this system; install the equivalents of: $missing"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "installing needs root or sudo; or install by hand: $missing"
    log=$(mktemp)
    apt update || say "note: apt-get update failed: $(grep -m1 '^E:' "$log" || tail -n1 "$log")"
    wanted=
    for package in $missing; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            wanted="$wanted $package"
        elif packages_of build test lint | grep -qx "$package"; then
            die "apt-get knows no package $package, which the build needs"
        else
            say "skipped: $package, which this system's archive does not have"
        fi
    done
    [ -n "$wanted" ] || return 0
    say "installing:$wanted"
    keep_servers_down
    # Word splitting is meant: one word is one package.
    # shellcheck disable=SC2086
    apt install --no-install-recommends -y $wanted ||
        die "apt-get install failed: $(grep -m1 '^E:' "$log" || tail -n1 "$log") (log: $log)"
    rm -f "$log"
}

# --- building -------------------------------------------------------------------------------------

build() {
    preset=${1:-release}
    [ $# = 0 ] || shift
    setup build test
    [ "$preset" != clang ] || setup lint
    log=$PWD/build/$preset.log
    say "building $preset"
    mkdir -p build
    cmake --preset "$preset" >"$log" 2>&1 || {
        cat "$log" >&2
        die "configuring $preset failed"
    }
    cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"} >"$log" 2>&1 || {
        grep -v '^\[' "$log" | head -n 60 >&2
        die "building $preset failed (log: $log)"
    }
}

# --- testing --------------------------------------------------------------------------------------

attribute() { sed -n "/<testsuite /,/>/s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n1; }

# Runs one preset's tests and adds them to the totals.
run_tests() {
    preset=$1
    report=$PWD/build/$preset/tests.xml
    rm -f "$report"
    runner=
    # ThreadSanitizer wants the address layout it knows.
    fixed="setarch $(uname -m) --addr-no-randomize"
    [ "$preset" != tsan ] || ! $fixed true 2>/dev/null || runner=$fixed
    say "== $preset"
    $runner ctest --preset "$preset" -j "$jobs" --output-junit "$report" || broken=1
    [ -s "$report" ] || die "the tests of $preset left no report"
    total=$(attribute tests "$report")
    bad=$(attribute failures "$report")
    idle=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
    passed=$((passed + total - bad - idle))
    failed=$((failed + bad))
    skipped=$((skipped + idle))
}

run_all_tests() {
    passed=0 failed=0 skipped=0 broken=0
    setup build test demo
    [ ! -f tools/packages/programs.txt ] || setup programs
    [ ! -f tools/packages/kernel.txt ] || setup kernel
    for preset in release asan tsan; do
        build "$preset"
        run_tests "$preset"
    done
    # A runner that fails without naming a test has failed all the same.
    [ "$broken" = 0 ] || [ "$failed" != 0 ] || failed=1
    say "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

# --- bare metal -----------------------------------------------------------------------------------

# kernel [test [CASE...]]; any other words are the kernel's command line.
kernel() {
    if [ "${1:-}" = test ]; then
        shift
        build release ashlar_example_kernel minimal_kernel
        "$python" tests/metal/metal_test.py --build build/release --logs build/release/tests/metal/logs "$@"
        return
    fi
    build release ashlar_example_kernel
    status=0
    qemu-system-x86_64 -M q35 -m 1G -cpu max -accel tcg,thread=multi -smp 4 -nographic -no-reboot -nic none \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        -kernel build/release/examples/kernel/ashlar-kernel.elf -append "$*" || status=$?
    # What the debug-exit device makes of success.
    [ "$status" = 33 ] || die "the kernel ended with status $status"
}

# --- sources --------------------------------------------------------------------------------------

# The sources of a kind, as git knows them, one a line.
sources() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u; }
cxx_sources() { sources '*.h' '*.hpp' '*.c' '*.cpp'; }
shell_sources() { sources | while read -r file; do
    [ -f "$file" ] && head -n1 "$file" | grep -q '^#!/bin/sh' && say "$file"
done; }

lint() {
    setup build test lint
    wrong=0
    say "clang-format"
    cxx_sources | xargs clang-format --dry-run -Werror || wrong=1
    say "shellcheck"
    shell_sources | xargs shellcheck || wrong=1
    say "pyflakes"
    sources '*.py' | xargs "$python" -m pyflakes || wrong=1
    say "clang-tidy"
    # It needs the flags of a clang build, and that clang has no warning is a check of its own.
    build clang
    # What the build compiles on this machine; the rest has no flags to check it with.
    "$python" -c 'import json; [print(e["file"]) for e in json.load(open("build/clang/compile_commands.json"))]' |
        grep -v '\.S$' | sort -u | xargs -P "$jobs" -n 4 clang-tidy -p build/clang --quiet 2>/dev/null || wrong=1
    [ "$wrong" = 0 ] || die "lint found something"
}

# --- commands -------------------------------------------------------------------------------------

command=${1:-help}
[ $# = 0 ] || shift
case $command in
    help | -h | --help) help ;;
    setup) setup "$@" ;;
    build) build "$@" ;;
    test) run_all_tests ;;
    demo)
        setup build test demo
        build release
        "$python" tools/demo/demo.py --ashlar build/release/ashlar "$@"
        ;;
    bench)
        setup build bench
        build release libashlar.so bench/all
        bench/run "$@"
        ;;
    kernel)
        setup build test kernel
        kernel "$@"
        ;;
    bench-kernel)
        setup build bench-kernel
        build release
        "$python" bench/kernel/bench_kernel.py "$@"
        ;;
    fuzz)
        build release
        tests/fuzz/run "$@"
        ;;
    lint) lint ;;
    format)
        setup lint
        cxx_sources | xargs clang-format -i
        ;;
    clean) rm -rf build ;;
    *)
        help >&2
        die "unknown command '$command'"
        ;;
esac
