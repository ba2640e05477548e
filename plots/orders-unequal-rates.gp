# SPDX-License-Identifier: LGPL-2.1-or-later
# Which order keeps ports shallow where rates are unequal?
# gnuplot -c orders-unequal-rates.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("orders-unequal-rates.gp")]
question = "Which order keeps the ports shallow where rates are unequal?"
key_wanted = "write.order"
x_label = "order of the packets of a call"
load home."port-peak.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
