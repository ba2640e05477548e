# SPDX-License-Identifier: LGPL-2.1-or-later
# How full the buffers of the first and of the last device are around the start of playback, a panel a method.
# gnuplot -c device-buffer.gp DEVICE-BUFFER.csv OUTPUT svg|png|pdf
# The input is a device-buffer.csv of `weft compare --out`: a header row, then a row for each change of a level; rows of
# one method and stream are in the order of time.
if (ARGC != 3) { exit error "arguments: DEVICE-BUFFER.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("device-buffer.gp")]
question = "How full is a device's buffer?"
call home."table.gpi" ARG1 "method stream at_ps buffer_bytes"
input = ARG1

# Methods in the order of the file, the streams, common ranges, and when each method's first packet is played: the first
# row of a stream with a lower level than the row before.
methods = ""
note_method(m) = (listed(methods, m) ? 0 : (methods = methods." ".m, 0))
first = 1e9
last = -1
from = 1e30
until = 0
top = 1
note_row(s, t, y) = (first = less(first, s), last = more(last, s), from = less(from, t), until = more(until, t), \
                     top = more(top, y), 0)
ms(x) = column("at_ps") / 1e9
kb(x) = column("buffer_bytes") / 1e3
stats input using (note_method(stringcolumn("method")) + note_row(column("stream"), ms(0), kb(0))) nooutput
if (from >= until) { exit status 4 } # nothing to show

playing = 1e30
before = -1
of = ""
note_playing(key, t, y) = (playing = (key eq of && y < before) ? less(playing, t) : playing, of = key, before = y, 0)
is_first(x) = column("stream") == first
stats input using (is_first(0) ? note_playing(stringcolumn("method"), ms(0), kb(0)) : 0) nooutput

call home."style.gpi" ARG3 1100 420
set output ARG2
# Widths and dashes tell the lines apart without any colour.
set linetype 1 linewidth 1.6
set linetype 2 linewidth 2.2 dashtype (6, 3)

is(s) = stringcolumn("method") eq method && column("stream") == s
level(s) = is(s) ? kb(0) : NaN
later(s) = is(s) && ms(0) > from + 0.35 * (until - from) ? kb(0) : NaN

middle = from + 0.67 * (until - from) # above and below all lines that are drawn there
panels = words(methods)
left = 0.085
width = (0.99 - left) / panels
set multiplot
set label 1 question at screen 0.5, 0.945 center font title_font noenhanced
set tmargin at screen 0.80
set bmargin at screen 0.19
set xrange [from : until]
set yrange [0 : 1.15 * top]
set xlabel "time (ms)"
do for [i = 1:panels] {
    method = word(methods, i)
    set lmargin at screen left + (i - 1) * width
    set rmargin at screen left + i * width - 0.02
    if (i == 1) { set ylabel "payload in the buffer (KB)" offset 1, 0 } else { unset ylabel; set format y "" }
    set label 2 method at graph 0.5, 1.06 center font heading_font noenhanced
    if (playing < until) {
        set arrow 1 from playing, graph 0 to playing, graph 1 nohead linecolor rgb helper linewidth 1.2 dashtype 3
        set label 3 " playback" at playing, graph 0.06 left noenhanced
    }
    undefine A_* B_*
    stats input using (later(first)) name "A" nooutput
    stats input using (later(last)) name "B" nooutput
    unset label 4
    unset label 5
    if (exists("A_max")) {
        set label 4 (last > first ? "first device" : "the device") at middle, A_max center offset 0, 0.7 noenhanced
    }
    if (last > first && exists("B_min")) {
        set label 5 "last device" at middle, B_min center offset 0, -0.9 textcolor linetype 2 noenhanced
    }
    plot input using (ms(0)):(level(first)) with steps linetype 1, \
         input using (ms(0)):(last > first ? level(last) : NaN) with steps linetype 2
    unset label 1
}
unset multiplot
set output
