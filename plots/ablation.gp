# SPDX-License-Identifier: LGPL-2.1-or-later
# What each axis changes between two write methods: above from the first method, below back from the second; on the
# left processor cycles, on the right switch buffer.
# gnuplot -c ablation.gp ABLATION.csv OUTPUT svg|png|pdf
# The input is an ablation.csv of `weft compare --ablate --out`: a header row, then a row for each back end, view and
# step. The first back end is drawn.
if (ARGC != 3) { exit error "arguments: ABLATION.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("ablation.gp")]
question = "What does each axis change between two methods?"
call home."table.gpi" ARG1 "backend view step key from to cycles_per_packet cycles_per_packet_low cycles_per_packet_high peak_port_bytes sent_packets"
input = ARG1

# The steps' keys and values in the order of the file; step 0 is the methods. The largest values, for common scales.
backend = ""
keys = ""
from = ""
to = ""
most_cycles = 1
most_bytes = 1
shown = 0
note_backend(b) = (backend eq "" ? (backend = b, 0) : 0)
note_step(k, f, t) = (keys = keys.k." ", from = from.f." ", to = to.t." ", 0)
is_of(view) = stringcolumn("backend") eq backend && stringcolumn("view") eq view
stats input using (note_backend(stringcolumn("backend")) + (is_of("forward") ? \
                   note_step(stringcolumn("key"), stringcolumn("from"), stringcolumn("to")) : 0)) nooutput
stats input using (most_cycles = more(most_cycles, column("cycles_per_packet_high")), \
                   most_bytes = more(most_bytes, column("peak_port_bytes")), \
                   shown = shown + (column("sent_packets") > 0)) nooutput
rows = words(keys)
if (shown == 0 || rows < 2) { exit status 4 } # nothing to show

call home."style.gpi" ARG3 1100 900
set output ARG2
# Full and open points tell the parts apart without any colour.
set linetype 1 pointtype 7 linewidth 1.2 pointsize 1.1 * scale
set linetype 2 pointtype 8 dashtype 1 linewidth 1.2 pointsize 1.4 * scale
set linetype 3 linecolor rgb light linewidth 7 dashtype 1 # what a step changes
set linetype 4 linecolor rgb helper linewidth 1 dashtype 3 # where a path starts

cycles(x) = column("cycles_per_packet")
cycles_low(x) = column("cycles_per_packet_low")
cycles_high(x) = column("cycles_per_packet_high")
port(x) = column("peak_port_bytes") / 1000.0

# A path's step from the value before to its own: the rows of a view follow each other by step. Single changes stand a
# little below the path.
before = 0
now = 0
stepped(y) = (before = column("step") > 0 ? now : y, now = y, before)
path(y) = is_of(name_of_path) ? y : NaN
change(y) = is_of(name_of_path) ? stepped(y) : NaN
single(y) = is_of(name_of_single) && column("step") > 0 ? y : NaN
first_of_path(y) = is_of(name_of_path) && column("step") == 0 ? y : NaN
path_row(x) = column("step") - 0.12
single_row(x) = column("step") + 0.22

set multiplot
set label 1 question at screen 0.5, 0.972 center \
    font title_font noenhanced
set key at screen 0.985, 0.945 right top horizontal maxrows 1 samplen 3 width -2 noenhanced Left reverse
unset border
unset tics
set lmargin at screen 0.015
set rmargin at screen 0.985
set xrange [0 : 1]
set yrange [more(rows, 4) - 0.45 : -0.55]
plot NaN with lines linetype 3 title "what the step changes", \
     NaN with points linetype 1 title "after the step and all above it", \
     NaN with points linetype 2 title "with this axis alone moved", \
     NaN with lines linetype 1 title "prices low to high"
unset label 1
unset key

set border 1
set xtics nomirror out
set ytics nomirror scale 0 noenhanced
set grid noytics xtics linetype 1 linecolor rgb faint linewidth 0.7
do for [k = 1:rows - 1] {
    set arrow from graph 0, first k - 0.5 to graph 1, first k - 0.5 nohead back linecolor rgb faint linewidth 0.7
}

do for [half = 0:1] {
    name_of_path = half ? "backward" : "forward"
    name_of_single = half ? "last" : "first"
    values = half ? from : to
    set tmargin at screen half ? 0.445 : 0.86
    set bmargin at screen half ? 0.09 : 0.505
    set label 1 (half ? "Back from ".word(to, 1) : "From ".word(from, 1)) at screen 0.013, graph 1.05 left \
        font heading_font noenhanced

    set lmargin at screen 0.215
    set rmargin at screen 0.635
    set ytics ("start" 0)
    do for [k = 2:rows] { set ytics add (word(keys, k)." = ".word(values, k) k - 1) }
    set xrange [0 : most_cycles * 1.02]
    if (half) { set xlabel "cycles per packet" } else { set format x "" }
    plot input using (first_of_path(cycles(0))):(-0.55):(0):(rows) with vectors nohead linetype 4, \
         input using (change(cycles(0))):(path_row(0)):(now - before):(0) with vectors nohead linetype 3, \
         input using (path(cycles_low(0))):(path_row(0)):(cycles_high(0) - cycles_low(0)):(0) \
             with vectors nohead linetype 1, \
         input using (single(cycles_low(0))):(single_row(0)):(cycles_high(0) - cycles_low(0)):(0) \
             with vectors nohead linetype 2, \
         input using (path(cycles(0))):(path_row(0)) with points linetype 1, \
         input using (single(cycles(0))):(single_row(0)) with points linetype 2
    unset label 1

    set lmargin at screen 0.665
    set rmargin at screen 0.985
    set ytics ("" 0)
    set xrange [0 : most_bytes / 1000.0 * 1.02]
    if (half) { set xlabel "peak of the fullest port (KB of frames)" }
    plot input using (first_of_path(port(0))):(-0.55):(0):(rows) with vectors nohead linetype 4, \
         input using (change(port(0))):(path_row(0)):(now - before):(0) with vectors nohead linetype 3, \
         input using (path(port(0))):(path_row(0)) with points linetype 1, \
         input using (single(port(0))):(single_row(0)) with points linetype 2
    set format x
}
unset multiplot
set output
