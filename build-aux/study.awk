# SPDX-License-Identifier: LGPL-2.1-or-later
# Words with queries in place of numbers become a page. usage: awk -f study.awk SETTINGS CSV WORDS (SETTINGS: key files without comments)
#     {{COLUMN; KEY=VALUE; KEY<NUMBER; ...}}      the cell of the one row for which all of this holds
#     {{min COLUMN; ...}} max, mean, ci95, count  of all such rows
#     {{A / B : %.1f}}                            also * - +, from left to right, of queries and numbers; a printf format
#     {{given; KEY=VALUE; ...}}                   holds for all queries from here on that do not ask for KEY themselves
#     {{holds A <= B}}                            writes nothing; fails where it does not hold (also < = > >=)
#     {{points}} {{settings}}                     of the sweep
# A number in the words that is neither made so nor stands in the settings is an error: nothing would say when it is stale.
FILENAME != file { file = FILENAME; files++; line_number = 0 }
{ line_number++ }
files == 1 { note_numbers($0, "settings"); next }
files == 2 && line_number == 1 {
    columns = split($0, head, ",")
    for (i = 1; i <= columns; i++) at[head[i]] = i
    next
}
files == 2 { rows++; split($0, cell, ","); for (i = 1; i <= columns; i++) table[rows, i] = cell[i]; next }
{
    text = $0
    written = ""
    bare = ""
    drops = text ~ /^ *({{(given|holds)[^}]*}} *)+$/
    while ((start = index(text, "{{")) > 0) {
        end = index(text, "}}")
        if (end < start) fail("{{ without }}")
        written = written substr(text, 1, start - 1) answer(substr(text, start + 2, end - start - 2))
        bare = bare substr(text, 1, start - 1) " "
        text = substr(text, end + 2)
    }
    if (!drops) print written text
    note_numbers(bare text, "words")
}
END { if (!failed && files != 3) { print "no words" > "/dev/stderr"; exit 1 } }

function fail(why) {
    print file ":" line_number ": " why > "/dev/stderr"
    failed = 1
    exit 1
}

function note_numbers(line, where,    token) {
    if (where == "words") {
        gsub(/`[^`]*`/, " ", line)          # code
        gsub(/\]\([^)]*\)/, " ", line)      # targets of links
    }
    while (match(line, /[0-9][0-9.,]*[0-9]|[0-9]/)) {
        token = substr(line, RSTART, RLENGTH)
        gsub(/,/, "", token)
        if (where == "settings") known[token] = 1
        else if (!(token in known)) fail("nothing checks the number " token)
        line = substr(line, RSTART + RLENGTH)
    }
}

function trim(s) { gsub(/^ +| +$/, "", s); return s }

function answer(query,    format, cut, part, relation, a, b, i) {
    query = trim(query)
    if (query == "points") return points
    if (query == "settings") return settings
    if (query ~ /^given *;/) {
        split("", given)
        cut = split(query, part, / *; */)
        for (i = 2; i <= cut; i++) condition(part[i], given)
        return ""
    }
    if (query ~ /^holds /) {
        if (!match(query, / (<=|>=|<|>|=) /)) fail("holds what? " query)
        relation = trim(substr(query, RSTART, RLENGTH))
        part[1] = substr(query, 7, RSTART - 7)
        part[2] = substr(query, RSTART + RLENGTH)
        a = value(part[1]) + 0
        b = value(part[2]) + 0
        if (!compared(a, relation, b)) fail("does not hold: " query ": " a ", " b)
        return ""
    }
    format = "%.0f"
    if (match(query, / : %[^ ]*$/)) {
        format = substr(query, RSTART + 3)
        query = substr(query, 1, RSTART - 1)
    }
    return grouped(sprintf(format, value(query)))
}

function compared(a, relation, b) {
    return relation == "<" ? a < b : relation == "<=" ? a <= b : relation == ">" ? a > b : relation == ">=" ? a >= b : a == b
}

# 12345.6 -> 12,345.6
function grouped(s,    whole, rest) {
    rest = ""
    whole = s
    if (match(s, /[.]/)) { whole = substr(s, 1, RSTART - 1); rest = substr(s, RSTART) }
    while (match(whole, /[0-9][0-9][0-9][0-9]$/)) {
        rest = "," substr(whole, RSTART + 1) rest
        whole = substr(whole, 1, RSTART)
    }
    return whole rest
}

function value(expression,    result, operator, rest, next_operator) {
    rest = trim(expression)
    operator = "+"
    while ((next_operator = match(rest, / [-+*\/] /)) > 0) {
        result = applied(result, operator, term(substr(rest, 1, next_operator - 1)))
        operator = substr(rest, next_operator + 1, 1)
        rest = substr(rest, next_operator + 3)
    }
    return applied(result, operator, term(rest))
}
function applied(a, operator, b) {
    if (operator == "/" && b == 0) fail("divides by 0")
    return operator == "+" ? a + b : operator == "-" ? a - b : operator == "*" ? a * b : a / b
}

function condition(text, into,    relation, key) {
    if (!match(text, /<=|>=|<|>|=/)) fail("no condition: " text)
    relation = substr(text, RSTART, RLENGTH)
    key = substr(text, 1, RSTART - 1)
    if (!(key in at)) fail("no column " key)
    into[key] = relation SUBSEP substr(text, RSTART + RLENGTH)
}

function fits(r, wanted,    key, part, is) {
    for (key in wanted) {
        split(wanted[key], part, SUBSEP)
        is = table[r, at[key]]
        if (part[1] == "=" ? is != part[2] : !compared(is + 0, part[1], part[2] + 0)) return 0
    }
    return 1
}

function term(text,    part, n, i, kind, column, wanted, key, found, r, v, sum, squares, least, most) {
    text = trim(text)
    if (text ~ /^[0-9.]+$/) return text + 0
    n = split(text, part, / *; */)
    kind = "one"
    column = part[1]
    if (match(column, /^(min|max|mean|ci95|count) /)) {
        kind = substr(column, 1, RLENGTH - 1)
        column = substr(column, RLENGTH + 1)
    }
    if (!(column in at)) fail("no column " column)
    for (key in given) wanted[key] = given[key]
    for (i = 2; i <= n; i++) condition(part[i], wanted)
    for (r = 1; r <= rows; r++)
        if (fits(r, wanted)) {
            v = table[r, at[column]] + 0
            if (!found++ || v < least) least = v
            if (found == 1 || v > most) most = v
            sum += v
            squares += v * v
        }
    if (kind == "count") return found + 0
    if (!found || (kind == "one" && found > 1)) fail((found ? found : "no") " rows: " text)
    if (kind == "ci95") return half_interval(found, sum, squares)
    return kind == "min" ? least : kind == "max" ? most : sum / found
}
