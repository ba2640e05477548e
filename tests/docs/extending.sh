#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# docs/extending.md is true: its program compiles, and prints what the page says; its patches apply to the sources, and
# the tests of orders and port rules pass with them. A fence names its block: ```c main.c
# usage: extending.sh PROJECT PAGE LIBRARIES COMPILER [FLAG...]
set -eu
project=$1 page=$2 libraries=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/blocks" "$work/tree"

awk -v directory="$work/blocks" '
    /^```/ && file != "" { close(file); file = ""; next }
    /^```/ { if (NF != 2 || $2 ~ /\//) { print FILENAME ":" FNR ": a block without a name"; exit 1 }
             file = directory "/" $2; next }
    file != "" { print > file }
    END { if (file != "") { print FILENAME ": a block without an end"; exit 1 } }' "$page"
for name in order_longest_queue.c tree.diff sharing_fixed.c buffer.diff main.c output; do
    [ -s "$work/blocks/$name" ] || { echo "$page has no block $name"; exit 1; }
done

# outside the tree
# shellcheck disable=SC2086
"$@" -I"$project/model/include" -I"$project/driver-sim/include" "$work"/blocks/*.c $libraries -lm -o "$work/program"
"$work/program" > "$work/printed"
diff "$work/blocks/output" "$work/printed" || { echo "$page says something else (<) than its program (>)"; exit 1; }

# in the tree
mkdir "$work/tree/tests" "$work/tree/tests/unit"
support=$project/tests/support
cp -r "$project/model" "$work/tree/model"
cp "$project/tests/unit/driver_order.c" "$project/tests/unit/port_rules.c" "$work/tree/tests/unit/"
cp "$work/blocks/order_longest_queue.c" "$work/tree/model/driver/"
cp "$work/blocks/sharing_fixed.c" "$work/tree/model/setup/"
for patch in tree.diff buffer.diff; do
    patch --quiet --fuzz=0 --strip=1 --directory="$work/tree" < "$work/blocks/$patch" || { echo "$page: $patch does not apply"; exit 1; }
done
cd "$work/tree"
for source in driver/order_longest_queue.c setup/sharing_fixed.c; do
    grep -q "^  $source\$" model/CMakeLists.txt || { echo "$page: no build line of $source"; exit 1; }
done
# shellcheck disable=SC2046,SC2086
"$@" -Imodel/include -I"$support" model/driver/orders.c model/driver/order_longest_queue.c tests/unit/driver_order.c \
    "$support/order_case.c" $libraries \
    $(pkg-config --cflags --libs glib-2.0) -lm -o "$work/orders"
"$work/orders" > "$work/said" 2>&1 || { cat "$work/said"; exit 1; }
# shellcheck disable=SC2046,SC2086
"$@" -Imodel/include model/setup/sharings.c model/setup/sharing_fixed.c tests/unit/port_rules.c $libraries \
    $(pkg-config --cflags --libs glib-2.0) -lm -o "$work/rules"
"$work/rules" > "$work/said" 2>&1 || { cat "$work/said"; exit 1; }
