# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer the fullest switch port needs, against the interval.
# gnuplot -c buffer-vs-interval.gp INTERVAL.csv OUTPUT svg|png
if (ARGC != 3 || (ARG3 ne "svg" && ARG3 ne "png")) { exit error "arguments: INTERVAL.csv OUTPUT svg|png" }
question = "How much buffer does the fullest switch port need?"
y_label = "peak of the fullest port (KB of frames)"
has_range = 0
y(x) = column("peak_port_bytes") / 1000.0
half(x) = column("peak_port_bytes_ci95") / 1000.0
half_column = "peak_port_bytes_ci95"
end = 0
do for [i = 1:strlen(ARG0)] { end = substr(ARG0, i, i) eq "/" ? i : end }
call (end ? substr(ARG0, 1, end) : "")."by-interval.gpi" ARG1 ARG2 ARG3
