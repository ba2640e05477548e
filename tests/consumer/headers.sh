#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every public header stands alone, in C11 and in C++17, without a warning; included twice; and what it declares has C's
# names in both.
# usage: headers.sh INCLUDE_DIRECTORY C_COMPILER CXX_COMPILER
set -eu
include=$1 cc=$2 cxx=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
count=0 broken=0
for header in "$include"/weft/*.h; do
    name=weft/$(basename "$header")
    printf '#include "%s"\n#include "%s"\n' "$name" "$name" > "$work/alone.c"
    cp "$work/alone.c" "$work/alone.cc"
    # shellcheck disable=SC2086
    $cc -std=c11 $warnings -fsyntax-only -I"$include" "$work/alone.c" || { echo "$name: no C11"; broken=1; }
    # shellcheck disable=SC2086
    $cxx -std=c++17 $warnings -fsyntax-only -I"$include" "$work/alone.cc" || { echo "$name: no C++17"; broken=1; }
    printf '#include "%s"\n' "$name" >> "$work/all.cc"
    # A declaration outside of the two brackets would be C++'s, and found when somebody links.
    [ "$(grep -cE '^WEFT_(BEGIN|END)_DECLS$' "$header")" = 2 ] || { echo "$name: WEFT_BEGIN_DECLS and WEFT_END_DECLS, once each"; broken=1; }
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "no header in $include/weft"; exit 1; }
# Of ns-3's classes: C++ only, and with ns-3.
for header in "$include"/ns3/weft-*.h; do
    [ -e "$header" ] || continue
    name=ns3/$(basename "$header")
    printf '#include "%s"\n#include "%s"\n' "$name" "$name" > "$work/alone.cc"
    $cxx -std=c++17 -Wall -Wextra -Werror -fsyntax-only -I"$include" "$work/alone.cc" || { echo "$name: no C++17"; broken=1; }
    printf '#include "%s"\n' "$name" >> "$work/all.cc"
    count=$((count + 1))
done
echo 'int main() { return 0; }' >> "$work/all.cc"
# shellcheck disable=SC2086
$cxx -std=c++17 -Wall -Wextra -Werror -fsyntax-only -I"$include" "$work/all.cc" || { echo "not all together"; broken=1; }
[ "$broken" = 0 ] && echo "$count headers"
exit $broken
