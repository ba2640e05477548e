# SPDX-License-Identifier: LGPL-2.1-or-later
# Cost profiles as C rows: awk -f profiles.awk FILE.ini ... > profiles.c
# The name of a profile is that of its file. What this accepts is what the weft command accepts of a profile file that
# names every event; a test compares the two.

function stop(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
    failed = 1
    exit 1
}

# Thousandths of a cycle of "0.22 cycles".
function mcycles(text,    number, parts, n) {
    if (text !~ /^[0-9]+(\.[0-9][0-9]?[0-9]?)? cycles$/)
        stop("\"" text "\" is no price; allowed: 12 cycles, 0.22 cycles, three decimals at most")
    number = text
    sub(/ cycles$/, "", number)
    n = split(number, parts, ".")
    return (parts[1] substr((n > 1 ? parts[2] : "") "000", 1, 3)) + 0
}

function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

function end_event() {
    if (event == "")
        return
    if (!("low" in value && "typical" in value && "high" in value && "source" in value && "confidence" in value))
        stop("[" event "] needs low, typical, high, source and confidence")
    printf "        [WEFT_%s] = {UINT64_C(%s), UINT64_C(%s), UINT64_C(%s), %s, %s},\n", toupper(event),
        mcycles(value["low"]), mcycles(value["typical"]), mcycles(value["high"]), quoted(value["source"]),
        quoted(value["confidence"])
    split("", value)
    event = ""
}

function end_profile() {
    if (symbol == "")
        return
    end_event()
    print "    },\n};\n"
}

BEGIN {
    print "/* Made from the profile files by profiles.awk. */\n#include \"weft/cost.h\"\n"
}

FNR == 1 {
    end_profile()
    name = FILENAME
    sub(/.*\//, "", name)
    sub(/\.ini$/, "", name)
    symbol = "weft_profile_" name
    gsub(/-/, "_", symbol)
    table = table ", &" symbol
    printf "const struct weft_profile %s = {\n    .name = %s,\n", symbol, quoted(name)
}

/^#/ || /^$/ { next }

/^\[[a-z0-9_]+\]$/ {
    end_event()
    if (group == "profile")
        print "    .price = {"
    group = substr($0, 2, length($0) - 2)
    if (group != "profile")
        event = group
    next
}

/^[a-z]+ = ./ {
    key = $1
    text = substr($0, length(key) + 4)
    if (group == "profile" && key == "help")
        printf "    .help = %s,\n", quoted(text)
    else if (group == "profile" && key == "memory" && text ~ /^[a-z0-9-]+$/) {
        gsub(/-/, "_", text)
        printf "    .memory = &weft_memory_%s,\n", text
    }
    else if (event != "" && key ~ /^(low|typical|high|source|confidence)$/)
        value[key] = text
    else
        stop(group "." key " is not known")
    next
}

{ stop("is no [GROUP], KEY = VALUE or # comment") }

END {
    if (failed)
        exit 1
    end_profile()
    print "const struct weft_profile *const weft_profiles[] = {&weft_profile_free" table ", NULL};"
}
