#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Rules on sources: licence line, length of functions and oracles, comments of public headers, words that do not belong.
# usage: source_rules.sh PROJECT
set -eu
cd "$1"
broken=0
sources=$(find model driver-sim scenarios tests bench \( -name "*.[ch]" -o -name "*.cc" \) -not -path "tests/rules/bad/*" 2>/dev/null | sort)
[ -n "$sources" ] || { echo "no source found" >&2; exit 1; }

for file in $sources $(find . -name CMakeLists.txt -not -path './build/*') $(find tests plots -name '*.sh' -o -name '*.gp' 2>/dev/null); do
    head -n 2 "$file" | grep -qE 'SPDX-License-Identifier: (LGPL-2.1-or-later|GPL-2.0-only)' ||
        { echo "$file: no licence line"; broken=1; }
done

for file in $(find tests/oracle -name '*.c' 2>/dev/null); do
    lines=$(wc -l < "$file")
    [ "$lines" -le 150 ] || { echo "$file: $lines lines; an oracle has at most 150"; broken=1; }
done

if command -v ctags > /dev/null; then
    # shellcheck disable=SC2086
    long=$(ctags --languages=C,C++ --langmap=C:.c.h,C++:.cc --c-kinds=f --c++-kinds=f --fields=+ne --sort=no -f - $(find model driver-sim scenarios bench -name '*.[ch]' -o -name '*.cc' 2>/dev/null) | awk -F'\t' '
        { first = last = 0
          for (i = 4; i <= NF; i++) { if ($i ~ /^line:/) first = substr($i, 6); if ($i ~ /^end:/) last = substr($i, 5) }
          if (last - first + 1 > 60) printf "%s: %s has %d lines; at most 60\n", $2, $1, last - first + 1 }')
    [ -z "$long" ] || { echo "$long"; broken=1; }
else
    echo "ctags is not installed (package universal-ctags)" >&2
    exit 1
fi

# A paragraph of a public header that declares a function says what it does.
# shellcheck disable=SC2046
silent=$(awk 'BEGIN { RS = "" }
    /(^|\n)[a-z][^\n]*weft_[a-z0-9_]+\(/ && !/\/\*/ { split($0, line, "\n"); print FILENAME ": no comment: " line[1] }' \
    $(find model/include driver-sim/include driver-sim/ns3/include -name '*.h' 2>/dev/null) < /dev/null)
[ -z "$silent" ] || { echo "$silent"; broken=1; }

# shellcheck disable=SC2086
if grep -nE '\b(T[O]DO|F[I]XME|X[X]X|H[A]CK|for n[o]w)\b' $sources; then
    echo "unfinished-sounding words"
    broken=1
fi
exit $broken
