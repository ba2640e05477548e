# SPDX-License-Identifier: LGPL-2.1-or-later
# What a measured profile predicts of points that were not fitted, against what was measured of them.
# gnuplot -c validation.gp points.csv OUTPUT svg|png|pdf
if (ARGC != 3) { exit error "arguments: points.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("validation.gp")]
question = "Do predicted cycles agree with measured ones?"
call home."table.gpi" ARG1 "measured_ratio measured_ratio_lower measured_ratio_upper predicted_ratio judged cut_by"
input = ARG1
stats input using (column("measured_ratio")):(column("predicted_ratio")) name "R" nooutput
if (!exists("R_records") || R_records == 0) { exit status 4 } # nothing to show
call home."style.gpi" ARG3 900 800
set output ARG2
least = 0.7 * (R_min_x < R_min_y ? R_min_x : R_min_y)
most = 1.4 * (R_max_x > R_max_y ? R_max_x : R_max_y)
set title question font title_font
set xlabel "measured, of sendto with the same payload (bars: quartiles)"
set ylabel "predicted, of sendto with the same payload"
set logscale xy
set xrange [least:most]
set yrange [least:most]
set xtics (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
set ytics (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
set grid xtics
set key left top Left reverse
is(by, cut, j) = (j ? stringcolumn("judged") eq "no" : (stringcolumn("judged") eq "yes" && stringcolumn("cut_by") eq cut))
x(cut, j) = is(0, cut, j) ? column("measured_ratio") : NaN
lower(j) = column("measured_ratio_lower")
upper(j) = column("measured_ratio_upper")
set samples 200
plot 1.2 * x lw 1 dt 2 linecolor rgb helper title "20 % more, 20 % less", \
     x / 1.2 lw 1 dt 2 linecolor rgb helper notitle, \
     x lw 1 dt 1 linecolor rgb helper title "the same", \
     input using (x("nobody", 0)):(column("predicted_ratio")):(lower(0)):(upper(0)) with xerrorbars dashtype 1 pt 7 ps 1.2 * scale linecolor rgb style_colour[4] title "a packet a message", \
     input using (x("kernel", 0)):(column("predicted_ratio")):(lower(0)):(upper(0)) with xerrorbars dashtype 1 pt 5 ps 1.2 * scale linecolor rgb style_colour[2] title "cut by the kernel (UDP GSO)", \
     input using (x("link", 0)):(column("predicted_ratio")):(lower(0)):(upper(0)) with xerrorbars dashtype 1 pt 9 ps 1.4 * scale linecolor rgb style_colour[3] title "cut by the link (nobody does here)", \
     input using (x("driver", 1)):(column("predicted_ratio")):(lower(1)):(upper(1)) with xerrorbars dashtype 1 pt 13 ps 1.4 * scale linecolor rgb style_colour[5] title "frames (not judged)"
