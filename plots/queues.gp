# SPDX-License-Identifier: LGPL-2.1-or-later
# What ports of switches hold over time, a panel a port.
# gnuplot -c queues.gp QUEUES.csv OUTPUT svg|png|pdf [PORT...]
# The input is a file of `weft run --trace-queues`: a header row, then a row for each change; rows of one port are in the
# order of time. Ports by their numbers, six at most (gnuplot hands on no more); without one the port that holds most.
if (ARGC < 3) { exit error "arguments: QUEUES.csv OUTPUT svg|png|pdf [PORT...]" }
home = ARG0[1:strlen(ARG0) - strlen("queues.gp")]
question = "How full are the ports of the switches?"
call home."table.gpi" ARG1 "port at_ps bytes"
input = ARG1
ports = ""
do for [i = 4:ARGC] { ports = ports." ".value(sprintf("ARG%d", i)) }

ms(x) = column("at_ps") / 1e9
kb(x) = column("bytes") / 1e3
is(p) = column("port") == p
note_row(p, y) = (y > most ? (most = y, fullest = p) : 0, 0)
most = -1
fullest = -1
stats input using (note_row(column("port"), kb(0))) nooutput
if (fullest < 0) { exit status 4 } # nothing to show: no port ever held anything
if (words(ports) == 0) { ports = sprintf("%d", fullest) }

# Common ranges of the ports that are shown.
until = 0
top = 0
note_shown(t, y) = (until = t > until ? t : until, top = y > top ? y : top, 0)
do for [p in ports] { stats input using (is(p + 0) ? note_shown(ms(0), kb(0)) : 0) nooutput }
if (top == 0) { exit status 4 }

panels = words(ports)
each = panels > 1 ? 150 : 280 # pixels of a panel
height = 140 + each * panels
call home."style.gpi" ARG3 900 height
set output ARG2

set multiplot
set label 1 question \
    at screen 0.5, screen 1 - 30.0 / height center font title_font noenhanced
set style fill solid noborder
set lmargin at screen 0.1
set rmargin at screen 0.97
set xrange [0 : until]
set yrange [0 : 1.08 * top]
set ytics step(top, panels > 1 ? 3 : 6)
set label 2 "in the port (KB)" at screen 0.025, screen 0.5 center rotate noenhanced
do for [i = 1:panels] {
    p = word(ports, i) + 0
    set tmargin at screen 1 - (80.0 + (i - 1) * each) / height
    set bmargin at screen 1 - (80.0 + i * each - 30) / height
    if (i == panels) { set xlabel "time (ms)"; set format x } else { unset xlabel; set format x "" }
    peak = -1
    peak_ms = 0
    note_peak(t, y) = (y > peak ? (peak = y, peak_ms = t) : 0, 0)
    stats input using (is(p) ? note_peak(ms(0), kb(0)) : 0) nooutput
    set label 3 (peak < 0 ? sprintf("port %d: nothing", p) : sprintf("port %d: at most %.1f KB, at %.3f ms", p, peak, peak_ms)) \
        at graph 1, graph 1 right offset 0, 0.7 noenhanced
    if (peak >= 0) {
        plot input using (ms(0)):(is(p) ? kb(0) : NaN) with fillsteps linecolor rgb light, \
             input using (ms(0)):(is(p) ? kb(0) : NaN) with steps linetype 1 linewidth 1.2
    } else {
        plot 0 linetype 1 linewidth 1.2
    }
    unset label 1
    unset label 2
}
unset multiplot
set output
