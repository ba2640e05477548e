#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A program of one source with an installed library, by pkg-config.
# usage: linked.sh SOURCE PACKAGE PREFIX COMPILER [FLAG...]
set -eu
source=$1 package=$2 prefix=$3
shift 3
. "$(dirname "$0")/common.sh"
case $source in
*.cc) standard=c++17 ;;
*) standard=c11 ;;
esac
# shellcheck disable=SC2046
"$@" -std=$standard "$source" $(pkg-config --cflags --libs "$package") -o linked
./linked
