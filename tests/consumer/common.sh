# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of the examples share: a directory of their own, which they are in, and the functions below. `prefix` is
# set.
: "${prefix:?}"
here=$(cd "$(dirname "$0")" && pwd)
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

# configure_and_build DIRECTORY COMPILER [FLAG...]: a CMake project, into build.
configure_and_build() {
    project=$1 compiler=$2
    shift 2
    cmake -S "$project" -B build -D CMAKE_BUILD_TYPE=Debug -D CMAKE_PREFIX_PATH="$prefix" \
        -D "CMAKE_${language}_COMPILER=$compiler" -D "CMAKE_${language}_FLAGS=$*" > log 2>&1 || fail "cannot be configured" log
    cmake --build build --parallel 2 > log 2>&1 || fail "not built" log
}

# build_example pkg-config|cmake COMPILER [FLAG...]: $program of $source, in $language, by the command that the source's first
# comment gives, or by its CMake project.
build_example() {
    how=$1
    shift
    if [ "$how" = pkg-config ]; then
        command=$(sed -nE 's/^ \* {5}(cc|c\+\+) (.*)/\2/p' "$source")
        [ -n "$command" ] || fail "$source does not say how it is built"
        eval "\"\$@\" $command" > log 2>&1 || fail "not built: $command" log
    else
        configure_and_build . "$@"
        cp "build/$program" .
    fi
}

# build_contrib COMPILER [FLAG...]: the module for ns-3's contrib/ with its example and its test suite, which must pass.
build_contrib() {
    cp -r "$here/ns3-tree" tree
    cp -r "$prefix/share/weft/contrib" tree/
    configure_and_build tree "$@"
    build/test-runner --suite=weft --verbose > log 2>&1 || fail "the test suite fails" log
    grep -c PASS log | grep -qx 5 || fail "not every test case has passed" log
    cp "build/$program" .
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
