# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer the fullest switch port needs, against the interval.
# gnuplot -c buffer-vs-interval.gp INTERVAL.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: INTERVAL.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("buffer-vs-interval.gp")]
question = "How much buffer does the fullest switch port need?"
y_label = "peak of the fullest port (KB of frames)"
columns = "peak_port_bytes"
y(x) = column("peak_port_bytes") / 1000.0
has_range = 0
half_column = "peak_port_bytes_ci95"
half(x) = column(half_column) / 1000.0
call home."by-interval.gpi" ARG1 ARG2 ARG3
