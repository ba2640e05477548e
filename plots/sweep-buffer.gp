# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer the fullest switch port needs, in the points of a sweep.
# gnuplot -c sweep-buffer.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "How much buffer does the fullest switch port need?"
y_label = "peak of the fullest port (KB of frames)"
columns = "peak_port_bytes"
y(x) = column("peak_port_bytes") / 1000.0
half_column = "peak_port_bytes_ci95"
half(x) = column("peak_port_bytes_ci95") / 1000.0
has_prices = 0
low(x) = NaN
high(x) = NaN
needs_more = 0
ratio_wanted = 1
home = ARG0[1:strlen(ARG0) - strlen("sweep-buffer.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
