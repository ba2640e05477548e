# SPDX-License-Identifier: LGPL-2.1-or-later
# What relieves the links that servers share with others?
# gnuplot -c leaf-spine.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("leaf-spine.gp")]
question = "What relieves links that others use too?"
key_wanted = "background.rate"
x_label = "what each of the others sends (Mbit/s)"
load home."port-peak.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
