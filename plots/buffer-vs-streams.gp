# SPDX-License-Identifier: LGPL-2.1-or-later
# From how many streams on does interleaving need no buffer? The line marks as many as their ports take what the server
# sends: N * C_out = C_in.
# gnuplot -c buffer-vs-streams.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
set datafile separator comma
set datafile columnheaders
stats ARG1 using (column("link_bps") / column("port_bps")) nooutput
if (!exists("STATS_records") || STATS_records == 0) { exit error "no rows in ".ARG1 }
crossing = STATS_max
set arrow 1 from crossing, graph 0 to crossing, graph 1 nohead linewidth 1.2 linecolor rgb "#777777" dashtype 3
set label 1 " N C_{out} = C_{in}" at crossing, graph 0.96 left enhanced
question = "From how many streams on does interleaving need no buffer?"
x_label = "streams N, one a port"
y_label = "peak of the fullest port (KB of frames)"
log_y = 1
has_range = 0
y(x) = column("peak_port_bytes") / 1000.0
half(x) = column("peak_port_bytes_ci95") / 1000.0
half_column = "peak_port_bytes_ci95"
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
