# SPDX-License-Identifier: LGPL-2.1-or-later
# What share of the packets is lost, against a varied key.
# gnuplot -c loss-vs-value.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("loss-vs-value.gp")]
question = "What share of the packets is lost?"
key_wanted = ""
x_label = ""
load home."packets-lost.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
