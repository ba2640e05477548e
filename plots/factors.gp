# SPDX-License-Identifier: LGPL-2.1-or-later
# What each axis contributes to what a packet costs, whatever the order in which the axes are changed: a panel a scenario.
# gnuplot -c factors.gp FACTORS.csv OUTPUT svg|png|pdf
# The input is a factors.csv of `weft compare --factors --out`, or several one after the other: a header row, then for each
# scenario the first method, the axes, all at once, the second method. The first back end is drawn, and at most four scenarios.
if (ARGC != 3) { exit error "arguments: FACTORS.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("factors.gp")]
question = "What does each part of the idea contribute?"
call home."table.gpi" ARG1 "scenario backend factor from cycles_mean cycles_least cycles_most cycles_lowest cycles_highest"
input = ARG1

# Scenarios and axes, each once, in the order of the file; what methods need.
backend = ""
scenarios = ""
axes = ""
methods = ""
panels = 0
rows = 0
shown = 0
place(list, name) = strstrt("|".list."|", "|".name."|")
note_backend(b) = (backend eq "" ? (backend = b, 0) : 0)
note_scenario(s) = (place(scenarios, s) || panels == 4 ? 0 : (scenarios = scenarios.(panels ? "|" : "").s, panels = panels + 1, 0))
note_axis(a) = (place(axes, a) ? 0 : (axes = axes.(rows ? "|" : "").a, rows = rows + 1, 0))
note_method(m) = (place(methods, m) ? 0 : (methods = methods.(methods eq "" ? "" : "|").m, 0))
is_method(f) = f eq "start" || f eq "end"
stats input using (note_backend(stringcolumn("backend")) + (stringcolumn("backend") ne backend ? 0 : \
    note_scenario(stringcolumn("scenario")) + (is_method(stringcolumn("factor")) ? \
    (shown = shown + (column("cycles_mean") > 0), note_method(stringcolumn("from"))) : \
    note_axis(stringcolumn("factor"))))) nooutput
if (shown == 0 || rows == 0) { exit status 4 } # nothing to show

meaning(a) = a eq "unit" ? "grouping into one call" : a eq "copy" ? "zero copy" : \
    a eq "translation" ? "translation buffer" : a eq "segmentation" ? "driver cuts packets" : \
    a eq "header" ? "single header" : a eq "interrupt" ? "last-packet interrupt" : \
    a eq "order" ? "interleaving" : a eq "pacing" ? "pacing by the NIC" : a eq "whole" ? "all of it" : a
row_of(a) = (sum [k = 1:rows] (part(axes, k) eq a ? k : 0))

width = 1100
height = 250 + 52 * rows
call home."style.gpi" ARG3 width height
set output ARG2
# Places in the row and shapes tell the kinds apart without any colour.
set linetype 1 linecolor rgb style_colour[4] pointtype 6 linewidth 1.5 pointsize 1.1 * scale
set linetype 2 linecolor rgb style_colour[1] pointtype 7 linewidth 1.5 pointsize 1.0 * scale dashtype 1
set linetype 3 linecolor rgb style_colour[2] pointtype 9 linewidth 1.5 pointsize 1.2 * scale dashtype 1
set linetype 4 linecolor rgb light linewidth 1 dashtype 1
set linetype 5 linecolor rgb helper linewidth 1

is_of(s) = stringcolumn("backend") eq backend && stringcolumn("scenario") eq s && !is_method(stringcolumn("factor"))
# All at once is the same in any order: its mean says all.
drawn(i) = i == 2 || stringcolumn("factor") ne "whole"
axis_row(x) = row_of(stringcolumn("factor"))

set multiplot
set label 1 question \
    at screen 0.5, screen 1 - 25.0 / height center font title_font noenhanced
set label 3 "from ".part(methods, 1)." to ".part(methods, 2) at screen 0.5, screen 1 - 53.0 / height center font heading_font noenhanced
set key at screen 0.985, screen 1 - 88.0 / height right center horizontal maxrows 2 samplen 2.5 width -2 Left reverse
unset border
unset tics
set lmargin at screen 0.01
set rmargin at screen 0.985
set xrange [0 : 1]
set yrange [0 : 1]
set style fill solid 1.0 noborder
plot NaN with linespoints linetype 1 title "alone, as the first", NaN with linespoints linetype 2 title "mean of all orders", \
     NaN with linespoints linetype 3 title "as the last", NaN with boxes linetype 4 title "in any order", \
     NaN with lines linetype 5 title "lines: prices low to high"
unset label 1
unset label 3
unset key

set border 1
set xtics nomirror out
set grid noytics xtics linetype 1 linecolor rgb faint linewidth 0.7
set tmargin at screen 1 - 152.0 / height
set bmargin at screen 85.0 / height
left = 0.2
gap = 0.035
each = (0.98 - left - gap * (panels - 1)) / panels
do for [p = 1:panels] {
    name = part(scenarios, p)
    set lmargin at screen left + (p - 1) * (each + gap)
    set rmargin at screen left + (p - 1) * (each + gap) + each
    set ytics nomirror scale 0 noenhanced
    set ytics ("" 0)
    if (p == 1) { do for [k = 1:rows] { set ytics add (meaning(part(axes, k)) k) } }
    set yrange [*:*] # stats looks at it
    least = 0
    most = 0
    need = 0
    left_over = 0
    note_need(f, c) = (need = f eq "start" ? c : need, left_over = f eq "end" ? c : left_over, 0)
    stats input using (stringcolumn("backend") eq backend && stringcolumn("scenario") eq name ? \
        (is_method(stringcolumn("factor")) ? note_need(stringcolumn("factor"), column("cycles_mean")) : \
        (least = less(least, column("cycles_lowest")), most = more(most, column("cycles_highest")), 0)) : 0) nooutput
    if (most <= least) { least = -1; most = 1 } # nothing changes anything
    margin = 0.04 * (most - least)
    set xrange [least - margin : most + margin]
    set yrange [rows + 0.5 : 0.5]
    set xtics step(most - least, panels > 2 ? 3 : 4.5)
    set xlabel "cycles per packet"
    set label 2 sprintf("%s: %.0f to %.0f", name, need, left_over) at graph 0, screen 1 - 135.0 / height left noenhanced
    set arrow 1 from 0, graph 0 to 0, graph 1 nohead back linecolor rgb style_colour[1] linewidth 0.8
    do for [k = 1:rows - 1] {
        set arrow k + 1 from graph 0, first k + 0.5 to graph 1, first k + 0.5 nohead back linecolor rgb faint linewidth 0.7
    }
    plot input using (is_of(name) ? column("cycles_least") : NaN):(axis_row(0)): \
             (column("cycles_least")):(column("cycles_most")):(axis_row(0) - 0.36):(axis_row(0) + 0.36) \
             with boxxyerror linetype 4, \
         for [i = 1:3] input using (is_of(name) && drawn(i) ? column("cycles_".word("first mean last", i)."_low") : NaN): \
             (axis_row(0) + (i - 2) * 0.22): \
             (column("cycles_".word("first mean last", i)."_high") - column("cycles_".word("first mean last", i)."_low")):(0) \
             with vectors nohead linetype i, \
         for [i = 1:3] input using (is_of(name) && drawn(i) ? column("cycles_".word("first mean last", i)) : NaN): \
             (axis_row(0) + (i - 2) * 0.22) with points linetype i
}
unset multiplot
set output
