# SPDX-License-Identifier: LGPL-2.1-or-later
# How many streams does each write method carry, or how much buffer does it need? A bar a method, and at its end what binds it.
# gnuplot -c capacity.gp SIZE.csv OUTPUT svg|png|pdf
# The input is a size.csv of `weft size --out`: a header row, then a row for each method.
if (ARGC != 3) { exit error "arguments: SIZE.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("capacity.gp")]
question = "How much does each method carry, or need?"
call home."table.gpi" ARG1 "method unit key answer binding monotone"
input = ARG1

# Methods in the order of the file; the largest answer, for the room that words need.
methods = ""
rows = 0
unit = ""
key = ""
most = 0
note(m, u, k, a) = (methods = methods." ".m, rows = rows + 1, unit = u, key = k, most = a > most ? a : most, 0)
stats input using (note(stringcolumn("method"), stringcolumn("unit"), stringcolumn("key"), column("answer"))) nooutput
# A method without an answer has no bar, but what it breaks is said.
if (most == 0) { exit status 4 } # nothing to show
buffer = unit ne "streams"
factor = unit eq "bytes" ? 1000.0 : 1.0
shown_unit = unit eq "bytes" ? "KB" : unit

height = 150 + 32 * rows
call home."style.gpi" ARG3 1100 height
set output ARG2
set linetype 1 linecolor rgb style_colour[7] linewidth 1
set title question font title_font noenhanced
set xlabel (buffer ? "smallest buffer of a port (".shown_unit.")" : "streams within all limits; at the bars what one more breaks") noenhanced
set border 1
set xtics nomirror out
set ytics nomirror scale 0 noenhanced
set ytics ("" 0)
do for [k = 1:rows] { set ytics add (word(methods, k) k) }
set yrange [rows + 0.6 : 0.4]
set grid noytics xtics linetype 1 linecolor rgb faint linewidth 0.7
set style fill solid 1.0 noborder
set lmargin at screen 0.24
set rmargin at screen 0.97
set xrange [0 : most / factor * 1.4]

row = 0
next(x) = (row = row + 1, row)
answer(x) = column("answer") == column("answer") ? column("answer") / factor : 0
number(x) = column("answer") == column("answer") ? sprintf(unit eq "bytes" ? "%.1f" : "%.0f", column("answer") / factor) : "none"
words_of(x) = number(0).(buffer && column("answer") == column("answer") ? "" : ": ".(stringcolumn("binding") eq "" ? "no limit found" : stringcolumn("binding"))). \
    (stringcolumn("monotone") eq "false" ? ", not monotone" : "")
half = 0.34
plot input using (answer(0)):(next(0)):(0):(answer(0)):(row - half):(row + half) with boxxyerror linetype 1, \
     input using (row = $0 + 1, answer(0)):(row):(words_of(0)) with labels left offset 0.6, 0 font small_font noenhanced
set output
