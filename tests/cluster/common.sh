# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the cluster tests share. Sourced by a test, which is called with the path of weft; sets $weft and $lab, a directory of its own that
# goes at the end. The test runs once more within a PID namespace where it may: whatever ends it ends all that it started. after.sh looks
# after the rest.

skip() {
    echo "skipped: $*"
    exit 77
}

need() { # PROGRAM PACKAGE
    command -v "$1" > /dev/null || skip "there is no $1, install $2"
}

PATH=$PATH:/usr/sbin:/sbin
weft=$(realpath "$1")
[ "$(id -u)" = 0 ] || skip "must be root: daemons are started"

if [ -z "${WEFT_CLUSTER_LAB:-}" ]; then
    WEFT_CLUSTER_LAB=$(mktemp -d "${TMPDIR:-/tmp}/weft-cluster.XXXXXX")
    export WEFT_CLUSTER_LAB
    mkfifo "$WEFT_CLUSTER_LAB.alive"
    env -u WEFT_CLUSTER_LAB setsid "$(dirname "$(realpath "$0")")/after.sh" "$WEFT_CLUSTER_LAB" < /dev/null > /dev/null 2>&1 &
    exec 9> "$WEFT_CLUSTER_LAB.alive" # held by this process until it ends
    alone=(unshare --pid --fork --kill-child --mount-proc)
    "${alone[@]}" true 2> /dev/null || alone=()
    exec "${alone[@]}" "$BASH" "$0" "$@"
fi
[ "$$" != 1 ] || exec 9>&- # within a namespace somebody else holds it
lab=$WEFT_CLUSTER_LAB
cd "$lab"

fail() {
    echo "FAILED: $*"
    [ ! -d log ] || tail -n 15 log/*
    exit 1
}

# Wait until a command is true, at most so many seconds.
within() { # SECONDS WHAT COMMAND...
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || fail "not within the time allowed: $what"
        sleep 0.1
    done
}

# Processes of this test, by a text in their environment. Only these are ever killed.
processes_with() { # TEXT
    local file
    { grep -lzxF "WEFT_CLUSTER_LAB=$lab" /proc/[0-9]*/environ | xargs -r grep -lzxF -- "$1"; } 2> /dev/null | while read -r file; do
        file=${file#/proc/}
        echo "${file%/environ}"
    done
}

# A port of 127.0.0.1 where nobody listens; each call gives another one.
port=$((20000 + RANDOM % 9000))
free_port() {
    port=$((port + 1))
    while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
        port=$((port + 1))
    done
}

# s.ini has 200 points of some tens of milliseconds, few.ini 40 of them.
write_sweeps() {
    cat > base.ini << 'END'
[scenario]
duration = 10 s
[server x]
link = 1 Gbit/s
[switch x]
port = 100 Mbit/s
[device x]
count = 40
[stream x]
count = 40
rate = 10 Mbit/s
END
    cat > s.ini << 'END'
[sweep]
scenario = base.ini
methods = per-packet, batched, interleaved, interleaved-smooth
[cross]
stream.count = linear:20:40:5
[zip way]
stream.rate = linear:1 Mbit/s:10 Mbit/s:10
write.interval = 10 ms, 20 ms, 10 ms, 20 ms, 40 ms, 10 ms, 20 ms, 10 ms, 20 ms, 40 ms
END
    sed 's/^stream.count = .*/stream.count = 20/' s.ini > few.ini
}

points_in() { # DIRECTORY
    find "$1/points" -name '[0-9]*.json' 2> /dev/null | wc -l
}

has_points() { # DIRECTORY COUNT
    [ "$(points_in "$1")" -ge "$2" ]
}

same() { # DIRECTORY DIRECTORY
    local name
    for name in manifest.jsonl sweep.csv sweep.jsonl failed.jsonl; do
        cmp "$1/$name" "$2/$name" || fail "$2/$name is not the file of an undisturbed run"
    done
    [ -z "$(find "$2" -name '.*.??????')" ] || fail "$2 holds half written files"
}
