# SPDX-License-Identifier: LGPL-2.1-or-later
# How many packets come too late to be played, in the points of a sweep.
# gnuplot -c sweep-late.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "What share of the packets comes too late?"
y_label = "late packets (%)"
columns = "sent_packets late_packets"
y(x) = column("sent_packets") > 0 ? 100.0 * column("late_packets") / column("sent_packets") : NaN
half_column = "late_packets_ci95"
half(x) = column("sent_packets") > 0 ? 100.0 * column("late_packets_ci95") / column("sent_packets") : NaN
has_prices = 0
low(x) = NaN
high(x) = NaN
needs_more = 0
ratio_wanted = 0
home = ARG0[1:strlen(ARG0) - strlen("sweep-late.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
