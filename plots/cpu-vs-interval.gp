# SPDX-License-Identifier: LGPL-2.1-or-later
# How busy the server's processor is, against the interval.
# gnuplot -c cpu-vs-interval.gp INTERVAL.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: INTERVAL.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("cpu-vs-interval.gp")]
question = "How busy is the server's processor?"
y_label = "processor busy (%), at typical prices"
columns = "cpu_percent"
y(x) = column("cpu_percent")
has_range = 0
half_column = "cpu_percent_ci95"
half(x) = column("cpu_percent_ci95")
call home."by-interval.gpi" ARG1 ARG2 ARG3
