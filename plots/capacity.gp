# SPDX-License-Identifier: LGPL-2.1-or-later
# How many streams does each write method carry, or how much buffer does it need? A bar a method; at its end the answer, what
# binds, and of streams how busy the busiest core is with it.
# gnuplot -c capacity.gp SIZE.csv OUTPUT svg|png|pdf
# The input is a size.csv of `weft size --out`: a header row, then a row for each method.
if (ARGC != 3) { exit error "arguments: SIZE.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("capacity.gp")]
question = "How much does each method carry, or need?"
call home."table.gpi" ARG1 "method unit key answer binding monotone core_percent"
input = ARG1

# A method without an answer has no bar, but what it breaks is said. Numbers are read as texts: rows without one are passed over.
has_answer(x) = stringcolumn("answer") ne "nan"
answer(x) = has_answer(0) ? real(stringcolumn("answer")) / factor : 0

# Methods in the order of the file; the largest answer, and the longest words, for the room that these need.
methods = ""
unit = ""
most = 0
letters = 0
binding(x) = stringcolumn("binding") eq "" ? "no limit found" : stringcolumn("binding")
words_of(x) = !has_answer(0) ? "none: ".(buffer ? "loss without limit, too" : binding(0)) : \
    (buffer ? stringcolumn("answer").(unit eq "bytes" ? " B" : "") : \
              stringcolumn("answer").": ".binding(0).sprintf(" (%.0f %% of a core)", real(stringcolumn("core_percent")))). \
    (stringcolumn("monotone") eq "false" ? ", not monotone" : "")
factor = 1.0
note(m, u, a, w) = (methods = methods." ".m, unit = u, most = more(most, a), letters = more(letters, w), 0)
stats input using (unit = stringcolumn("unit"), buffer = unit ne "streams", \
                   note(stringcolumn("method"), unit, answer(0), strlen(words_of(0)))) nooutput
factor = unit eq "bytes" ? 1000.0 : 1.0
most = most / factor

call home."style.gpi" ARG3 1100 (150 + 32 * table_rows)
set output ARG2
set linetype 1 linecolor rgb style_colour[7] linewidth 1
set title question font title_font noenhanced
set xlabel (buffer ? "smallest buffer of a port without loss (".(unit eq "bytes" ? "KB" : unit).")" : \
    "streams within limits: what one more breaks (share of the busiest core)") noenhanced
set border 1
set xtics nomirror out
set ytics nomirror scale 0 noenhanced
set ytics ("" 0)
do for [k = 1:table_rows] { set ytics add (word(methods, k) k) }
set yrange [table_rows + 0.6 : 0.4]
set grid noytics xtics linetype 1 linecolor rgb faint linewidth 0.7
set style fill solid 1.0 noborder
left = 0.24
right = 0.97
set lmargin at screen left
set rmargin at screen right
# The words of the longest bar end before the right margin.
share = more(0.3, 1 - (12 + 8.3 * letters) / (1100 * (right - left)))
if (most > 0) {
    tic = step(most, 6)
    set xrange [0 : most / share]
    set xtics 0, tic, tic * floor(most / tic + 1e-9)
} else { # bars for none of them
    set xrange [0 : 1]
    unset xtics
}

half = 0.34
plot input using (answer(0)):($0 + 1):(0):(answer(0)):($0 + 1 - half):($0 + 1 + half) with boxxyerror linetype 1, \
     input using (answer(0)):($0 + 1):(words_of(0)) with labels left offset 0.6, 0 font small_font noenhanced
set output
