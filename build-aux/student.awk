# SPDX-License-Identifier: LGPL-2.1-or-later
# Half of the 95 % confidence interval of a mean, from a count of values, their sum and the sum of their squares: t sd / sqrt(n), as weft's own
# (docs/model.md, Replications). Two-sided 95 % quantiles of Student's distribution by degrees of freedom, from any table.
function half_interval(n, sum, squares,    t, quantile) {
    split("12.7062 4.30265 3.18245 2.77645 2.57058 2.44691 2.36462 2.306 2.26216 2.22814 2.20099 2.17881 2.16037 2.14479 2.13145 2.11991 2.10982 2.10092 2.09302", quantile, " ")
    if (n < 2 || !(n - 1 in quantile)) { print "no quantile for " n " values" > "/dev/stderr"; failed = 1; exit 1 }
    t = squares - sum * sum / n
    return quantile[n - 1] * sqrt((t > 0 ? t : 0) / (n - 1) / n)
}
