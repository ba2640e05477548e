# SPDX-License-Identifier: LGPL-2.1-or-later
# PAGE... WORDS: the words, with a row for each page in place of {{table}}: its title, the first sentence of its answer (the
# paragraph in bold), its figure, and why it is asked.
FILENAME != file { file = FILENAME; n++; name[n] = FILENAME; sub(/.*\//, "", name[n]); sub(/\.md$/, "", name[n]); bold = 0; asked = 0 }
/^# / && !(n in title) { title[n] = substr($0, 3) }
/^\*\*/ && !(n in done) { bold = 1 }
bold { text[n] = text[n] (text[n] == "" ? "" : " ") $0; if (/\*\*$/) { bold = 0; done[n] = 1 } }
/^Why it is asked: / { asked = 1 }
asked && $0 == "" { asked = 0 }
asked { why[n] = why[n] (why[n] == "" ? "" : " ") $0 }
{ line[n] = FNR; words[n, FNR] = $0 }
END {
    for (i = 1; i <= line[n]; i++) {
        if (words[n, i] != "{{table}}") { print words[n, i]; continue }
        print "| question | answer | | why it is asked |"
        print "|---|---|---|---|"
        for (k = 1; k < n; k++) {
            if (!(k in done) || why[k] == "") { print name[k] ": no answer, or not why it is asked" > "/dev/stderr"; exit 1 }
            gsub(/\*\*/, "", text[k])
            sub(/[.] .*/, ".", text[k])
            sub(/^Why it is asked: /, "", why[k])
            print "| [" title[k] "](" name[k] ".md) | " text[k] " | [figure](" name[k] ".svg) | " why[k] " |"
        }
    }
}
