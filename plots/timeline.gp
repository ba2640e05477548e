# SPDX-License-Identifier: LGPL-2.1-or-later
# The packets of one interval on a server's link and on the ports behind it, and what these ports hold, a panel a method.
# gnuplot -c timeline.gp TIMELINE.csv OUTPUT svg|png|pdf
# The input is a timeline.csv of `weft compare --out` or `weft run --out`: a header row, then for each method an interval, a window
# of it, packets on links and levels. Ports are called A, B, ... in their order. Two ports where there are many methods; of more than
# six methods those that are named below, or the first six.
if (ARGC != 3) { exit error "arguments: TIMELINE.csv OUTPUT svg|png|pdf" }
home = ARG0[1:strlen(ARG0) - strlen("timeline.gp")]
question = "When is each packet on the wire, and what do the ports hold?"
chosen = "multi-destination interleaved per-destination-fq interleaved-paced"
call home."table.gpi" ARG1 "method what port stream begin_ps end_ps packets"
input = ARG1

# Methods and ports in the order of the file, and whether packets go to others.
methods = ""
ports = ""
note_method(m) = (listed(methods, m) ? 0 : (methods = methods." ".m, 0))
note_port(p) = (listed(ports, p) ? 0 : (ports = ports." ".p, 0))
kind(x) = stringcolumn("what")
stats input using (note_method(stringcolumn("method")), kind(0) eq "held" ? note_port(stringcolumn("port")) : 0) nooutput
if (words(methods) > 6) {
    some = ""
    do for [m in chosen] { if (listed(methods, m)) { some = some." ".m } }
    if (some eq "") { do for [i = 1:6] { some = some." ".word(methods, i) } }
    methods = some
}
panels = words(methods)
columns = panels > 3 ? 2 : 1
rows = (panels + columns - 1) / columns
shown = panels == 1 ? 4 : panels == 2 ? 3 : 2
shown = shown < words(ports) ? shown : words(ports)
port_number(k) = word(ports, k) + 0

# The window, the most that a port holds, how long packets are and how many go elsewhere.
from = 0
until = 0
interval = 0
most = 1
elsewhere = 0
packet = 1e30 # the shortest on the link, and on ports
port_packet = 1e30
ps(name) = column(name)
is_shown_port(p) = sum [k = 1:shown] (port_number(k) == p)
note_window(b, e) = (from = b, until = e, 0)
note_interval(b, e) = (interval = e - b, 0)
note_held(p, n) = (most = is_shown_port(p) ? more(most, n) : most, 0)
note_link(p, b, e) = (elsewhere = elsewhere + !is_shown_port(p), packet = less(packet, e - b), 0)
note_row(w) = listed(methods, stringcolumn("method")) == 0 ? 0 : \
    w eq "window" ? note_window(ps("begin_ps"), ps("end_ps")) : \
    w eq "interval" ? note_interval(ps("begin_ps"), ps("end_ps")) : \
    w eq "held" ? note_held(column("port"), column("packets")) : \
    w eq "port" ? (port_packet = less(port_packet, ps("end_ps") - ps("begin_ps")), 0) : \
    w eq "link" ? note_link(column("port"), ps("begin_ps"), ps("end_ps")) : 0
stats input using (note_row(kind(0))) nooutput
if (until <= from || packet > 1e29) { exit status 4 } # nothing was sent in the window

# Pixels: a panel has a heading, the link, and for each port its link and what it holds.
width = 1100
left = 130
right = columns == 1 ? 190 : 90
heading = 46
bar = 22
level = 30
gap = 9
head = 66
foot = 84
panel = heading + bar + gap + shown * (bar + level + gap)
height = head + rows * panel + foot
call home."style.gpi" ARG3 width height
set output ARG2
across = (width - 1.0 * columns * (left + right)) / columns # pixels of a panel's axis
pixels(t) = across * t / (until - from)

# Dark and light by turns, so that neighbours differ in grey.
array tone[4] = [4, 6, 3, 5]
pale(k) = style_pale[tone[k]]
ink(k) = style_ink[tone[k]]
letter(k) = word("A B C D", k)
colour(k) = style_colour[tone[k]]
nth(list, n) = word(list, n) + 0

us(t) = (t - from) / 1e6
begins(x) = us(more(ps("begin_ps"), from))
ends(x) = us(less(ps("end_ps"), until))
middle(x) = (begins(0) + ends(0)) / 2
is(w) = stringcolumn("method") eq method && kind(0) eq w
of(w, k) = is(w) && column("port") == port_number(k)
mid(w, k) = of(w, k) ? middle(0) : NaN
# From the top down, in pixels; the link is at 0.
port_top(k) = -(bar + gap + (k - 1) * (bar + level + gap))
floor_of(k) = port_top(k) - bar - level
height_of(n) = (level - 3.0) * n / most
fits(x) = pixels(ps("end_ps") - ps("begin_ps")) >= 9 && ps("begin_ps") >= from && ps("end_ps") <= until
rim(t, own) = pixels(t) >= 5 ? paper : own # between packets, where they are wide enough

lasting(t) = t >= 1e12 ? sprintf("%g s", t / 1e12) : t >= 1e9 ? sprintf("%.3g ms", t / 1e9) : sprintf("%.3g µs", t / 1e6)
about = until - from < interval * 0.999 ? sprintf("The first %s of an interval of %s", lasting(until - from), lasting(interval)) \
                                       : sprintf("One interval of %s", lasting(interval))
about = about."; "

# Parts of the plot; gnuplot complains of those that would show nothing.
bars = ':(begins(0)):(ends(0)):'
solid(edge, inside) = ' with boxxyerror fillstyle solid border rgb '.edge.' linecolor rgb '.inside.' linewidth 0.8 dashtype 1'
held = 'for [k = 1:shown] input using (mid("held", k)):(0)'.bars.'(floor_of(k)):(floor_of(k) + height_of(column("packets")))'. \
    solid('pale(k)', 'pale(k)').', for [k = 1:shown] floor_of(k) linecolor rgb helper linewidth 0.7 dashtype 1'
with_others = ', input using (is("link") && !is_shown_port(column("port")) ? middle(0) : NaN):(0)'.bars.'(-bar):(0)'. \
    solid('rim(packet, light)', 'light')
with_sent = ', for [n = 1:words(sent)] input using (mid("link", nth(sent, n))):(0)'.bars.'(-bar):(0)'. \
    solid('rim(packet, colour(nth(sent, n)))', 'colour(nth(sent, n))')
with_carried = ', for [n = 1:words(carried)] input using (mid("port", nth(carried, n))):(0)'.bars. \
    '(port_top(nth(carried, n)) - bar):(port_top(nth(carried, n)))'. \
    solid('rim(port_packet, colour(nth(carried, n)))', 'colour(nth(carried, n))')
with_sent_letters = ', for [n = 1:words(sent_wide)] input using (fits(0) ? mid("link", nth(sent_wide, n)) : NaN):'. \
    '(-bar / 2.0):(letter(nth(sent_wide, n))) with labels font small_font textcolor rgb ink(nth(sent_wide, n))'
with_carried_letters = ', for [n = 1:words(carried_wide)] input using (fits(0) ? mid("port", nth(carried_wide, n)) : NaN):'. \
    '(port_top(nth(carried_wide, n)) - bar / 2.0):(letter(nth(carried_wide, n)))'. \
    ' with labels font small_font textcolor rgb ink(nth(carried_wide, n))'
with_lost = ', for [n = 1:words(lossy)] input using (mid("lost", nth(lossy, n))):(floor_of(nth(lossy, n)) + level - 3)'. \
    ' with points pointtype 2 pointsize 0.9 * scale linecolor rgb style_colour[1] linewidth 1.5'

set multiplot
set label 1 question at screen 0.5, screen 1 - 26.0 / height center font title_font noenhanced
set label 2 about.(elsewhere > 0 ? "packets to other ports are grey" : "all packets that were sent") \
    at screen 0.5, screen 1 - 56.0 / height center textcolor rgb helper noenhanced
unset grid
set grid xtics linetype 1 linecolor rgb faint linewidth 0.7 dashtype 1
unset ytics
set xrange [0 : us(until)]
set yrange [-(panel - heading) : 0]
set xtics step(us(until), columns == 1 ? 10 : 5)
do for [panel_number = 1:panels] {
    method = word(methods, panel_number)
    at_row = (panel_number - 1) / columns
    at_column = (panel_number - 1) % columns
    x0 = at_column * (left + across + right) + left
    y0 = head + at_row * panel + heading
    set lmargin at screen x0 / width
    set rmargin at screen (x0 + across) / width
    set tmargin at screen 1 - 1.0 * y0 / height
    set bmargin at screen 1 - 1.0 * (y0 + panel - heading) / height
    if (panel_number + columns > panels) {
        set xlabel "time since the interval began (µs)"
        set format x "%g"
        set border 1
        set xtics scale 1
    } else {
        unset xlabel
        set format x ""
        set border 0
        set xtics scale 0
    }
    set label 3 method at first 0, first 14 left font heading_font noenhanced
    set label 4 "server's link" at graph 0, first -bar / 2.0 right offset -1, 0 noenhanced
    sent = "" # ports with such packets; wide: some of them have room for a letter
    sent_wide = ""
    carried = ""
    carried_wide = ""
    lossy = ""
    others = 0
    note_other(x) = (others = 1, 0)
    stats input using (is("link") && !is_shown_port(column("port")) ? note_other(0) : 0) nooutput
    do for [k = 1:shown] {
        holds = 0
        loses = 0
        sends = 0
        carries = 0
        sends_wide = 0
        carries_wide = 0
        note_most(n) = (holds = more(holds, n), 0)
        note_sent(wide) = (sends = 1, sends_wide = sends_wide + wide, 0)
        note_carried(wide) = (carries = 1, carries_wide = carries_wide + wide, 0)
        stats input using (of("held", k) ? note_most(column("packets")) : of("lost", k) ? (loses = loses + 1, 0) : \
            of("link", k) ? note_sent(fits(0)) : of("port", k) ? note_carried(fits(0)) : 0) nooutput
        if (sends) { sent = sent." ".k }
        if (sends_wide) { sent_wide = sent_wide." ".k }
        if (carries) { carried = carried." ".k }
        if (carries_wide) { carried_wide = carried_wide." ".k }
        if (loses) { lossy = lossy." ".k }
        set label 10 + k "port ".letter(k) at graph 0, first port_top(k) - bar / 2.0 right offset -1, 0 noenhanced
        set label 20 + k "it holds" at graph 0, first floor_of(k) + level / 2.0 right offset -1, 0 font small_font \
            textcolor rgb helper noenhanced
        set label 30 + k sprintf(columns == 1 ? "at most %d packet%s" : "up to %d", holds, holds == 1 ? "" : "s") \
            at graph 1, first floor_of(k) + level / 2.0 left offset 1, 0 noenhanced
        set label 40 + k sprintf(loses > 0 ? "%d lost (x)" : "", loses) at graph 1, first port_top(k) - bar / 2.0 left offset 1, 0 \
            noenhanced
    }
    eval "plot ".held.(others ? with_others : "").(words(sent) ? with_sent : "").(words(carried) ? with_carried : ""). \
        (words(sent_wide) ? with_sent_letters : "").(words(carried_wide) ? with_carried_letters : ""). \
        (words(lossy) ? with_lost : "")
    unset label 1
    unset label 2
}
unset multiplot
set output
