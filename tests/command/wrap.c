/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words and tables set into lines: none is too long, no word is lost, and each stays in its column. */

#include "wrap.h"

#include "weft.h"

#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_COLUMNS = 6, MOST_ROWS = 8, MOST_WORDS = 12, MOST_LETTERS = 9 };

static void test_lines(void)
{
    static const struct {
        const char *text;
        glong width;
        const char *lines; /* joined by | */
    } cases[] = {
        {"", 10, ""},
        {"one two three", 7, "one two|three"},
        {"one two three", 6, "one|two|three"},
        {"one  two\nthree", 100, "one two three"},
        {"unbelievable", 5, "unbel|ievab|le"},
        {"an unbelievable thing", 5, "an|unbel|ievab|le|thing"},
        {"tenletters", 10, "tenletters"},
        {"\303\244\303\266\303\274 \303\244\303\266\303\274", 3,
         "\303\244\303\266\303\274|\303\244\303\266\303\274"},
        {"ab", 0, "a|b"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) lines = wrap_lines(cases[i].text, cases[i].width);
        g_ptr_array_add(lines, NULL);
        g_autofree char *joined = g_strjoinv("|", (char **)lines->pdata);
        g_assert_cmpstr(joined, ==, cases[i].lines);
    }
}

static void assert_table(const char *const *cells, guint columns, glong width, const char *must)
{
    struct table *table = table_new();
    for (guint i = 0; cells[i]; i++) {
        if (i % columns == 0)
            table_row(table);
        table_cell(table, "%s", cells[i]);
    }
    g_autofree char *text = wrap_table(table, width);
    g_assert_cmpstr(text, ==, must);
    table_free(table);
}

static void test_tables(void)
{
    static const char *const cells[] = {
        "name", "what it says is rather long", "and", "more", "a", "short", "", "", NULL};
    assert_table(cells, 4, 100,
                 "name  what it says is rather long  and  more\n"
                 "a     short\n");
    assert_table(cells, 4, 28,
                 "name  what it      and  more\n"
                 "      says is\n"
                 "      rather long\n"
                 "a     short\n");
    /* columns that never fit side by side come one part after the other */
    static const char *const axes[] = {"method", "unitary", "copied", "translate", "a", "b", "c", "d", NULL};
    assert_table(axes, 4, 24,
                 "method  unitary  copied\n"
                 "a       b        c\n"
                 "\n"
                 "method  translate\n"
                 "a       d\n");
    static const char *const names[] = {"a name that is long", NULL};
    assert_table(names, 1, 10, "a name that is long\n");
}

static char *draw_words(void)
{
    GString *text = g_string_new(NULL);
    for (gint n = g_test_rand_int_range(0, MOST_WORDS); n > 0; n--) {
        for (gint letters = g_test_rand_int_range(1, MOST_LETTERS); letters > 0; letters--)
            g_string_append_c(text, (char)g_test_rand_int_range('a', 'z' + 1));
        if (n > 1)
            g_string_append_c(text, ' ');
    }
    return g_string_free(text, FALSE);
}

/* The words of all lines between two places, as wrapped cells of one column are. */
static void add_words(GString *out, const char *line, glong from, glong to)
{
    for (glong at = from; at < MIN(to, (glong)strlen(line)); at++)
        g_string_append_c(out, line[at]);
    g_string_append_c(out, ' ');
}

static char *tidy(const char *text)
{
    g_autoptr(GPtrArray) line = wrap_lines(text, G_MAXINT);
    return g_strdup(g_ptr_array_index(line, 0));
}

/* Random tables of two columns, the place of the second known from the first: each word where it belongs, no line too long,
 * none that ends with a blank. */
static void test_random(void)
{
    for (int round = 0; round < 2000; round++) {
        struct table *table = table_new();
        g_autofree char *cell = draw_words();
        glong width = g_test_rand_int_range(24, 80);
        table_row(table);
        table_cell(table, "key");
        table_cell(table, "%s", cell);
        g_autofree char *text = wrap_table(table, width), *must = tidy(cell);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_autoptr(GString) words = g_string_new(NULL);
        for (guint i = 0; lines[i]; i++) {
            g_assert_cmpint((glong)strlen(lines[i]), <=, width);
            g_assert_false(g_str_has_suffix(lines[i], " "));
            add_words(words, lines[i], strlen("key") + 2, width);
        }
        g_autofree char *is = tidy(words->str);
        g_assert_cmpstr(is, ==, must);
        table_free(table);
    }
}

/* Tables of many columns: as many words come out as go in, the first column's once for each part. */
static void test_columns(void)
{
    for (int round = 0; round < 500; round++) {
        struct table *table = table_new();
        guint columns = (guint)g_test_rand_int_range(2, MOST_COLUMNS),
              rows = (guint)g_test_rand_int_range(1, MOST_ROWS);
        glong width = g_test_rand_int_range(12, 60);
        g_autoptr(GString) put = g_string_new(NULL);
        for (guint r = 0; r < rows; r++) {
            table_row(table);
            table_cell(table, "#%u", r);
            for (guint c = 1; c < columns; c++) {
                g_autofree char *cell = draw_words();
                g_string_append_printf(put, " %s", cell);
                table_cell(table, "%s", cell);
            }
        }
        g_autofree char *text = wrap_table(table, width);
        g_auto(GStrv) in = g_strsplit_set(put->str, " ", -1), out = g_strsplit_set(text, " \n", -1);
        guint words = 0, found = 0;
        for (guint i = 0; in[i]; i++)
            words += *in[i] != '\0';
        for (guint i = 0; out[i]; i++)
            found += *out[i] != '\0' && *out[i] != '#';
        g_assert_cmpuint(found, ==, words);
        table_free(table);
    }
}

/* --- the command --- */

static void assert_width(const char *text, glong width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    glong longest = 0;
    for (guint i = 0; lines[i]; i++)
        longest = MAX(longest, g_utf8_strlen(g_strchomp(lines[i]), -1)); /* a terminal adds a return */
    g_assert_cmpint(longest, <=, width);
    g_assert_cmpint(longest, >, width * 2 / 3);
}

/* What weft prints onto a terminal of `columns`; NULL: the machine has no pseudo-terminal to give. */
static char *on_terminal(const char *topic, unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    GString *text = g_string_new(NULL);
    char block[4096];
    int master, ended;
    ssize_t got;
    pid_t pid = forkpty(&master, NULL, NULL, &size);
    if (pid < 0)
        return NULL;
    if (pid == 0) {
        execl(WEFT_PROGRAM, "weft", "list", topic, (char *)NULL);
        _exit(127);
    }
    while ((got = read(master, block, sizeof block)) > 0)
        g_string_append_len(text, block, got);
    close(master);
    g_assert_cmpint(waitpid(pid, &ended, 0), ==, pid);
    g_assert_cmpint(ended, ==, 0);
    return g_string_free(text, FALSE);
}

static void test_lists(void)
{
    static const char *const topics[] = {"keys", "profiles", "results"};
    static const unsigned short widths[] = {80, 132};
    for (size_t i = 0; i < G_N_ELEMENTS(topics); i++) {
        struct said said = weft(NULL, "list", topics[i], NULL);
        assert_good(&said);
        assert_width(said.out, 100);
        said_clear(&said);
        for (size_t k = 0; k < G_N_ELEMENTS(widths); k++) {
            g_autofree char *text = on_terminal(topics[i], widths[k]);
            if (!text) {
                g_test_skip("no pseudo-terminal");
                return;
            }
            g_test_message("list %s on %u columns", topics[i], widths[k]);
            assert_width(text, widths[k]);
        }
    }
}

/* A line a row, and every row of the keys has as many cells. */
static void test_tabs(void)
{
    struct said said = weft(NULL, "list", "keys", "--tsv", NULL);
    assert_good(&said);
    g_auto(GStrv) lines = g_strsplit(said.out, "\n", -1);
    guint rows = 0;
    for (; *lines[rows]; rows++) {
        g_auto(GStrv) cells = g_strsplit(lines[rows], "\t", -1);
        g_assert_cmpuint(g_strv_length(cells), ==, 5);
    }
    g_assert_cmpuint(rows, >, 50);
    said_clear(&said);
    said = weft(NULL, "list", "keys", "--tsv", "--markdown", NULL);
    assert_bad(&said, 2, "^weft list: --markdown and --tsv; allowed: one of them\n$");
    said_clear(&said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wrap/lines", test_lines);
    g_test_add_func("/wrap/tables", test_tables);
    g_test_add_func("/wrap/random", test_random);
    g_test_add_func("/wrap/columns", test_columns);
    g_test_add_func("/wrap/lists", test_lists);
    g_test_add_func("/wrap/tabs", test_tabs);
    return g_test_run();
}
