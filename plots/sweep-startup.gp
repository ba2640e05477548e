# SPDX-License-Identifier: LGPL-2.1-or-later
# How long a device must wait before it plays, so that nothing comes too late, in the points of a sweep.
# gnuplot -c sweep-startup.gp SWEEP.csv OUTPUT svg|png|pdf [KEY]
# KEY is what to draw against; without it the varied key that has most numbers.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: SWEEP.csv OUTPUT svg|png|pdf [KEY]" }
question = "What start-up delay do devices need?"
y_label = "start-up delay of the worst stream (ms)"
columns = "startup_needed_ms"
y(x) = column("startup_needed_ms")
half_column = "startup_needed_ms_ci95"
half(x) = column("startup_needed_ms_ci95")
has_prices = 0
low(x) = NaN
high(x) = NaN
needs_more = 0
ratio_wanted = 0
home = ARG0[1:strlen(ARG0) - strlen("sweep-startup.gp")]
call home."by-sweep.gpi" ARG1 ARG2 ARG3 ARG4
