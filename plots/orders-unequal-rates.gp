# SPDX-License-Identifier: LGPL-2.1-or-later
# Which order keeps ports shallow where rates are unequal?
# gnuplot -c orders-unequal-rates.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
question = "Which order keeps the ports shallow where rates are unequal?"
x_label = "order of the packets of a call"
y_label = "peak of the fullest port (KB of frames)"
log_y = 1
has_range = 0
y(x) = column("peak_port_bytes") / 1000.0
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
