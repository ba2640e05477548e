#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# weft sweep --launcher parallel: on this machine, and by ssh on two hosts, which are two sshd on 127.0.0.1 with keys of their own. Midway a
# worker is killed, and one host with all that runs on it. The merged files must be those of a run without.
# usage: parallel.sh WEFT
set -eu
. "$(dirname "$(realpath "$0")")/common.sh"
need parallel parallel
need ssh openssh-client
need sshd openssh-server

end() {
    lose a
    lose b
}

# A host is gone: its sshd and all that runs there.
lose() { # HOST
    [ ! -s "run/$1.pid" ] || kill -9 "$(cat "run/$1.pid")" 2> /dev/null || true
    local process
    for process in $(processes_with "WEFT_CLUSTER_HOST=$1"); do
        kill -9 "$process" 2> /dev/null || true
    done
}

start_hosts() {
    mkdir -p run log home here-only /run/sshd
    mounts=
    ! unshare --mount sh -c 'mount -t tmpfs none here-only' 2> /dev/null || mounts=yes
    ssh-keygen -q -t ed25519 -N '' -f host_key
    ssh-keygen -q -t ed25519 -N '' -f user_key
    for host in a b; do
        free_port
        echo "environment=\"WEFT_CLUSTER_HOST=$host\",environment=\"WEFT_CLUSTER_LAB=$lab\" $(cat user_key.pub)" > "keys.$host"
        cat > "sshd.$host" << END
Port $port
ListenAddress 127.0.0.1
HostKey $lab/host_key
AuthorizedKeysFile $lab/keys.$host
PidFile $lab/run/$host.pid
PermitUserEnvironment yes
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
MaxStartups 100
END
        cat >> ssh_config << END
Host $host
    HostName 127.0.0.1
    Port $port
    IdentityFile $lab/user_key
    IdentitiesOnly yes
    UserKnownHostsFile $lab/known_hosts
    StrictHostKeyChecking no
    LogLevel ERROR
    BatchMode yes
    ConnectTimeout 5
END
        start=("$(command -v sshd)" -f "$lab/sshd.$host" -E "$lab/log/sshd.$host")
        # b does not see what a sees in this folder
        [ "$host" != b ] || [ -z "$mounts" ] || start=(unshare --mount sh -c 'mount -t tmpfs none here-only; exec "$@"' sh "${start[@]}")
        "${start[@]}"
    done
    export PARALLEL_SSH="ssh -F $lab/ssh_config" PARALLEL_HOME=$lab/home
    for host in a b; do
        within 10 "an sshd that answers" ssh -F ssh_config "$host" true
    done
}

# Processes of shards, with a text in their environment.
workers() { # [TEXT]
    local process
    for process in $(processes_with "${1:-WEFT_CLUSTER_LAB=$lab}"); do
        [ "$(cat "/proc/$process/comm")" != weft ] || ! tr '\0' ' ' < "/proc/$process/cmdline" | grep -q ' --no-merge ' || echo "$process"
    done 2> /dev/null
}

has_worker() { # HOST
    [ -n "$(workers "WEFT_CLUSTER_HOST=$1")" ]
}

trap end EXIT
trap 'exit 143' TERM INT HUP
write_sweeps
"$weft" sweep s.ini --out local > /dev/null
"$weft" sweep few.ini --out few > /dev/null
start_hosts

echo "== on this machine, a shard is killed midway"
"$weft" sweep s.ini --out here --launcher parallel --shards 8 -j 2 > here.txt 2>&1 &
call=$!
within 60 "some points" has_points here 30
victim=$(workers | head -1)
kill -9 "$victim" || fail "there was no shard to kill"
[ "$(points_in here)" -lt 200 ] || fail "the sweep was over too soon for this test"
wait "$call" || fail "the call: $(cat here.txt)"
cat here.txt
same local here

echo "== a host that does not see the directory"
if [ -n "$mounts" ]; then
    ! "$weft" sweep few.ini --out here-only/out --launcher parallel --hosts a,b > unseen.txt 2>&1 || fail "b does not see it"
    grep -q '^weft sweep: host b does not see here-only/out; ' unseen.txt || fail "it says: $(cat unseen.txt)"
    "$weft" sweep few.ini --out here-only/out --launcher parallel --hosts a > /dev/null || fail "a sees it"
    same few here-only/out
else
    echo "left out: no mounts of its own may be had here"
fi

echo "== on two hosts, one is lost midway"
"$weft" sweep s.ini --out out --launcher parallel --hosts 1/a,1/b --shards 8 > out.txt 2>&1 &
call=$!
within 60 "some points" has_points out 30
within 10 "a shard on b" has_worker b
lose b
before=$(points_in out)
[ "$before" -lt 200 ] || fail "the sweep was over too soon for this test"
wait "$call" || fail "the call: $(cat out.txt; cat out/parallel/log)"
cat out.txt
grep -Fqx "s: GNU parallel: 200 points in 8 shards, 2 at once, log in out/parallel" out.txt || fail "it did not say what it began"
same local out

echo "== a host that does not answer"
! "$weft" sweep few.ini --out more --launcher parallel --hosts a,b > more.txt 2>&1 || fail "b is not there"
grep -q '^weft sweep: host b cannot be asked: .*refused' more.txt || fail "it says: $(cat more.txt)"

echo "== the call that waits is killed: its shards end with it, the next call goes on"
"$weft" sweep s.ini --out killed --launcher parallel --hosts 1/a --shards 8 > killed.txt 2>&1 &
call=$!
within 60 "some points" has_points killed 20
kill -9 "$call"
wait "$call" 2> /dev/null || true
no_worker() {
    ! has_worker a
}
within 20 "the end of its shards" no_worker
before=$(points_in killed)
[ "$before" -lt 200 ] || fail "its shards went on to the end"
"$weft" sweep s.ini --out killed --launcher parallel --hosts 1/a > killed.txt 2>&1 || fail "$(cat killed.txt)"
same local killed
echo "good: $before of 200 points were there when the call was killed"
