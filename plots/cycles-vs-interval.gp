# SPDX-License-Identifier: LGPL-2.1-or-later
# How many processor cycles a packet costs, against the interval.
# gnuplot -c cycles-vs-interval.gp INTERVAL.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: INTERVAL.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("cycles-vs-interval.gp")]
question = "How many processor cycles does a packet cost?"
y_label = "cycles per packet"
bars_label = "prices low to high"
columns = "cycles_per_packet cycles_per_packet_low cycles_per_packet_high"
y(x) = column("cycles_per_packet")
has_range = 1
low(x) = column("cycles_per_packet_low")
high(x) = column("cycles_per_packet_high")
call home."by-interval.gpi" ARG1 ARG2 ARG3
