/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_RECORD_H
#define COMMAND_SWEEP_RECORD_H

/* What is kept of a point: a file each, one JSON object that says of which point it is and carries a digest of the rest.
 *
 *     {"schema":"weft-point/1","id":"00007","hash":"...","digest":"...","row":"cells of the CSV","result":{weft-run/1}}
 *     {"schema":"weft-point/1","id":"00007","hash":"...","digest":"...","error":"what went wrong"} */

#include "sweep_manifest.h"

enum record_state {
    RECORD_ABSENT,
    RECORD_WHOLE,
    RECORD_BROKEN, /* no record, or half of one */
    RECORD_FOREIGN /* a whole one, of another point */
};

struct record {
    char *text;                 /* of the file; NULL: it is not whole */
    char *row, *result, *error; /* parts of it; NULL: it has none */
};

enum record_kind { RECORD_RESULT, RECORD_FAILURE };
/* points/ID.json, points/ID.failed. The caller frees with g_free. */
char *record_name(const struct manifest_point *point, enum record_kind kind);

/* The texts of files. The caller frees with g_free. */
char *record_of_result(const struct manifest_point *point, const char *row, const char *result);
char *record_of_failure(const struct manifest_point *point, const char *message);

/* What a file is to the point. FALSE and an error if it is there and cannot be read. Where it is whole, the caller clears `record`. */
gboolean record_read(const char *path, const struct manifest_point *point, enum record_state *state,
                     struct record *record, GError **error);
/* What a text is: the part of reading that does not touch files. Takes the text apart in place. */
enum record_state record_judge(char *text, const struct manifest_point *point, struct record *record);
void record_clear(struct record *record);

#endif
