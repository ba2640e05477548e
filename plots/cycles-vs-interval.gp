# SPDX-License-Identifier: LGPL-2.1-or-later
# How many processor cycles a packet costs, against the interval.
# gnuplot -c cycles-vs-interval.gp INTERVAL.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: INTERVAL.csv OUTPUT svg|png" }
question = "How many processor cycles does a packet cost?"
y_label = "cycles per packet; bars: prices low to high"
has_range = 1
y(x) = column("cycles_per_packet")
low(x) = column("cycles_per_packet_low")
high(x) = column("cycles_per_packet_high")
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-interval.gpi" ARG1 ARG2 ARG3
