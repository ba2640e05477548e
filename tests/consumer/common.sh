# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of the examples share: a directory of their own, which they are in, and the functions below. `prefix` is
# set.
: "${prefix:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name weft.pc)")
export PKG_CONFIG_PATH

# fail TEXT [FILE...]
fail() {
    echo "$1"
    shift
    [ $# -eq 0 ] || cat "$@"
    exit 1
}

# build_example pkg-config|cmake PROGRAM SOURCE COMPILER [FLAG...]: by the command that the source's first comment gives,
# or by its CMake project.
build_example() {
    how=$1 program=$2 source=$3
    shift 3
    if [ "$how" = pkg-config ]; then
        command=$(sed -nE 's/^ \* {5}(cc|c\+\+) (.*)/\2/p' "$source")
        [ -n "$command" ] || fail "$source does not say how it is built"
        eval "\"\$@\" $command" > log 2>&1 || fail "not built: $command" log
    else
        compiler=$1
        shift
        cmake -S . -B build -D CMAKE_BUILD_TYPE=Debug -D CMAKE_PREFIX_PATH="$prefix" -D CMAKE_C_COMPILER="$compiler" \
            -D CMAKE_C_FLAGS="$*" > log 2>&1 || fail "cannot be configured" log
        cmake --build build > log 2>&1 || fail "not built" log
        cp "build/$program" .
    fi
}

# command_result BACKEND METHOD: what the installed command says of the scenario, into result and trace.
command_result() {
    "$prefix/bin/weft" run "$prefix/share/weft/scenarios/small.ini" --backend "$1" --method "$2" --quiet --json result \
        --trace trace > log 2>&1 || fail "weft run --backend $1 --method $2 failed" log
}

# total NAME: of the totals in result.
total() {
    sed -nE "s/^ *\"$1\" : ([0-9]+),?\$/\1/p" result | head -n 1
}

# same_arrivals FILE: its lines PACKET,DEVICE_IN_PS are those of all packets that trace says are delivered.
same_arrivals() {
    awk -F, '$10 == "delivered" { print $1 "," $9 }' trace | sort > expected
    [ -s expected ] || fail "nothing was delivered"
    sort "$1" | diff expected - > differ || fail "packets come at other instants than with the command (<)" differ
}
