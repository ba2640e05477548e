/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_REPORT_H
#define COMMAND_REPORT_H

/* One page of HTML about a directory of results: question, tables, figures, theory, settings, and how to repeat it. It loads nothing, runs
 * nothing, and its size is bounded. The parts that make it share this. */

#include "csv.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* What bounds the page. A longer table is shown by its ends, a larger picture is left out; both are said. */
enum {
    REPORT_ROWS_MOST = 60,
    REPORT_ROWS_END = 15,
    REPORT_DRAWN_MOST = 20000, /* rows of a sweep: drawing 10,000 takes seconds */
    REPORT_PICTURE_MOST = 768 * 1024,
    REPORT_TEXTS_MOST = 384 * 1024, /* input files shown, together */
    REPORT_LISTED_MOST = 100,       /* lines of a list: input files, hashes, errors */
};

/* A digest of a file that a NAME-repeat.json says; what is said of inputs besides. */
struct repeat_file {
    char *name, *sha256, *text; /* text NULL: not kept */
    gint64 bytes;
};

/* NAME-repeat.json. */
struct repeat_record {
    char *name, *version, *question; /* name: run, compare, ...; question NULL: none */
    char **command;
    GPtrArray *files, *results; /* of struct repeat_file */
};

struct report {
    const char *directory;
    bool beside;         /* the page is in the directory: links to files there work */
    GString *page;       /* what is written */
    GPtrArray *sections; /* of const struct report_section: what there is */
    GPtrArray *repeats;  /* of struct repeat_record */
    GPtrArray *roots;    /* of JsonNode, which own `runs` */
    GPtrArray *
        runs; /* of JsonObject: results of schema weft-run/1, without what is said of each stream, port, ... */
    JsonObject *run;  /* of these, that of run.json; NULL: there is none */
    bool sampled;     /* they are the first point of a sweep */
    GPtrArray *drawn; /* of const struct figure */
    guint tables;
};

/* What a directory may hold, in the order of the page. */
struct report_section {
    const char *file;     /* what it is about */
    const char *title;    /* of the section */
    const char *words;    /* what its rows are */
    const char *writer;   /* the command that wrote it, for messages */
    const char *question; /* of the page where nobody says one; %s is what was run */
    gboolean (*put)(struct report *report, const struct report_section *section, GError **error);
};
extern const struct report_section report_sections[]; /* ends with a NULL file */

/* How much a page shows. */
struct report_extent {
    guint tables, figures;
};
/* The whole page as text. `directory` holds at least one file of the table, else an error says what would do. `beside`: the page is to be
 * there, too. The caller frees with g_free. */
char *report_page(const char *directory, bool beside, struct report_extent *extent, GError **error);

/* --- parts; each appends to report->page --- */

/* A file of the directory. The caller frees with g_free. */
char *report_path(const struct report *report, const char *file);
/* Its name, as a link where that works. */
void report_link(const struct report *report, const char *file);

/* Sections: a result of one run; rows of a CSV file, with its figures. */
gboolean report_put_run(struct report *report, const struct report_section *section, GError **error);
gboolean report_put_rows(struct report *report, const struct report_section *section, GError **error);
/* The figures that are made of a file, where that shows them. */
gboolean report_figures(struct report *report, const char *file, GError **error);

/* A table of rows, by the table of columns (report_columns.h); `label` names it. */
void report_table(struct report *report, const struct csv *csv, const char *label);

/* Read what JSON there is: runs and NAME-repeat.json. */
gboolean report_read_runs(struct report *report, GError **error);
gboolean report_read_repeats(struct report *report, GError **error);
void repeat_record_free(void *record);
/* A JSON file of the directory of this schema; NULL and an error, or no error: it is not there. The caller unrefs. */
JsonNode *report_json(const struct report *report, const char *file, const char *schema, GError **error);
/* The scenario of a run; NULL: it says none. */
JsonObject *json_scenario(JsonObject *run);
/* A member that is a text; "" if it is not. */
const char *json_text(JsonObject *object, const char *member);

/* What was run, in a few words: the scenario's name. */
const char *report_subject(const struct report *report);
/* What was run, by what, in a sentence. */
void report_put_lede(struct report *report);
void report_put_settings(struct report *report);
void report_put_provenance(struct report *report);
void report_put_repeat(struct report *report);

#endif
