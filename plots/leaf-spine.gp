# SPDX-License-Identifier: LGPL-2.1-or-later
# What relieves the trunk that servers share with others?
# gnuplot -c leaf-spine.gp VARY.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: VARY.csv OUTPUT svg|png" }
question = "What relieves a trunk that others use too?"
x_label = "what others send over each trunk (Mbit/s)"
y_label = "peak of the fullest port, trunks among them (KB of frames)"
log_y = 1
has_range = 0
y(x) = column("peak_port_bytes") / 1000.0
extra = ""
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-value.gpi" ARG1 ARG2 ARG3
