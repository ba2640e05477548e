# SPDX-License-Identifier: LGPL-2.1-or-later
# How many packets the switch drops, in the points of a sweep.
# gnuplot -c sweep-loss.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "What share of the packets is lost?"
y_label = "packets dropped (%)"
columns = "sent_packets dropped_packets"
y(x) = column("sent_packets") > 0 ? 100.0 * column("dropped_packets") / column("sent_packets") : NaN
half_column = "dropped_packets_ci95"
half(x) = column("sent_packets") > 0 ? 100.0 * column("dropped_packets_ci95") / column("sent_packets") : NaN
has_prices = 0
low(x) = NaN
high(x) = NaN
needs_more = 0
ratio_wanted = 1
home = ARG0[1:strlen(ARG0) - strlen("sweep-loss.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
