#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# find_package(weft) says what is missing, by name and with what to do.
# usage: components.sh PREFIX C_COMPILER
set -eu
prefix=$1 compiler=$2
. "$(dirname "$0")/common.sh"

languages=C options=
# find ARGUMENTS [TARGET...]: configure a project that does find_package(weft ARGUMENTS) and needs the targets.
find_weft() {
    { printf 'cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES %s)\nfind_package(weft %s)\n' "$languages" "$1"
      shift
      for target in "$@"; do
          printf 'if(NOT TARGET %s)\n message(FATAL_ERROR "no target %s")\nendif()\n' "$target" "$target"
      done; } > CMakeLists.txt
    rm -rf build
    # shellcheck disable=SC2086
    cmake -S . -B build -D CMAKE_PREFIX_PATH="$prefix" -D CMAKE_C_COMPILER="$compiler" $options > log 2>&1
}
# refused ARGUMENTS TEXT: find_package(weft ARGUMENTS) fails and says so.
refused() {
    if find_weft "$1"; then
        fail "find_package(weft $1) found it" log
    fi
    tr -s ' \n' ' ' < log | grep -qF "$2" || fail "find_package(weft $1) does not say '$2'" log
}
# found ARGUMENTS TARGET...
found() {
    find_weft "$@" || fail "find_package(weft $1) fails" log
}

version=$(pkg-config --modversion weft)
found "$version EXACT REQUIRED" weft::weft weft::backend
found "$version REQUIRED COMPONENTS weft backend OPTIONAL_COMPONENTS carrier" weft::weft weft::backend
grep -qF 'weft: component carrier: there is none of this name' log || fail "says nothing of the optional component" log
refused "99 REQUIRED" 'requested version "99"'
refused "REQUIRED COMPONENTS carrier" 'component carrier: there is none of this name; allowed: weft, backend, simgrid, ns3'
for component in simgrid ns3; do
    [ -e "$PKG_CONFIG_PATH/weft-$component.pc" ] ||
        refused "REQUIRED COMPONENTS $component" "component $component: not built; install lib${component}-dev"
done
if [ -e "$PKG_CONFIG_PATH/weft-simgrid.pc" ]; then
    found "REQUIRED COMPONENTS simgrid" weft::simgrid weft::weft
    export PKG_CONFIG_LIBDIR=/nonexistent
    refused "REQUIRED COMPONENTS simgrid" "component simgrid: pkg-config finds no simgrid 3.32 or later"
    unset PKG_CONFIG_LIBDIR
fi
if [ -e "$PKG_CONFIG_PATH/weft-ns3.pc" ]; then
    refused "REQUIRED COMPONENTS ns3" "component ns3: the project must enable the language CXX"
    languages="C CXX"
    found "REQUIRED COMPONENTS ns3" weft::ns3 weft::weft
    options="-D CMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF"
    refused "REQUIRED COMPONENTS ns3" "component ns3: ns3/core-module.h, ns3-core, ns3-network, ns3-point-to-point not found"
fi
