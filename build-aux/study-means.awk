# SPDX-License-Identifier: LGPL-2.1-or-later
# Rows that differ only in the keys that match `over` become one, with means and, after them, NAME_ci95. Rows with `without` (KEY=VALUE) are
# left out. Needs student.awk.
BEGIN { FS = ","; cut = index(without, "=") }
NR == 1 {
    for (i = 1; i <= NF; i++) {
        if ($i == substr(without, 1, cut - 1)) left_out = i
        if ($i == "backend") backend = i
        if (i > 1 && $i !~ over) { kept[++n] = i; title = title (n > 1 ? "," : "") $i }
        if (backend && i > backend) more = more "," $i "_ci95"
    }
    print title more
    next
}
$left_out != substr(without, cut + 1) {
    group = ""
    for (k = 1; k <= n && kept[k] <= backend; k++) group = group (k > 1 ? "," : "") $kept[k]
    if (!(group in count)) order[++groups] = group
    count[group]++
    for (i = backend + 1; i <= NF; i++) { sum[group, i] += $i; squares[group, i] += $i * $i }
    columns = NF
}
END {
    for (g = 1; g <= groups; g++) {
        line = order[g]
        for (i = backend + 1; i <= columns; i++) line = line sprintf(",%.10g", sum[order[g], i] / count[order[g]])
        for (i = backend + 1; i <= columns; i++)
            line = line sprintf(",%.6g", half_interval(count[order[g]], sum[order[g], i], squares[order[g], i]))
        print line
    }
}
