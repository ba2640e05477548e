# SPDX-License-Identifier: LGPL-2.1-or-later
# How busy the server's processor is, in the points of a sweep.
# gnuplot -c sweep-cpu.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "How busy is the server's processor?"
y_label = "processor busy (%), at typical prices"
columns = "cpu_percent"
y(x) = column("cpu_percent")
half_column = "cpu_percent_ci95"
half(x) = column("cpu_percent_ci95")
has_prices = 0
low(x) = NaN
high(x) = NaN
needs_more = 0
ratio_wanted = 0
home = ARG0[1:strlen(ARG0) - strlen("sweep-cpu.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
