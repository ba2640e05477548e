# SPDX-License-Identifier: LGPL-2.1-or-later
# What a packet costs the server, in the points of a sweep.
# gnuplot -c sweep-cycles.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "How many processor cycles does a packet cost?"
y_label = "cycles per packet"
columns = "cycles_per_packet cycles_per_packet_low cycles_per_packet_high"
y(x) = column("cycles_per_packet")
half_column = "cycles_per_packet_ci95"
half(x) = column("cycles_per_packet_ci95")
has_prices = 1
low(x) = column("cycles_per_packet_low")
high(x) = column("cycles_per_packet_high")
needs_more = 0
ratio_wanted = 0
home = ARG0[1:strlen(ARG0) - strlen("sweep-cycles.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
