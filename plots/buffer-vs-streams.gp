# SPDX-License-Identifier: LGPL-2.1-or-later
# From how many streams on does interleaving need no buffer? The line marks as many as their ports take what the server
# sends: N * C_out = C_in.
# gnuplot -c buffer-vs-streams.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("buffer-vs-streams.gp")]
columns = "servers devices streams link_bps port_bps peak_port_bytes"
call home."table.gpi" ARG1 columns
stats ARG1 using (column("link_bps") / column("port_bps")) nooutput
if (STATS_min < STATS_max) { exit status 4 } # no one crossing
crossing = STATS_max
stats ARG1 using (column("servers") == 1 && column("streams") <= column("devices")) nooutput
if (STATS_min == 0) { exit status 4 } # several servers, or several streams at a port
question = "From how many streams on does interleaving need no buffer?"
key_wanted = "stream.count"
x_label = "streams N, one a port"
load home."port-peak.gpi"
marker = crossing
marker_text = "N C_{out}  = C_{in}"
marker_height = 0.03
call home."by-value.gpi" ARG1 ARG2 ARG3
