#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Install into a fresh prefix and look at it: what others need is there, and no text in it names the directories that it
# was made from. With MOVED_TO the prefix is moved there.
# usage: prefix.sh SOURCE BUILD PREFIX [MOVED_TO]
set -eu
source=$1 build=$2 prefix=$3
broken=0
rm -rf "$prefix"
cmake --install "$build" --prefix "$prefix" > "$prefix.log" || { cat "$prefix.log"; exit 1; }

# has DIRECTORY FILE...: as many as there are of a kind in the sources.
has() {
    directory=$1
    shift
    for file in "$@"; do
        [ -s "$prefix/$directory/$(basename "$file")" ] || { echo "not installed: $directory/$(basename "$file")"; broken=1; }
    done
}
# same FROM TO [OPTION...]: a directory of the sources, whole.
same() {
    from=$1 to=$2
    shift 2
    diff -r "$@" "$source/$from" "$prefix/$to" || { echo "$to is not $from of the sources"; broken=1; }
}

has bin weft
has include/weft "$source"/model/include/weft/*.h backend.h platform.h reference.h
same scenarios share/weft/scenarios -x command -x CMakeLists.txt -x '*.md.in'
same plots share/weft/plots
same model/cost/profiles share/weft/profiles
same driver-sim/ns3/contrib share/weft/contrib
same docs share/doc/weft/docs
same examples share/doc/weft/examples -x ns3
same driver-sim/ns3/contrib/weft/examples share/doc/weft/examples/ns3
has share/doc/weft README.md CHANGELOG.md LICENSE

libraries=$(dirname "$(find "$prefix" -name libweft.a)")
libraries=${libraries#"$prefix"/}
has "$libraries" libweft-backend.a
has "$libraries/pkgconfig" weft.pc
has "$libraries/cmake/weft" weftConfig.cmake weftConfigVersion.cmake weftTargets.cmake
has "$libraries/weft" "$build"/bin/weft-*.so
# All of a library that was built, or nothing of it.
for library in simgrid ns3; do
    built=$(find "$build" -name "libweft-$library.a")
    count=$(find "$prefix" -name "weft-$library*" -o -name "$library.h" -o -name "libweft-$library.a" | wc -l)
    if [ -n "$built" ]; then
        has "$libraries" "libweft-$library.a"
        has "$libraries/pkgconfig" "weft-$library.pc"
        has "$libraries/cmake/weft" "weft-$library.cmake" "weft-${library}Targets.cmake"
        has include/weft "$library.h"
    elif [ "$count" -gt 0 ]; then
        echo "installed of $library, which was not built:"
        find "$prefix" -name "*$library*"
        broken=1
    fi
done

[ -z "$(find "$build" -name libweft-ns3.a)" ] ||
    has include/ns3 weft-module.h "$source"/driver-sim/ns3/contrib/weft/model/*.h "$source"/driver-sim/ns3/contrib/weft/helper/*.h

# As whole paths: a source directory /weft is not meant by include/weft.
as_path() {
    printf '(^|-[IL]|[^A-Za-z0-9_./}-])%s([^A-Za-z0-9_.-]|$)' "$(printf %s "$1" | sed 's/[][\.*^$+?(){}|]/\\&/g')"
}
named=$(grep -rlIE -e "$(as_path "$source")" -e "$(as_path "$build")" -e "$(as_path "$prefix")" "$prefix" || true)
[ -z "$named" ] || { echo "texts that name the directories of this build:"; echo "$named"; broken=1; }
[ $# -lt 4 ] || { rm -rf "$4"; mv "$prefix" "$4"; }
exit $broken
