#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A C++ program with the installed libraries.
# usage: linked.sh SOURCE PREFIX CXX_COMPILER [FLAG...]
set -eu
source=$1 prefix=$2
shift 2
. "$(dirname "$0")/common.sh"
# shellcheck disable=SC2046
"$@" -std=c++17 "$source" $(pkg-config --cflags --libs weft) -o linked
./linked
