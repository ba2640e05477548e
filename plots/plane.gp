# SPDX-License-Identifier: LGPL-2.1-or-later
# Which methods need more cycles and more buffer than another? What that means with ranges of prices: plane.gpi.
# gnuplot -c plane.gp INPUT.csv OUTPUT svg|png|pdf [TABLE.csv]
# INPUT.csv is a compare.csv, or a sweep.csv, which makes panels. TABLE.csv is given what is dominated, a row a method.
if (ARGC < 3 || ARGC > 4) { exit error "arguments: INPUT.csv OUTPUT svg|png|pdf [TABLE.csv]" }
home = ARG0[1:strlen(ARG0) - strlen("plane.gp")]
question = "Which methods need more cycles and more buffer than another?"
call home."plane.gpi" ARG1 ARG2 ARG3 ARG4
