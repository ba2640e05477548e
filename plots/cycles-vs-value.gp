# SPDX-License-Identifier: LGPL-2.1-or-later
# What a packet costs the server, against a varied key.
# gnuplot -c cycles-vs-value.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
question = "How many cycles does a packet cost the server?"
x_label = ""
y_label = "cycles per packet, range of prices"
log_y = 1
has_range = 1
y(x) = column("cycles_per_packet")
low(x) = column("cycles_per_packet_low")
high(x) = column("cycles_per_packet_high")
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
