#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Words of scenario and profile files, for fuzzers: groups, keys, choices, events, units.
# usage: dictionary.sh LIST-OF-KEYS LIST-OF-FAULTS > FILE
set -eu
cat "$@" | tr -c 'A-Za-z0-9_/-' '\n' | grep -E '^[A-Za-z0-9_/-]{2,32}$' | sort -u | sed 's/.*/"&"/'
printf '"[%s"\n' 'scenario]\x0a' 'server a]\x0a' 'switch a]\x0a' 'device a]\x0a' 'stream a]\x0a' 'write]\x0a' 'profile]\x0a'
printf '"%s"\n' ' = ' '\x0a' 'file:101' 'media:102' 'fault = null:1 ms'
