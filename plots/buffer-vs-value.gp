# SPDX-License-Identifier: LGPL-2.1-or-later
# How much buffer the fullest switch port needs, against a varied key.
# gnuplot -c buffer-vs-value.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("buffer-vs-value.gp")]
question = "How much buffer does the fullest switch port need?"
key_wanted = ""
x_label = ""
load home."port-peak.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
