# SPDX-License-Identifier: LGPL-2.1-or-later
# The tables of docs/performance.md that weft-bench-engine measures, between their marks; the rest of the page as it is.
# awk -f performance.awk ENGINE.csv PEERS.csv LONG-RUNS.csv MACHINE.csv DRIVER.txt PAGE
# DRIVER.txt is what weft-bench-driver prints. Tables are read by the names of their columns: value["engine", key, column], with the cells that name a row as its key.
BEGIN { FS = ","; kind[1] = "engine"; kind[2] = "peers"; kind[3] = "long"; kind[4] = "machine"; driver = 5; page = 6 }
FNR == 1 { file++ }
file == page && /^<!-- speed: / { print; print ""; tables(); inside = 1; next }
file == page && /^<!-- driver: / { print; print ""; driver_table(); print ""; inside = 1; next }
file == page && /^<!-- end of (speed|driver) -->/ { inside = 0; ends++ }
file == page { if (!inside) print; next }
file == driver { read_driver(); next }
FNR == 1 { split("", name); for (i = 1; i <= NF; i++) name[i] = $i; next }
{
    key = file == 1 ? $1 "/" $2 "/" $4 "/" $3 : file == 2 ? $1 "/" $3 : file == 3 ? $1 : ""
    for (i = 1; i <= NF; i++) value[kind[file], key, name[i]] = $i
    if (!((file, key) in seen)) { seen[file, key] = 1; order[file, ++rows[file]] = key }
}
END {
    if (file != page || ends != 2) { print "performance.awk: needs five inputs, and a page with two pairs of marks" > "/dev/stderr"; exit 1 }
    exit missing > 0
}

# A value that is missing is an error: no table may have a hole that no one sees.
function of(what, key, column) {
    if ((what, key, column) in value) return value[what, key, column]
    print "performance.awk: there is no " column " of " key > "/dev/stderr"
    missing++
    return "nan"
}
function known(case_) { return ("engine", case_, "packets") in value }
function digits(x) { return x == "nan" ? "-" : x >= 99.95 ? sprintf("%.0f", x) : x >= 9.995 ? sprintf("%.1f", x) : x >= 0.9995 ? sprintf("%.2f", x) : sprintf("%.3g", x) }
function range(x, least, most) { return digits(x) " (" digits(least) "-" digits(most) ")" }
function speed(case_) {
    if (!known(case_)) return "-"
    return range(of("engine", case_, "packets_per_s") / 1e6, of("engine", case_, "packets_per_s_least") / 1e6, of("engine", case_, "packets_per_s_most") / 1e6)
}
function number(case_, column, times) { return !known(case_) || of("engine", case_, column) == "nan" ? "-" : digits(of("engine", case_, column) * times) }
function percent(x) { return digits(100 * x) " %" }
function ns(case_) { return of("engine", case_, "ns_per_packet") }
function head(cells,    n, cell, i, line) {
    n = split(cells, cell, "|")
    line = "|"
    for (i = 1; i <= n; i++) line = line "---|"
    print "| " join(cell, n) " |"
    print line
}
function join(cell, n,    i, text) {
    for (i = 1; i <= n; i++) text = text (i > 1 ? " | " : "") cell[i]
    return text
}
function m(column) { return of("machine", "", column) }

function tables() {
    print m("cpu") ", " m("cores") " cores, load " m("load") " before; " m("kernel") ", " m("compiler") " (" m("flags") "), ns-3 " m("ns3") ", SimGrid " \
        m("simgrid") "; " substr(m("date"), 1, 10) ". Medians of " m("repetitions") " repetitions, in brackets the least and the most."
    asked()
    speeds("reference", "8 64 1000 10000 100000 1000-8-servers 10000-8-servers 64-servers 1000-limit 1000-shared 1000-thresholds")
    speeds("simgrid", "8 64 1000 10000 100000 1000-8-servers 10000-8-servers 64-servers 1000-thresholds")
    costs("reference")
    costs("simgrid")
    observers()
    events()
    orders()
    limits()
    peers()
    long_runs()
}

# Two tables, each from its head to an empty line; cells are two spaces apart.
function read_driver(    n, cell, i, line) {
    if (FNR == 1) { driver_machine = $0; return }
    if (/^Packets of/) driver_how = $0
    part_of_it = /^instructions a packet/ ? "instructions" : /^cycles a packet/ ? "cycles" : /^$/ ? "" : part_of_it
    if (part_of_it == "") return
    n = split($0, cell, /  +/)
    if (/^(instructions|cycles) a packet/) {
        if (part_of_it == "instructions") for (i = 2; i < n; i++) line = line "|" cell[i] # the last is what it may take
        if (line) driver_head = "path" line "|cycles"
        return
    }
    if (part_of_it == "cycles") { driver_cycles[cell[1]] = cell[n]; return }
    for (i = 2; i < n; i++) line = line " | " cell[i]
    driver_path[++paths] = cell[1]
    driver_row[cell[1]] = line
}
function driver_table(    i) {
    print driver_machine "  "
    print driver_how ".\n"
    head(driver_head)
    for (i = 1; i <= paths; i++) {
        if (!(driver_path[i] in driver_cycles)) { print "performance.awk: there are no cycles of " driver_path[i] > "/dev/stderr"; missing++ }
        print "| `" driver_path[i] "`" driver_row[driver_path[i]] " | " driver_cycles[driver_path[i]] " |"
    }
    if (!paths) { print "performance.awk: nothing of the driver" > "/dev/stderr"; missing++ }
}

function holds(is, least) { return is >= least ? "yes" : "**no**" }
function aim(text, is, least, more) { print "| " text " | " more " | " holds(is, least) " |" }
function asked(    full, many, pool, sim, sim8) {
    full = "reference/interleaved/1000/full"; many = "reference/interleaved/100000/full"
    pool = "reference/interleaved/1000-thresholds/full"; sim = "simgrid/interleaved/1000/full"; sim8 = "simgrid/interleaved/1000-8-servers/full"
    print "\n### What is asked of it, and what it does\n"
    head("aim|measured|holds")
    aim("`reference`, 1,000 interleaved streams, full metrics: at least 40 million packets/s", of("engine", full, "packets_per_s"), 40e6, speed(full))
    aim("its share of the loop whose arrivals come from memory: at least 4 %", of("engine", full, "of_memory_limit"), 0.04, percent(of("engine", full, "of_memory_limit")) \
        " (of the loop in cache " percent(of("engine", full, "of_limit")) ")")
    aim("100,000 streams: at least half of the speed at 1,000", ns(full) / ns(many), 0.5, percent(ns(full) / ns(many)) ": " speed(many))
    aim("a pool with dynamic thresholds that drop (`1000-thresholds`), full metrics: at least 15 million packets/s", of("engine", pool, "packets_per_s"), 15e6, speed(pool))
    aim("`simgrid`, 1,000 streams, full metrics: at least 10 million packets/s", of("engine", sim, "packets_per_s"), 10e6, speed(sim))
    aim("`simgrid`, 8 servers, full metrics: at least 5 million packets/s", of("engine", sim8, "packets_per_s"), 5e6, speed(sim8))
    faster("ns-3 point-to-point", 60, "at layer 2 on ns-3's stock devices, 1,000 streams")
    faster("ns-3 UDP sockets", 1000, "by UDP/IP on ns-3, 1,000 streams")
    faster("SimGrid mailbox", 40, "by one message of SimGrid's a hop, 1,000 streams")
    took("minute", 8, 200, "10,000 streams of 8 servers, a simulated minute without skipping: less than 8 s and 200 MB")
    took("hour", 5, 200, "the same for an hour, with skipping: less than 5 s and 200 MB")
}
function faster(peer, times, text,    key, is) {
    key = peer "/1000"
    is = of("peers", key, "slope_times_reference")
    aim("the same " text ": `reference` at least " (times == 1000 ? "1,000" : times) " times faster", is, times, range(is, of("peers", key, "slope_times_reference_least"), \
        of("peers", key, "slope_times_reference_most")) " times; with all that `weft run` measures " digits(of("peers", key, "slope_times_full")) \
        "; whole processes " digits(of("peers", key, "times_reference")))
}
function took(run, seconds, megabytes, text,    s, mb) {
    s = of("long", run, "cpu_s")
    mb = of("long", run, "peak_bytes") / 1e6
    aim(text, s < seconds && mb < megabytes, 1, range(s, of("long", run, "cpu_s_least"), of("long", run, "cpu_s_most")) " s, " digits(mb) " MB")
}

function speeds(backend, scales,    n, scale, i, base) {
    print "\n### `" backend "`, million packets/s\n"
    head("scale|none|metrics|full|instructions a packet|of the loop, full|from memory")
    n = split(scales, scale, " ")
    for (i = 1; i <= n; i++) {
        base = backend "/interleaved/" scale[i] "/"
        print "| " scale[i] " | " speed(base "none") " | " speed(base "metrics") " | " speed(base "full") " | " number(base "none", "instructions_per_packet", 1) \
            ", " number(base "metrics", "instructions_per_packet", 1) ", " number(base "full", "instructions_per_packet", 1) " | " \
            number(base "full", "of_limit", 100) " % | " number(base "full", "of_memory_limit", 100) " % |"
    }
}
function costs(backend,    n, scale, i, base) {
    print "\n### `" backend "`: start-up and memory, with full metrics\n"
    head("streams|start-up, ms|MB at the end|most MB|bytes a stream more|without observers")
    n = split("8 64 1000 10000 100000", scale, " ")
    for (i = 1; i <= n; i++) {
        base = backend "/interleaved/" scale[i] "/"
        print "| " scale[i] " | " number(base "full", "startup_ms", 1) " | " number(base "full", "memory_bytes", 1e-6) " | " number(base "full", "peak_bytes", 1e-6) \
            " | " number(base "full", "bytes_per_stream", 1) " | " number(base "none", "bytes_per_stream", 1) " |"
    }
}
function observers(    n, what, i) {
    print "\n### Who looks on, million packets/s\n"
    head("observers|`reference`, 1,000 streams|10,000|`simgrid`, 1,000")
    n = split("none metrics timing playout full trace payload capture all", what, " ")
    for (i = 1; i <= n; i++)
        print "| `" what[i] "` | " speed("reference/interleaved/1000/" what[i]) " | " speed("reference/interleaved/10000/" what[i]) " | " speed("simgrid/interleaved/1000/" what[i]) " |"
    n = split("none full full-payload full-capture", what, " ")
    for (i = 1; i <= n; i++)
        print "| `" what[i] "`, of a file in memory | " speed("reference/interleaved/1000-media/" what[i]) " | - | " speed("simgrid/interleaved/1000-media/" what[i]) " |"
}
function events(    n, scale, b, backend, k, i, line) {
    print "\n### Each hop an event of a simulator's, million packets/s, without observers and full\n"
    head("streams|`simgrid-packet`|`ns3`|`ns3-p2p`")
    n = split("8 64 1000 10000", scale, " ")
    k = split("simgrid-packet ns3 ns3-p2p", backend, " ")
    for (i = 1; i <= n; i++) {
        line = "| " scale[i]
        for (b = 1; b <= k; b++)
            line = line " | " number(backend[b] "/interleaved/" scale[i] "/none", "packets_per_s", 1e-6) ", " number(backend[b] "/interleaved/" scale[i] "/full", "packets_per_s", 1e-6)
        print line " |"
    }
}
function orders(    n, what, i) {
    print "\n### Orders and methods, ns a packet of `reference` without observers\n"
    head("method|10,000 streams, quantities alike|not alike|1,000 streams")
    n = split("interleaved interleaved-drr interleaved-swrr interleaved-smooth interleaved-random interleaved-deadline per-packet", what, " ")
    for (i = 1; i <= n; i++)
        print "| `" what[i] "` | " number("reference/" what[i] "/10000/none", "ns_per_packet", 1) " | " number("reference/" what[i] "/10000-phases/none", "ns_per_packet", 1) \
            " | " number("reference/" what[i] "/1000/none", "ns_per_packet", 1) " |"
    print "| `interleaved`, an application a stream | - | - | " number("reference/interleaved/1000-applications/none", "ns_per_packet", 1) " |"
}
function limits(    n, scale, i) {
    print "\n### The limits, million packets/s\n"
    head("scale|loop in cache|loop from memory")
    n = split("8 64 1000 10000 100000 1000-8-servers 10000-8-servers 1000-thresholds", scale, " ")
    for (i = 1; i <= n; i++)
        print "| " scale[i] " | " speed("lindley-loop/interleaved/" scale[i] "/none") " | " speed("lindley-loop-memory/interleaved/" scale[i] "/none") " |"
}
function peers(    i, key, part, last) {
    print "\n### Peers, the same scenario in the same rounds\n"
    head("streams|program|million packets/s|start-up, ms|MB|times slower than `reference`|than `reference full`|whole processes: than `reference`|than `reference full`")
    for (i = 1; i <= rows[2]; i++) {
        key = order[2, i]
        split(key, part, "/")
        print "| " part[2] " | " part[1] " | " digits(1e3 / of("peers", key, "slope_ns_per_packet")) " | " digits(of("peers", key, "startup_ms")) " | " \
            digits(of("peers", key, "peak_bytes") / 1e6) " | " range(of("peers", key, "slope_times_reference"), of("peers", key, "slope_times_reference_least"), \
            of("peers", key, "slope_times_reference_most")) " | " range(of("peers", key, "slope_times_full"), of("peers", key, "slope_times_full_least"), \
            of("peers", key, "slope_times_full_most")) " | " digits(of("peers", key, "times_reference")) " | " digits(of("peers", key, "times_full")) " |"
    }
    print "\nChosen for the peers: " chosen() "."
}
function chosen(    i, key, text) {
    for (i = 1; i <= rows[2]; i++) {
        key = order[2, i]
        if (of("peers", key, "is_weft") == "0") {
            sub("/.*", "", key)
            text = text (text ? "; " : "") key ", " of("peers", order[2, i], "streams") " streams: " of("peers", order[2, i], "chosen")
        }
    }
    gsub(/: -/, ": as it comes", text)
    return text
}
function long_runs(    i, key) {
    print "\n### `weft run` for long\n"
    print "`scenarios/city.ini`, 10,000 streams of 8 servers: a minute with `--no-skip`, and its hour, of which repeated periods are left out; and 100,000 streams"
    print "of one server for a second with `--no-skip`. Whole processes, full metrics.\n"
    head("run|packets|processor s|ns a packet|MB")
    for (i = 1; i <= rows[3]; i++) {
        key = order[3, i]
        print "| " key " | " of("long", key, "packets") " | " range(of("long", key, "cpu_s"), of("long", key, "cpu_s_least"), of("long", key, "cpu_s_most")) " | " \
            digits(of("long", key, "cpu_s") * 1e9 / of("long", key, "packets")) " | " digits(of("long", key, "peak_bytes") / 1e6) " |"
    }
    print ""
}
