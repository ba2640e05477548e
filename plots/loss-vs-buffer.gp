# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer must a port have until nothing is lost?
# gnuplot -c loss-vs-buffer.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
question = "How much buffer must a port have until nothing is lost?"
x_label = "what a port may hold (KiB)"
y_label = "packets dropped (%)"
log_y = 0
has_range = 0
y(x) = column("sent_packets") > 0 ? 100.0 * column("dropped_packets") / column("sent_packets") : NaN
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
