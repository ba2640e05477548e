# SPDX-License-Identifier: LGPL-2.1-or-later
# How many processor cycles a packet costs, against a varied key.
# gnuplot -c cycles-vs-value.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("cycles-vs-value.gp")]
question = "How many processor cycles does a packet cost?"
key_wanted = ""
x_label = ""
y_label = "cycles per packet"
bars_label = "prices low to high"
log_y = 1
has_range = 1
columns = "cycles_per_packet cycles_per_packet_low cycles_per_packet_high"
y(x) = column("cycles_per_packet")
low(x) = column("cycles_per_packet_low")
high(x) = column("cycles_per_packet_high")
marker = NaN
call home."by-value.gpi" ARG1 ARG2 ARG3
