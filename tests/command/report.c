/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft report: a page for each kind of directory, complete in itself, that shows whatever names hold as text; and what it says of
 * repeating is true: command and files are taken out of the page, run, and give the same results byte for byte. */

#include "weft.h"

#include "csv.h"
#include "figure_table.h"
#include "html.h"
#include "ink.h"
#include "report.h"
#include "svg_inline.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SMALL                                                                                                \
    "[scenario]\nduration = 100 ms\n[server a]\n[switch s]\n[device d]\ncount = 4\n[stream f]\ncount = "     \
    "4\nrate = 4 Mbit/s\n"                                                                                   \
    "[write]\ninterval = 20 ms\n"
#define ASKED                                                                                                \
    "[scenario]\nname = a <b> & \"c\" 'd'\nquestion = Is <script>alert(1)</script> & \"this\" text?\n"
#define SWEEP                                                                                                \
    "[sweep]\nquestion = Which interval?\nscenario = ../small.ini\nmethods = batched, "                      \
    "interleaved\n[cross]\n"                                                                                 \
    "write.interval = 10 ms, 20 ms\n"

/* --- a directory, and its page --- */

struct scene {
    char *directory;
    char *page; /* of the last report */
};

static void put(const struct scene *scene, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(scene->directory, name, NULL),
                    *folder = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0777), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *get(const struct scene *scene, const char *name)
{
    g_autofree char *path = g_build_filename(scene->directory, name, NULL);
    char *text;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static struct scene scene_new(void)
{
    struct scene scene = {.directory = scratch_new()};
    put(&scene, "small.ini", SMALL);
    put(&scene, "deep/sweep.ini", SWEEP);
    put(&scene, "asked.ini",
        ASKED "duration = 20 ms\n[server a]\n[switch s]\n[device d]\n[stream f]\nrate = 4 Mbit/s\n");
    return scene;
}

static void scene_clear(struct scene *scene)
{
    scratch_free(scene->directory);
    g_free(scene->page);
}

static void run(const struct scene *scene, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    struct said said = weft_with(scene->directory, NULL, (const char *const *)words);
    g_assert_cmpstr(said.err, ==, "");
    assert_good(&said);
    said_clear(&said);
}

static void report(struct scene *scene, const char *line)
{
    run(scene, line);
    run(scene, "report out");
    g_free(scene->page);
    scene->page = get(scene, "out/report.html");
    g_assert_nonnull(scene->page);
}

static void assert_has(const struct scene *scene, const char *text)
{
    if (!strstr(scene->page, text))
        g_test_message("the page has no: %s", text);
    g_assert_nonnull(strstr(scene->page, text));
}

static guint times(const char *text, const char *what)
{
    guint n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

/* --- what every page is --- */

/* All ids differ, and what refers to one finds it. */
static void assert_ids(const char *page)
{
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (const char *at = strstr(page, " id=\""); at; at = strstr(at + 1, " id=\""))
        g_assert_true(g_hash_table_add(ids, g_strndup(at + 5, strcspn(at + 5, "\""))));
    for (const char *at = strstr(page, "href=\"#"); at; at = strstr(at + 1, "href=\"#")) {
        g_autofree char *id = g_strndup(at + 7, strcspn(at + 7, "\""));
        g_assert_true(g_hash_table_contains(ids, id));
    }
}

/* Nothing is loaded and nothing runs: the only other places are files beside the page, parts of it, and data. */
static void assert_offline(const char *page)
{
    static const char *const never[] = {"<script", "<link", "<img",       "<iframe", "<object",
                                        "<embed",  " src=", "@import",    "http:",   "https:",
                                        "<base",   " on",   "javascript:"};
    g_assert_nonnull(
        strstr(page, "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""));
    g_autoptr(GRegex) tags = g_regex_new("<[^>]*>", 0, 0, NULL);
    GMatchInfo *match;
    g_regex_match(tags, page, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *tag = g_match_info_fetch(match, 0);
        for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
            if (strstr(tag, never[i]) && !strstr(tag, "<meta") && !strstr(tag, "aria-label"))
                g_error("the page has %s in %s", never[i], tag);
        const char *href = strstr(tag, "href=\"");
        g_assert_true(!href || strchr("#", href[6]) || g_str_has_prefix(href + 6, "./") ||
                      g_str_has_prefix(href + 6, "data:text/plain"));
    }
    g_match_info_free(match);
    g_assert_null(strstr(page, "url(h"));
}

/* One h1, then no level is left out. */
static void assert_headings(const char *page)
{
    char level = '0';
    g_assert_cmpuint(times(page, "<h1>"), ==, 1);
    for (const char *at = strstr(page, "<h"); at; at = strstr(at + 1, "<h"))
        if (g_ascii_isdigit(at[2])) {
            g_assert_true(at[2] <= level + 1);
            level = at[2];
        }
}

/* Every element that is begun is ended, in order. */
static void assert_nested(const char *page)
{
    static const char *const empty[] = {"meta", "!DOCTYPE", NULL};
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);
    const char *style = strstr(page, "<style>"), *behind = strstr(page, "</style>");
    for (const char *at = strchr(page, '<'); at; at = strchr(at + 1, '<')) {
        if (at > style && at < behind)
            continue;
        bool ends = at[1] == '/';
        g_autofree char *name = g_strndup(at + 1 + ends, strcspn(at + 1 + ends, " >\n"));
        if (g_strv_contains(empty, name))
            continue;
        if (!ends) {
            g_ptr_array_add(open, g_steal_pointer(&name));
            continue;
        }
        g_assert_cmpuint(open->len, >, 0);
        g_assert_cmpstr(g_ptr_array_index(open, open->len - 1), ==, name);
        g_ptr_array_set_size(open, (gint)open->len - 1);
    }
    g_assert_cmpuint(open->len, ==, 0);
}

static void assert_sound(const char *page)
{
    g_assert_true(g_str_has_prefix(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
    g_assert_true(g_utf8_validate(page, -1, NULL));
    assert_ids(page);
    assert_offline(page);
    assert_headings(page);
    assert_nested(page);
}

/* --- kinds of directories --- */

static void test_kinds(void)
{
    static const struct {
        const char *line;
        guint figures;
        const char *has[8];
    } cases[] = {
        {"run small.ini --theory --out out",
         0,
         {"<h1>What does small cost?</h1>", "Theory beside measurement", "network-calculus bound", ">≤ ",
          "Processor cycles a packet"}},
        {"run small.ini --out out", 0, {"without <code>--theory</code>"}},
        {"run small.ini --set stream.start=random --set scenario.replications=3 --out out",
         0,
         {"Means of 3 replications", "95 % confidence"}},
        {"compare small.ini --methods batched,interleaved --out out",
         3,
         {"id=\"part-compare.csv\"", "id=\"part-interval.csv\"", "id=\"figure-device-buffer\"",
          "In all rows: back end reference, interval 20 ms.<", "differs from run to run"}},
        {"compare small.ini --methods batched,interleaved --ablate --out out", 1, {"id=\"figure-ablation\""}},
        {"compare small.ini --methods per-destination,per-destination-zero-copy --factors --out out",
         1,
         {"id=\"figure-factors\"", "What does each part of the idea contribute in small.ini?"}},
        {"compare small.ini --methods batched --vary stream.count=1,2 --out out",
         2,
         {"id=\"part-vary.csv\""}},
        {"run small.ini --sensitivity --out out", 1, {"id=\"part-sensitivity.csv\"", "Confidence"}},
        {"size small.ini --find buffer --out out", 0, {"id=\"part-size.csv\"", ">Theory<"}},
        {"sweep deep/sweep.ini --out out",
         0,
         {"<h1>Which interval?</h1>", "method batched, interleaved, on back end reference",
          "at the first point; ", "id=\"part-sweep.csv\"", "<code>write.interval</code>",
          "class=\"file\">deep/sweep.ini<", "class=\"file\">small.ini<"}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_new();
        g_test_message("%s", cases[i].line);
        report(&scene, cases[i].line);
        assert_sound(scene.page);
        g_assert_cmpuint(times(scene.page, "<figure "), >=, cases[i].figures);
        g_assert_cmpuint(times(scene.page, "<svg role=\"img\" aria-label=\""), ==,
                         times(scene.page, "<figure "));
        for (gsize k = 0; k < G_N_ELEMENTS(cases[i].has) && cases[i].has[k]; k++)
            assert_has(&scene, cases[i].has[k]);
        scene_clear(&scene);
    }
}

/* The names of the figures that weft plot draws of the same results, one a line. The caller frees with g_free. */
static char *drawn_of(const struct scene *scene)
{
    struct said said = weft(scene->directory, "plot", "out", "--format", "svg", "--out", "drawn", NULL);
    GString *names = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(said.status == 0 ? said.out : "", "\n", -1);
    for (char **line = lines; *line; line++)
        if (g_str_has_suffix(*line, "  svg"))
            g_string_append_printf(names, "%.*s\n", (int)strcspn(*line, " "), *line);
    said_clear(&said);
    return g_string_free(names, FALSE);
}

/* Each figure that can be drawn of the results stands in the page, once, and no other. */
static void test_all_figures(void)
{
    static const char *const lines[] = {
        "compare small.ini --methods batched,interleaved --intervals 10ms,20ms --out out",
        "compare small.ini --methods batched,interleaved --vary stream.count=1,2,4 --out out",
        "sweep deep/sweep.ini --out out",
        "size small.ini --find buffer --for-all-methods --out out",
        "compare small.ini --methods per-destination,per-destination-zero-copy --factors --out out",
        "run small.ini --sensitivity --out out"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct scene scene = scene_new();
        report(&scene, lines[i]);
        g_autofree char *drawn = drawn_of(&scene);
        g_auto(GStrv) names = g_strsplit(g_strchomp(drawn), "\n", -1);
        g_test_message("%s: %s", lines[i], drawn);
        g_assert_cmpstr(names[0], !=, NULL);
        for (char **name = names; *name; name++) {
            g_autofree char *figure = g_strdup_printf("<figure id=\"figure-%s\">", *name);
            g_assert_cmpuint(times(scene.page, figure), ==, 1);
        }
        g_assert_cmpuint(times(scene.page, "<figure "), ==, g_strv_length(names));
        scene_clear(&scene);
    }
}

/* --- numbers are those of the file --- */

/* Of a table made by hand: units, ranges, confidence, the least in bold, what is the same in all rows. */
static void test_cells(void)
{
    struct scene scene = scene_new();
    put(&scene, "out/compare.csv",
        "method,backend,interval_ms,cycles_per_packet,cycles_per_packet_low,cycles_per_packet_high,peak_port_"
        "bytes,"
        "dropped_packets,cycles_per_packet_ci95,peak_port_bytes_ci95\n"
        "one,reference,20,1520,1100,2300,45000,7,12,500\n"
        "two,reference,20,760,500,900,90000,0,8,250\n");
    run(&scene, "report out");
    scene.page = get(&scene, "out/report.html");
    assert_sound(scene.page);
    assert_has(&scene, "In all rows: back end reference, interval 20 ms.<");
    assert_has(&scene, "<tr><th scope=\"row\">one</th>"
                       "<td class=\"n\">1520 <small>± 12</small> <small>(1100 to 2300)</small></td>"
                       "<td class=\"n least\">45 <small>± 0.500</small></td><td class=\"n\">7</td></tr>");
    assert_has(&scene, "<tr><th scope=\"row\">two</th>"
                       "<td class=\"n least\">760 <small>± 8</small> <small>(500 to 900)</small></td>"
                       "<td class=\"n\">90 <small>± 0.250</small></td><td class=\"n\">0</td></tr>");
    scene_clear(&scene);
}

/* Theory beside measurement, and provenance, as the file of the run has them. */
static void test_run_facts(void)
{
    struct scene scene = scene_new();
    put(&scene, "out/run.json",
        "{\"schema\":\"weft-run/1\",\"version\":\"9.8\",\"method\":\"m\",\"backend\":\"b\",\"seed\":77,"
        "\"scenario\":{\"name\":\"n\",\"hash\":\"abcdef\"},\"totals\":{\"peak_port_bytes\":45000},\"theory\":"
        "["
        "{\"formula\":\"exact\",\"port\":\"p\",\"ports\":1,\"unit\":\"packets\",\"value\":33,\"measured\":32,"
        "\"difference\":1,\"bound\":false},"
        "{\"formula\":\"kept\",\"port\":\"p\",\"ports\":1,\"unit\":\"packets\",\"value\":40,\"measured\":32,"
        "\"difference\":8,\"bound\":true},"
        "{\"formula\":\"broken\",\"port\":\"p\",\"ports\":1,\"unit\":\"packets\",\"value\":30,\"measured\":"
        "32,"
        "\"difference\":-2,\"bound\":true},"
        "{\"formula\":\"other\",\"port\":\"p\",\"ports\":1,\"unit\":\"packets\",\"objection\":\"no <b> "
        "crossing\"}]}");
    run(&scene, "report out");
    scene.page = get(&scene, "out/report.html");
    assert_sound(scene.page);
    assert_has(&scene, ">33</td><td class=\"n\">32</td><td class=\"n\">1</td><td>to be met<");
    assert_has(&scene, ">≤ 40</td><td class=\"n\">32</td><td class=\"n\">8</td><td>bound, kept<");
    assert_has(&scene, ">≤ 30</td><td class=\"n\">32</td><td class=\"n\">−2</td><td>bound, exceeded<");
    assert_has(&scene, "does not apply: no &lt;b&gt; crossing<");
    assert_has(&scene, "<dd>weft 9.8</dd>");
    assert_has(&scene, "<dd>77</dd>");
    assert_has(&scene, "<code>abcdef</code>");
    scene_clear(&scene);
}

/* Whatever can be drawn can be reported. */
static void test_sections(void)
{
    for (const struct figure *figure = figure_table; figure->name; figure++)
        for (const char *const *input = figure->inputs; *input; input++) {
            const struct report_section *section = report_sections;
            while (section->file && strcmp(section->file, *input) != 0)
                section++;
            if (!section->file)
                g_error("%s, which figure %s is made of, is no row of report_sections[]", *input,
                        figure->name);
        }
}

/* --- text is text --- */

static void test_escaping(void)
{
    struct scene scene = scene_new();
    report(&scene, "compare asked.ini --methods batched,interleaved --out out");
    assert_sound(scene.page);
    assert_has(&scene, "<h1>Is &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;this&quot; text?</h1>");
    assert_has(&scene, "<title>Is &lt;script&gt;");
    assert_has(&scene, "a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;</strong>");
    g_assert_null(strstr(scene.page, "<b>"));
    scene_clear(&scene);
    g_autoptr(GString) text = g_string_new(NULL);
    html_put(text, "<p>%s</p>", "\x01<\x1f&#x1;\xff\t");
    g_assert_cmpstr(text->str, ==,
                    "<p>\xEF\xBF\xBD"
                    "  &lt;\xEF\xBF\xBD"
                    "   &amp;#x1;\xEF\xBF\xBD\t</p>");
}

static void test_numbers(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},           {1520, "1520"},    {-3.25, "−3.250"}, {12345.6, "12346"},  {0.6036, "0.604"},
        {1362e-3, "1.362"}, {93.977, "93.98"}, {NAN, "–"},        {2.5e-9, "2.5e-09"}, {137.345, "137.3"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = html_number(cases[i].value);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

/* --- repeating --- */

/* What stands between two texts, from `*from` on, which goes on behind; NULL: no more. The caller frees with g_free. */
static char *between(const char **from, const char *before, const char *behind)
{
    const char *begin = strstr(*from, before), *end = begin ? strstr(begin + strlen(before), behind) : NULL;
    if (!end)
        return NULL;
    *from = end;
    return g_strndup(begin + strlen(before), (gsize)(end - begin) - strlen(before));
}

/* As a browser reads it. */
static char *unescaped(const char *text)
{
    static const char *const entities[][2] = {{"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""},
                                              {"&apos;", "'"}, {"&#39;", "'"}, {"&amp;", "&"}};
    GString *plain = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(entities); i++)
        g_string_replace(plain, entities[i][0], entities[i][1], 0);
    return g_string_free(plain, FALSE);
}

/* Save the files of the page under their names into DIRECTORY/repeated. */
static void save_files(const struct scene *scene)
{
    const char *at = strstr(scene->page, "<section id=\"repeat\">");
    char *name;
    while ((name = between(&at, "<code class=\"file\">", "</code>"))) {
        g_autofree char *data = between(&at, "charset=utf-8;base64,", "\""),
                        *to = g_strconcat("repeated/", name, NULL);
        gsize length;
        g_autofree guchar *bytes = g_base64_decode(data, &length);
        g_autofree char *text = g_strndup((const char *)bytes, length);
        put(scene, to, text);
        g_free(name);
    }
}

static char **command_of(const struct scene *scene)
{
    const char *at = scene->page;
    g_autofree char *escaped = between(&at, "<code class=\"command\">", "</code>"),
                    *line = unescaped(escaped);
    char **words = NULL;
    g_assert_true(g_shell_parse_argv(line, NULL, &words, NULL));
    g_assert_cmpstr(words[0], ==, "weft");
    return words;
}

static void test_repeat(void)
{
    static const struct {
        const char *line, *results[5];
    } cases[] = {
        {"run small.ini -m interleaved --theory --set server.cores=2 --out out",
         {"run.json", "timeline.csv"}},
        {"run small.ini --seed=7 --set=stream.start=random -q -o out", {"run.json", "timeline.csv"}},
        {"run asked.ini --out out", {"run.json", "timeline.csv"}},
        {"run small.ini --sensitivity --out out", {"sensitivity.json", "sensitivity.csv"}},
        {"compare small.ini -m batched,interleaved --intervals 10ms,20ms -j 2 --out out",
         {"compare.json", "compare.csv", "interval.csv", "device-buffer.csv"}},
        {"compare small.ini --ablate --methods batched,interleaved --out out",
         {"ablation.json", "ablation.csv"}},
        {"compare small.ini -m batched --vary stream.count=1,2 --out out", {"compare.json", "vary.csv"}},
        {"size small.ini -f buffer --out out", {"size.json", "size.csv"}},
        {"sweep deep/sweep.ini --out out", {"manifest.jsonl", "sweep.csv", "sweep.jsonl", "failed.jsonl"}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_new();
        g_test_message("%s", cases[i].line);
        report(&scene, cases[i].line);
        save_files(&scene);
        put(&scene, "small.ini", "gone"); /* what the page holds has to do */
        put(&scene, "asked.ini", "gone");
        put(&scene, "deep/sweep.ini", "gone");
        g_auto(GStrv) words = command_of(&scene);
        g_autofree char *where = g_build_filename(scene.directory, "repeated", NULL);
        struct said said = weft_with(where, NULL, (const char *const *)words + 1);
        assert_good(&said);
        said_clear(&said);
        for (gsize k = 0; k < G_N_ELEMENTS(cases[i].results) && cases[i].results[k]; k++) {
            g_autofree char *first = g_build_filename("out", cases[i].results[k], NULL),
                            *second = g_build_filename("repeated/again", cases[i].results[k], NULL),
                            *a = get(&scene, first), *b = get(&scene, second);
            g_assert_nonnull(a);
            g_assert_cmpstr(a, ==, b);
        }
        scene_clear(&scene);
    }
}

/* A file that is not what the command wrote is said to be so. */
static void test_changed(void)
{
    struct scene scene = scene_new();
    report(&scene, "compare small.ini --methods batched,interleaved --out out");
    g_assert_null(strstr(scene.page, "changed since"));
    g_autofree char *csv = get(&scene, "out/compare.csv"),
                    *more = g_strconcat(csv, strchr(csv, '\n') + 1, NULL);
    put(&scene, "out/compare.csv", more);
    run(&scene, "report out");
    g_autofree char *page = get(&scene, "out/report.html");
    g_assert_cmpuint(times(page, "changed since"), ==, 1);
    scene_clear(&scene);
}

/* The question is for readers: no result is different, nor a hash. */
static void test_question(void)
{
    struct scene scene = scene_new();
    run(&scene, "run small.ini --out out");
    g_autofree char *plain = get(&scene, "out/run.json");
    g_autofree char *asked =
        g_strconcat("[scenario]\nquestion = Why?\n", SMALL + strlen("[scenario]\n"), NULL);
    put(&scene, "small.ini", asked);
    report(&scene, "run small.ini --out out");
    g_autofree char *same = get(&scene, "out/run.json");
    g_assert_cmpstr(plain, ==, same);
    assert_has(&scene, "<h1>Why?</h1>");
    scene_clear(&scene);
}

/* --- large ones --- */

/* The file of a sweep with `rows` rows: two methods' again and again, each time at another interval. */
static void lengthen(const struct scene *scene, guint rows)
{
    g_autofree char *text = get(scene, "out/sweep.csv");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) more = g_string_new(NULL);
    g_assert_true(g_str_has_prefix(lines[0], "point,write.interval,write.interval [ps],method,"));
    g_string_append_printf(more, "%s\n", lines[0]);
    for (guint i = 0; i < rows; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[1 + i % 2], ",", 4);
        g_string_append_printf(more, "%05u,%u us,%u000000,%s\n", i + 1, 1000 + i / 2, 1000 + i / 2, cells[3]);
    }
    put(scene, "out/sweep.csv", more->str);
}

/* A page is no longer for more rows: ends, and a median by method. */
static void test_large(void)
{
    struct scene scene = scene_new();
    run(&scene, "sweep deep/sweep.ini --out out");
    lengthen(&scene, 1000);
    g_autoptr(GString) csv = g_string_new("method,backend,cycles_per_packet,peak_port_bytes,note\n");
    for (guint i = 0; i < 100000; i++)
        g_string_append_printf(csv, "%s,reference,%u,%u,row %u\n", i % 2 ? "batched" : "interleaved", 100 + i,
                               i, i);
    put(&scene, "out/switch.csv", csv->str);
    run(&scene, "report out");
    g_autofree char *page = get(&scene, "out/report.html");
    assert_sound(page);
    g_assert_cmpuint(strlen(page), <, 3 * 1024 * 1024);
    g_assert_nonnull(strstr(page, "970 rows between are left out here"));
    g_assert_nonnull(strstr(page, "99970 rows between are left out here"));
    g_assert_nonnull(strstr(page, "row 99999<"));
    g_assert_nonnull(strstr(page, "50099 <small>(100 to 100098)</small>"));
    scene_clear(&scene);
}

/* --- bad directories --- */

static void test_bad(void)
{
    static const struct {
        const char *name, *text; /* of a file of `out`; NULL: there is no such directory */
        const char *regex;
    } cases[] = {
        {NULL, NULL, "^out: is not there; needed: a directory of results\n$"},
        {"other.txt", "x",
         "^out: holds no results to report; allowed: a directory of weft run --out, weft compare "},
        {"run.json", "{", "^out/run\\.json: is no whole JSON: "},
        {"run.json", "[]", "^out/run\\.json: says of no schema; needed: weft-run/1\n$"},
        {"run.json", "{\"schema\":\"weft-run/9\"}",
         "^out/run\\.json: is of schema \"weft-run/9\"; allowed: weft-run/1\n$"},
        {"compare.csv", "", "^out/compare\\.csv:1: the file is empty"},
        {"compare.csv", "method\nbatched,1\n",
         "^out/compare\\.csv:2: 2 cells; needed: 1, as in the header\n$"},
        {"vary.csv", "method,key\nbat", "^out/vary\\.csv:2: the line has no end"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_new();
        g_autofree char *file = g_strconcat("out/", cases[i].name, NULL);
        g_test_message("case %zu", i);
        if (cases[i].name)
            put(&scene, file, cases[i].text);
        struct said said = weft(scene.directory, "report", "out", NULL);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
        g_autofree char *page = get(&scene, "out/report.html");
        g_assert_null(page);
        scene_clear(&scene);
    }
    struct scene scene = scene_new();
    struct said said = weft(scene.directory, "report", "small.ini", NULL);
    assert_bad(&said, 2, "^small\\.ini: is no directory; needed: one of results\n$");
    said_clear(&said);
    run(&scene, "run small.ini --out out");
    said = weft(scene.directory, "report", "out", "-o", "-", NULL);
    assert_good(&said);
    g_assert_true(g_str_has_prefix(said.out, "<!DOCTYPE html>") && g_str_has_suffix(said.out, "</html>\n"));
    g_assert_null(strstr(said.out, "href=\"./"));
    said_clear(&said);
    scene_clear(&scene);
}

/* --- figures --- */

static void test_colours(void)
{
    static const char *const cases[][2] = {{"rgb(  0, 114, 178)", "#0072b2"},
                                           {"rgb(213,94,0)", "#d55e00"},
                                           {"black", "#000000"},
                                           {"#FFF", "#ffffff"},
                                           {"#D55E00", "#d55e00"},
                                           {"none", "none"},
                                           {"currentColor", "currentColor"},
                                           {"rgb(300, 0, 0)", "rgb(300, 0, 0)"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *colour = svg_colour(cases[i][0]);
        g_assert_cmpstr(colour, ==, cases[i][1]);
    }
}

/* WCAG 2.2: relative luminance and contrast. */
static double luminance(const char *colour)
{
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const char digits[] = {colour[1 + 2 * i], colour[2 + 2 * i], '\0'};
        double c = (double)strtoul(digits, NULL, 16) / 255;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(const char *a, const char *b)
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void test_contrast(void)
{
    g_assert_cmpfloat_with_epsilon(contrast("#000000", "#ffffff"), 21, 1e-9);
    for (const struct ink *ink = inks; ink->drawn; ink++) {
        if (ink->helper)
            continue;
        g_test_message("%s", ink->drawn);
        g_assert_cmpfloat(contrast(ink->light_line, PAPER_LIGHT), >=, 3);
        g_assert_cmpfloat(contrast(ink->light_text, PAPER_LIGHT), >=, 4.5);
        g_assert_cmpfloat(contrast(ink->dark, PAPER_DARK), >=, 4.5);
    }
}

static void assert_inks(const char *path)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *at = strchr(text, '#'); at; at = strchr(at + 1, '#')) {
        if (strspn(at + 1, "0123456789abcdefABCDEF") != 6)
            continue;
        g_autofree char *raw = g_strndup(at, 7), *colour = svg_colour(raw);
        const struct ink *ink = inks;
        while (ink->drawn && strcmp(ink->drawn, colour) != 0)
            ink++;
        if (!ink->drawn)
            g_error("%s: %s is no row of inks[]: a page would show it as it is", path, colour);
    }
}

/* Every colour that figures are drawn with is known. */
static void test_inks(void)
{
    g_autofree char *plots = source_path("plots");
    g_autoptr(GDir) entries = g_dir_open(plots, 0, NULL);
    const char *name;
    guint n = 0;
    while ((name = g_dir_read_name(entries)))
        if (g_str_has_suffix(name, ".gp") || g_str_has_suffix(name, ".gpi")) {
            g_autofree char *path = g_build_filename(plots, name, NULL);
            assert_inks(path);
            n++;
        }
    g_assert_cmpuint(n, >, 10);
}

static void test_hostile_pictures(void)
{
    static const struct {
        const char *svg, *page; /* NULL: an error */
    } cases[] = {
        {"<svg viewBox='0 0 1 1' onload='x()'><title>G</title><g id='a' fill='red' style='x' onclick='y()'/>"
         "<use xlink:href='#a'/><use href='http://x/#a'/><path d='M0 0' clip-path='url(#a)'/><text>a "
         "&lt;b&gt;</text></svg>",
         "<svg role=\"img\" aria-label=\"t\" viewBox=\"0 0 1 1\"><g id=\"p-a\" fill=\"#ff0000\"></g>\n<use "
         "href=\"#p-a\"></use>\n<use>"
         "</use>\n<path d=\"M0 0\" clip-path=\"url(#p-a)\"></path>\n<text>a &lt;b&gt;</text>\n</svg>\n"},
        {"<svg><script>x()</script></svg>", NULL},
        {"<svg><image href='data:x'/></svg>", NULL},
        {"<svg><g></svg>", NULL},
        {"<p/>", NULL},
        {"<svg><svg/></svg>", NULL},
        {"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) page = g_string_new("");
        g_autoptr(GBytes) picture = g_bytes_new_static(cases[i].svg, strlen(cases[i].svg));
        g_autoptr(GError) error = NULL;
        g_test_message("case %zu", i);
        gboolean good = svg_inline(page, picture, "p-", "t", &error);
        g_assert_true(good == (cases[i].page != NULL) && good == (error == NULL));
        g_assert_cmpstr(page->str, ==, cases[i].page ? cases[i].page : "");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/kinds", test_kinds);
    g_test_add_func("/report/all-figures", test_all_figures);
    g_test_add_func("/report/cells", test_cells);
    g_test_add_func("/report/run-facts", test_run_facts);
    g_test_add_func("/report/sections", test_sections);
    g_test_add_func("/report/escaping", test_escaping);
    g_test_add_func("/report/numbers", test_numbers);
    g_test_add_func("/report/repeat", test_repeat);
    g_test_add_func("/report/changed", test_changed);
    g_test_add_func("/report/question", test_question);
    g_test_add_func("/report/large", test_large);
    g_test_add_func("/report/bad", test_bad);
    g_test_add_func("/report/colours", test_colours);
    g_test_add_func("/report/contrast", test_contrast);
    g_test_add_func("/report/inks", test_inks);
    g_test_add_func("/report/hostile-pictures", test_hostile_pictures);
    return g_test_run();
}
