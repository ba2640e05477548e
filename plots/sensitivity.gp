# SPDX-License-Identifier: LGPL-2.1-or-later
# Which price decides what a packet costs: a bar a price, from its low to its high end, the longest first. Beside it late
# packets, where a price moves them.
# gnuplot -c sensitivity.gp SENSITIVITY.csv OUTPUT svg|png|pdf
# The input is a sensitivity.csv of `weft run --sensitivity --out`: a header row, the base, then a low and a high row of all
# prices and of each price.
if (ARGC != 3) { exit error "arguments: SENSITIVITY.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("sensitivity.gp")]
question = "Which price decides what a packet costs?"
call home."table.gpi" ARG1 "method profile event end rank price cycles_per_packet late_packets"
input = ARG1
most_bars = 15

# Base, profiles and prices in the order of the file; a bar is drawn if it has a hundredth of the longest, or moves late packets.
method = ""
profiles = ""
labels = ""
bars = 0
base = NaN
base_late = NaN
first = NaN
low = NaN
low_late = NaN
longest = 0
late_moves = 0
most_late = 0
least = NaN
most = NaN
several = 0
note_profile(p) = (p eq "" || strstrt(profiles."|", "|".p."|") ? 0 : (profiles = profiles."|".p, several = several + 1, 0))
note_base(m, c, l) = (method = m, base = c, least = c, most = c, base_late = l, most_late = l, 0)
note_low(c, l) = (low = c, low_late = l, least = less(c, least), most = more(c, most), most_late = more(l, most_late), 0)
note_bar(r, e, p, c, l) = (note_low(low, l), least = less(c, least), most = more(c, most), longest = r == 1 ? abs(c - low) : longest, \
    late_moves = late_moves || l != base_late || low_late != base_late, \
    r > 0 && r == bars + 1 && bars < most_bars && longest > 0 && abs(c - low) >= longest / 100.0 ? \
        (bars = r, labels = labels."|".e.(several > 1 ? " (".p.")" : ""), 0) : 0)
stats input using (note_profile(stringcolumn("profile"))) nooutput
is(end) = stringcolumn("end") eq end
stats input using (is("typical") ? note_base(stringcolumn("method"), column("cycles_per_packet"), column("late_packets")) : \
    is("low") ? note_low(column("cycles_per_packet"), column("late_packets")) : \
    note_bar(column("rank"), stringcolumn("event"), stringcolumn("profile"), column("cycles_per_packet"), \
        column("late_packets"))) nooutput
if (bars == 0) { exit status 4 } # nothing to show

height = 165 + 40 * (bars + 1)
call home."style.gpi" ARG3 1100 height
set output ARG2
# The low end is lighter, so that a print in grey tells them apart.
set linetype 1 linecolor rgb style_colour[7] linewidth 1
set linetype 2 linecolor rgb style_colour[2] linewidth 1 dashtype 1
set linetype 3 linecolor rgb style_colour[1] linewidth 1.5 dashtype 1

on(end) = is(end) && column("rank") <= bars ? 1 : NaN
price_of(x) = column("price") == column("price") ? sprintf("%.6g", column("price")) : ""
side(x) = x < base || (x == base && is("low")) ? -1 : 1

set multiplot
set label 1 question at screen 0.5, screen 1 - 25.0 / height center font title_font noenhanced
unset border
unset tics
set border 1
set ytics nomirror scale 0 noenhanced
set ytics ("all prices" 0)
do for [k = 1:bars] { set ytics add (part(labels, k + 1) k) }
set yrange [bars + 0.6 : -0.6]
set xtics nomirror out
set grid noytics xtics linetype 1 linecolor rgb faint linewidth 0.7
set lmargin at screen several > 1 ? 0.26 : 0.21
set rmargin at screen late_moves ? 0.66 : 0.97
set tmargin at screen 1 - 82.0 / height
set bmargin at screen 80.0 / height
set xlabel "cycles per packet; at the ends of a bar the price in cycles"
margin = 0.13 * (most - least)
set xrange [least - margin : most + margin]
set xtics step(most - least, late_moves ? 5 : 9)
half = 0.3
set style fill solid 1.0 noborder
set label 2 sprintf("%s, typical prices: %.0f", method, base) at first base, graph 1 center offset 0, 0.6 noenhanced
c(x) = column("cycles_per_packet")
l(x) = column("late_packets")
r(x) = column("rank")
plot input using (c(0)):(r(0) * on("low")):(base):(c(0)):(r(0) - half):(r(0) + half) with boxxyerror linetype 1, \
     input using (c(0)):(r(0) * on("high")):(base):(c(0)):(r(0) - half):(r(0) + half) with boxxyerror linetype 2, \
     input using (base):(is("typical") ? -0.6 : NaN):(0):(bars + 1.2) with vectors nohead linetype 3, \
     input using (r(0) > 0 && side(c(0)) < 0 ? c(0) : NaN):(r(0) <= bars ? r(0) : NaN):(price_of(0)) with labels right \
         offset -0.5, 0 font small_font, \
     input using (r(0) > 0 && side(c(0)) > 0 ? c(0) : NaN):(r(0) <= bars ? r(0) : NaN):(price_of(0)) with labels left \
         offset 0.5, 0 font small_font, \
     input using (r(0) == 0 && !is("typical") ? c(0) : NaN):(0):(is("low") ? "low" : "") with labels right offset -0.5, 0, \
     input using (r(0) == 0 && !is("typical") ? c(0) : NaN):(0):(is("high") ? "high" : "") with labels left offset 0.5, 0
unset label 1
unset label 2
if (late_moves) {
    set lmargin at screen 0.70
    set rmargin at screen 0.97
    set ytics ("" 0)
    set xlabel "late packets"
    set xrange [0 : most_late * 1.03]
    set xtics step(most_late, 3)
    plot input using (l(0)):(r(0) * on("low")):(base_late):(l(0)):(r(0) - half):(r(0) + half) with boxxyerror linetype 1, \
         input using (l(0)):(r(0) * on("high")):(base_late):(l(0)):(r(0) - half):(r(0) + half) with boxxyerror linetype 2, \
         input using (base_late):(is("typical") ? -0.6 : NaN):(0):(bars + 1.2) with vectors nohead linetype 3
}
unset multiplot
set output
