#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# find_package(weft) says what is missing, by name and with what to do.
# usage: components.sh PREFIX C_COMPILER
set -eu
prefix=$1 compiler=$2
. "$(dirname "$0")/common.sh"

# refused ARGUMENTS TEXT: find_package(weft ARGUMENTS) fails and says so.
refused() {
    printf 'cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES C)\nfind_package(weft %s)\n' "$1" > CMakeLists.txt
    rm -rf build
    if cmake -S . -B build -D CMAKE_PREFIX_PATH="$prefix" -D CMAKE_C_COMPILER="$compiler" > log 2>&1; then
        fail "find_package(weft $1) found it" log
    fi
    tr -s ' \n' ' ' < log | grep -qF "$2" || fail "find_package(weft $1) does not say '$2'" log
}
# found ARGUMENTS TARGET...
found() {
    { printf 'cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES C)\nfind_package(weft %s)\n' "$1"
      shift
      for target in "$@"; do
          printf 'if(NOT TARGET %s)\n message(FATAL_ERROR "no target %s")\nendif()\n' "$target" "$target"
      done; } > CMakeLists.txt
    rm -rf build
    cmake -S . -B build -D CMAKE_PREFIX_PATH="$prefix" -D CMAKE_C_COMPILER="$compiler" > log 2>&1 || fail "not found" log
}

version=$(pkg-config --modversion weft)
found "$version EXACT REQUIRED" weft::weft weft::backend
found "$version REQUIRED COMPONENTS weft backend OPTIONAL_COMPONENTS carrier" weft::weft weft::backend
grep -qF 'weft: component carrier: there is none of this name' log || fail "says nothing of the optional component" log
refused "99 REQUIRED" 'requested version "99"'
refused "REQUIRED COMPONENTS carrier" 'component carrier: there is none of this name; allowed: weft, backend, simgrid, ns3'
for component in simgrid ns3; do
    if [ -e "$PKG_CONFIG_PATH/weft-$component.pc" ]; then
        found "REQUIRED COMPONENTS $component" weft::$component weft::weft
        export PKG_CONFIG_LIBDIR=/nonexistent
        [ $component = ns3 ] || refused "REQUIRED COMPONENTS $component" "pkg-config finds no $component"
        unset PKG_CONFIG_LIBDIR
    else
        refused "REQUIRED COMPONENTS $component" "component $component: not built; install lib${component}-dev"
    fi
done
