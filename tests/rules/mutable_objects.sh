#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# No mutable file-scope object in a library: nothing in .data, .bss or common sections. Tables of pointers are
# constant after relocation (.data.rel.ro) and allowed.
# usage: mutable_objects.sh LIBRARY...
set -eu
[ $# -gt 0 ] || { echo "usage: mutable_objects.sh LIBRARY..." >&2; exit 2; }
objects=$(objdump -t "$@" | awk '$NF != $4 && ($4 == ".data" || $4 == ".bss" || $3 == "*COM*" || $4 ~ /^\.(data|bss)\./ && $4 !~ /^\.data\.rel\.ro/) {print $NF, "in", $4}')
count=$(nm --defined-only "$@" 2>/dev/null | grep -c ' T ' || true)
[ "$count" -gt 0 ] || { echo "no function found in $*: nothing was checked" >&2; exit 1; }
if [ -n "$objects" ]; then
    echo "mutable file-scope objects:"
    echo "$objects"
    exit 1
fi
echo "no mutable file-scope object beside $count functions"
