# SPDX-License-Identifier: LGPL-2.1-or-later
# Up to which rate of their links does interleaving spare the ports when several servers send to them? The line marks where
# the N ports together take what the S servers send: N * C_out = S * C_in.
# gnuplot -c three-servers.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("three-servers.gp")]
columns = "servers devices port_bps peak_port_bytes"
call home."table.gpi" ARG1 columns
stats ARG1 using (column("devices") * column("port_bps") / column("servers") / 1e6) nooutput
if (STATS_min < STATS_max) { exit status 4 } # no one crossing
crossing = STATS_max
stats ARG1 using (column("servers")) nooutput
if (STATS_min < 2) { exit status 4 } # one server
question = "Up to which link rate do several interleaving servers spare the ports?"
key_wanted = "server.link"
x_label = "rate of each server's link (Mbit/s)"
load home."port-peak.gpi"
marker = crossing
marker_text = "N C_{out}  = S C_{in}"
marker_height = 0.03
call home."by-value.gpi" ARG1 ARG2 ARG3
