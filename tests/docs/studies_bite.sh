#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The study `capacity` in a copy of what it is made of, in which one file is not what it was: build-aux/studies must say so.
# usage: studies_bite.sh PROJECT WEFT NAME FILE CHANGE     (CHANGE: a script for sed that changes FILE)
set -eu
copy=studies-bites-$3
rm -rf "$copy"
mkdir -p "$copy/scenarios" "$copy/docs"
cp -r "$1/build-aux" "$copy"
cp -r "$1/scenarios/studies" "$copy/scenarios"
cp -r "$1/docs/studies" "$copy/docs"
sed -i "$5" "$copy/$4"
! cmp -s "$1/$4" "$copy/$4" || { echo "the change of $4 changes nothing" && exit 1; }
"$copy/build-aux/studies" "$2" --check-some capacity
