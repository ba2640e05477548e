# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer must a port have until nothing is lost?
# gnuplot -c loss-vs-buffer.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("loss-vs-buffer.gp")]
question = "How much buffer must a port have until nothing is lost?"
key_wanted = "switch.buffer"
x_label = "what a port may hold (KiB)"
load home."packets-lost.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
