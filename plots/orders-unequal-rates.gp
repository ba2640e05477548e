# SPDX-License-Identifier: LGPL-2.1-or-later
# Which order keeps ports shallow where rates are unequal?
# gnuplot -c orders-unequal-rates.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("orders-unequal-rates.gp")]
question = "Which order keeps the ports shallow where rates are unequal?"
key_wanted = "write.order"
x_label = "order of the packets of a call"
y_label = "peak of the fullest port (KB of frames)"
log_y = 1
has_range = 0
columns = "peak_port_bytes"
y(x) = column("peak_port_bytes") / 1000.0
half_column = "peak_port_bytes_ci95"
half(x) = column(half_column) / 1000.0
marker = NaN
call home."by-value.gpi" ARG1 ARG2 ARG3
