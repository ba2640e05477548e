# SPDX-License-Identifier: LGPL-2.1-or-later
# How many packets a second the engine simulates, by back end and number of streams, alone and with all that `weft run` measures, between
# peers and the limit.
# gnuplot -c engine-speed.gp ENGINE.csv OUTPUT svg|png|pdf
# The input is an engine.csv of `weft-bench-engine --out`: a header row, then a row for each case. Shown are the plain scales (one
# application on one server) of the method that is measured at all of them, `interleaved`; what has no value at a scale was not measured there.
if (ARGC != 3) { exit error "arguments: ENGINE.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("engine-speed.gp")]
question = "How many packets a second does the engine simulate?"
call home."table.gpi" ARG1 "backend method observers scale streams packets_per_s packets_per_s_least packets_per_s_most"

# Plain scales are named after their number of streams. A back end is a line, and the two that are not slowed down by a simulator's events
# another with all observers; of peers those that weft is held against, of the limits that of the whole run.
hidden = "lindley-loop ns-3-events ns-3-UdpClient ns-3-OnOff SimGrid-sendto SimGrid-sleep"
is_plain(x) = stringcolumn("method") eq "interleaved" && stringcolumn("scale") eq stringcolumn("streams")
is_alone(x) = stringcolumn("observers") eq "none" && !listed(hidden, stringcolumn("backend"))
is_full(x) = stringcolumn("observers") eq "full" && listed("reference simgrid", stringcolumn("backend"))
is_shown(x) = is_plain(0) && (is_alone(0) || is_full(0))
line_of(x) = stringcolumn("backend").(stringcolumn("observers") eq "full" ? "+full" : "")
series = ""
scales = ""
note_line(s) = (listed(series, s) ? 0 : (series = series.(series eq "" ? "" : " ").s, 0))
note_scale(s) = (listed(scales, s) ? 0 : (scales = scales.(scales eq "" ? "" : " ").s, 0))
stats ARG1 using (is_shown(0) ? note_line(line_of(0)) + note_scale(stringcolumn("streams")) : 0) nooutput
if (series eq "") { exit status 4 } # other methods or observers only
is_of(i) = is_shown(0) && line_of(0) eq word(series, i)

# Bars of one scale stand side by side.
n = words(series)
x(i) = column("streams") * 1.05 ** (i - (n + 1) / 2.0)
y(x) = column("packets_per_s") / 1e6
low(x) = column("packets_per_s_least") / 1e6
high(x) = column("packets_per_s_most") / 1e6
has_range = 1
bars_label = "least and most"
set logscale x
unset mxtics
set xtics ()
first = word(scales, 1) + 0
last = first
do for [s in scales] {
    set xtics add (s s + 0)
    first = less(first, s + 0)
    last = more(last, s + 0)
}
set xrange [first / 1.6 : last * 1.6]
x_label = "streams, as many destinations"
y_label = "million packets/s"
log_y = 1
joined = 1
foot = 0
marker = NaN
call home."lines.gpi" ARG1 ARG2 ARG3
