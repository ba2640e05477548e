#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# weft sweep --launcher slurm on a Slurm of two nodes, all on this machine and in a directory of its own. Midway the call that waits is killed,
# and one node with all that runs on it. The merged files must be those of a run on this machine.
# usage: slurm.sh WEFT
set -eu
. "$(dirname "$(realpath "$0")")/common.sh"
need slurmctld slurm-wlm
need slurmd slurm-wlm
need sbatch slurm-wlm
need munged munge

end() {
    local name
    for name in slurmd.n1 slurmd.n2 slurmctld munged; do
        [ ! -s "run/$name.pid" ] || kill "$(cat "run/$name.pid")" 2> /dev/null || true
    done
    lose n1
    lose n2
}

# A node is gone: its daemon and all that runs there.
lose() { # NODE
    [ ! -s "run/slurmd.$1.pid" ] || kill -9 "$(cat "run/slurmd.$1.pid")" 2> /dev/null || true
    local process parent
    for process in $(processes_with "SLURMD_NODENAME=$1"); do
        parent=$(awk '/^PPid:/ { print $2 }' "/proc/$process/status" 2> /dev/null || true)
        [ "$(cat "/proc/${parent:-x}/comm" 2> /dev/null)" != slurmstepd ] || kill -9 "$parent" 2> /dev/null || true
        kill -9 "$process" 2> /dev/null || true
    done
}

# Times are as short as they may be: a node counts as lost after SlurmdTimeout, and what ran there waits for cred_expire.
write_configuration() {
    local controller
    free_port && controller=$port
    cat > slurm.conf << END
ClusterName=weft
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$controller
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$lab/munge/socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdTimeout=6
KillWait=2
SchedulerParameters=sched_interval=2,batch_sched_delay=0
MaxArraySize=1001
SlurmctldPidFile=$lab/run/slurmctld.pid
SlurmdPidFile=$lab/run/slurmd.%n.pid
SlurmdSpoolDir=$lab/spool/%n
StateSaveLocation=$lab/state
SlurmctldLogFile=$lab/log/slurmctld.log
SlurmdLogFile=$lab/log/slurmd.%n.log
END
    for node in n1 n2; do
        free_port
        echo "NodeName=$node NodeHostname=localhost NodeAddr=127.0.0.1 Port=$port CPUs=1 RealMemory=1000 State=UNKNOWN" >> slurm.conf
    done
    echo "PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP" >> slurm.conf
    echo "CgroupPlugin=cgroup/v1" > cgroup.conf
    export SLURM_CONF=$lab/slurm.conf
}

start_slurm() {
    mkdir -p munge run spool/n1 spool/n2 state log
    chmod 755 . munge
    head -c 1024 /dev/urandom > munge/key
    chmod 400 munge/key
    munged --force --socket="$lab/munge/socket" --key-file="$lab/munge/key" --pid-file="$lab/run/munged.pid" \
        --log-file="$lab/log/munged.log" --seed-file="$lab/munge/seed"
    slurmctld -f "$SLURM_CONF"
    slurmd -f "$SLURM_CONF" -N n1
    slurmd -f "$SLURM_CONF" -N n2
    within 30 "two idle nodes" idle 2
}

idle() { # COUNT
    [ "$(sinfo --noheader --Node --states=idle 2> /dev/null | wc -l)" = "$1" ]
}

on_node() { # NODE
    squeue --noheader --states=running --format=%N | grep -qx "$1"
}

in_log() { # TEXT
    grep -q "$1" log/slurmctld.log
}

trap end EXIT
trap 'exit 143' TERM INT HUP
write_sweeps
"$weft" sweep s.ini --out local > /dev/null
"$weft" sweep few.ini --out few > /dev/null
write_configuration
start_slurm

echo "== a call waits, and is killed"
"$weft" sweep s.ini --out out --launcher slurm --shards 8 > first.txt 2>&1 &
first=$!
within 60 "some points" has_points out 30
within 10 "a shard on n2" on_node n2
kill -9 "$first"
wait "$first" 2> /dev/null || true
cat first.txt
grep -Eq '^s: Slurm job [0-9]+: 200 points in 8 shards, logs in out/slurm$' first.txt || fail "it did not say what it submitted"

echo "== n2 is lost"
lose n2
before=$(points_in out)
[ "$before" -lt 200 ] || fail "the sweep was over too soon for this test"
"$weft" sweep s.ini --out out --launcher slurm > second.txt 2>&1 || fail "the second call: $(cat second.txt)"
cat second.txt
job=$(sed -n 's/^s: Slurm job \([0-9]*\): .*/\1/p' first.txt)
grep -qx "s: Slurm job $job of an earlier call is there; waiting for it" second.txt || fail "the second call did not wait for the first one's job"
in_log "requeue.*JobId=${job}_" || { tail -20 log/slurmctld.log; fail "no shard was run again: the node was lost in vain"; }
same local out
[ "$(LC_ALL=C ls out)" = "$(printf '%s\n' failed.jsonl manifest.jsonl points slurm sweep-repeat.json sweep.csv sweep.jsonl)" ] ||
    fail "more than its files in out: $(ls out)"
[ "$(ls out/slurm)" = shard.sh ] || fail "logs of a good job stay: $(ls out/slurm)"

echo "== a node comes back; shards are sized by themselves"
slurmd -f "$SLURM_CONF" -N n2
within 30 "two idle nodes" idle 2
"$weft" sweep few.ini --out sized --launcher slurm > third.txt 2>&1 || fail "the third call: $(cat third.txt)"
cat third.txt
grep -Eq '^few: Slurm job [0-9]+: 35 points in 1 shard, logs' third.txt || fail "not the shards that it should be"
same few sized
echo "good: $before of 200 points were there when the node was lost"
