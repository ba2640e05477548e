#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# docs/claims.md is true in its form: 24 rows, every file it names exists, every test it names is registered.
# usage: claims.sh PROJECT BUILD
set -eu
cd "$1"
tests=$(ctest --test-dir "$2" -N | sed -n 's/^ *Test *#[0-9]*: //p')
rows=$(grep -cE '^\| R([1-9]|1[0-9]|2[0-4]) \|' docs/claims.md || true)
broken=0
[ "$rows" = 24 ] || { echo "docs/claims.md has $rows of 24 rows"; broken=1; }
for name in $(grep -E '^\| R' docs/claims.md | awk -F'|' '{print $5, $6}' | grep -oE '`[^`]+`' | tr -d '`'); do
    [ -e "$name" ] || { echo "docs/claims.md names $name, which does not exist"; broken=1; }
done
for name in $(grep -E '^\| R' docs/claims.md | awk -F'|' '{print $(NF-1)}' | grep -oE '`[^`]+`' | tr -d '`'); do
    echo "$tests" | grep -qx -- "$name" || { echo "docs/claims.md names the test $name, which is not registered"; broken=1; }
done
exit $broken
