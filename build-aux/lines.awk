# SPDX-License-Identifier: LGPL-2.1-or-later
# A text file as an array of lines in C: awk -v name=NAME -f lines.awk FILE
BEGIN { printf "/* Made of a text file. */\n#include <stddef.h>\nextern const char *const %s[];\nconst char *const %s[] = {\n", name, name }
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "    \"%s\",\n", $0 }
END { print "    NULL,\n};" }
