# SPDX-License-Identifier: LGPL-2.1-or-later
# Up to which rate of their links does interleaving spare the ports when several servers send to them? The line marks where
# the N ports together take what the S servers send: N * C_out = S * C_in.
# gnuplot -c three-servers.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
set datafile separator comma
set datafile columnheaders
stats ARG1 using (column("devices") * column("port_bps") / column("servers") / 1e6) nooutput
if (!exists("STATS_records") || STATS_records == 0) { exit error "no rows in ".ARG1 }
crossing = STATS_max
set arrow 1 from crossing, graph 0 to crossing, graph 1 nohead linewidth 1.2 linecolor rgb "#777777" dashtype 3
set label 1 " N C_{out} = S C_{in}" at crossing, graph 0.96 left enhanced
question = "Up to which link rate do three interleaving servers spare the ports?"
x_label = "rate of each server's link (Mbit/s)"
y_label = "peak of the fullest port (KB of frames)"
log_y = 1
has_range = 0
y(x) = column("peak_port_bytes") / 1000.0
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
