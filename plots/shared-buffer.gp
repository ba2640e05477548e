# SPDX-License-Identifier: LGPL-2.1-or-later
# Does a shared pool make interleaving unnecessary?
# gnuplot -c shared-buffer.gp VARY.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: VARY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("shared-buffer.gp")]
question = "Does a shared pool make interleaving unnecessary?"
key_wanted = "switch.shared"
x_label = "pool that the ports share (KiB)"
load home."packets-lost.gpi"
call home."by-value.gpi" ARG1 ARG2 ARG3
