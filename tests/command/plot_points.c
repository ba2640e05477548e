/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points and bars of figures stand where the columns say that they are of: each figure of a table of random numbers, of which no two
 * columns are alike, is read back through the labels of its axis. The seed is printed; --seed replays it. */

#include "weft.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { METHODS = 3, VALUES = 3, ROWS = METHODS * VALUES };

static const char *const columns[] = {"sent_packets",           "cycles_per_packet", "cycles_per_packet_low",
                                      "cycles_per_packet_high", "cpu_percent",       "peak_port_packets",
                                      "peak_port_bytes",        "peak_switch_bytes", "dropped_packets",
                                      "late_packets",           "startup_needed_ms"};
enum { COLUMNS = G_N_ELEMENTS(columns) };

/* A row: numbers, and half of their intervals of confidence. */
struct row {
    double number[COLUMNS], half[COLUMNS];
};

/* What a figure is said to show. */
struct shown {
    const char *figure, *key, *column;
    double scale;
    gboolean share;  /* of sent packets, in percent */
    gboolean prices; /* bars from low to high */
    gboolean half;   /* bars of confidence */
};

#define BYTES "peak_port_bytes", 1e-3, FALSE, FALSE, TRUE
#define LOSS  "dropped_packets", 100, TRUE, FALSE, TRUE

static const struct shown figures[] = {
    {"cycles-vs-interval", "interval", "cycles_per_packet", 1, FALSE, TRUE, FALSE},
    {"cpu-vs-interval", "interval", "cpu_percent", 1, FALSE, FALSE, TRUE},
    {"buffer-vs-interval", "interval", BYTES},
    {"cycles-vs-value", "device.startup", "cycles_per_packet", 1, FALSE, TRUE, FALSE},
    {"buffer-vs-value", "device.startup", BYTES},
    {"loss-vs-value", "device.startup", LOSS},
    {"loss-vs-buffer", "switch.buffer", LOSS},
    {"shared-buffer", "switch.shared", LOSS},
    {"buffer-vs-streams", "stream.count", BYTES},
    {"orders-unequal-rates", "write.order", BYTES},
    {"three-servers", "server.link", BYTES},
    {"leaf-spine", "background.rate", BYTES},
    {"sweep-cycles", "sweep", "cycles_per_packet", 1, FALSE, TRUE, TRUE},
    {"sweep-cpu", "sweep", "cpu_percent", 1, FALSE, FALSE, TRUE},
    {"sweep-buffer", "sweep", BYTES},
    {"sweep-loss", "sweep", LOSS},
    {"sweep-late", "sweep", "late_packets", 100, TRUE, FALSE, TRUE},
    {"sweep-startup", "sweep", "startup_needed_ms", 1, FALSE, FALSE, TRUE},
};

/* --- a table --- */

static guint column_of(const char *name)
{
    for (guint i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i], name) == 0)
            return i;
    g_assert_not_reached();
}

/* Within a decade and a half, so that no number is lost beside another; bars so short that none goes below its axis. */
static struct row row_new(void)
{
    struct row row;
    for (guint i = 0; i < COLUMNS; i++) {
        row.number[i] = floor(g_test_rand_double_range(1000, 30000));
        row.half[i] = floor(row.number[i] * g_test_rand_double_range(0.02, 0.06));
    }
    row.number[column_of("sent_packets")] += 100000; /* shares below all of them */
    double typical = row.number[column_of("cycles_per_packet")];
    row.number[column_of("cycles_per_packet_low")] = floor(typical * g_test_rand_double_range(0.4, 0.7));
    row.number[column_of("cycles_per_packet_high")] = floor(typical * g_test_rand_double_range(1.5, 2));
    return row;
}

/* What a row of the figure's kind of table begins with; without a row: the titles. */
static void append_keys(GString *text, const struct shown *shown, int row)
{
    static const char *const orders[] = {"sequential", "random", "smooth"};
    int method = row % METHODS, value = row / METHODS + 1;
    if (strcmp(shown->key, "plane") == 0) {
        if (row < 0)
            g_string_append(text, "method,backend");
        else
            g_string_append_printf(text, "m%d,reference", row);
    } else if (strcmp(shown->key, "interval") == 0) {
        if (row < 0)
            g_string_append(text, "method,backend,interval_ms");
        else
            g_string_append_printf(text, "m%d,reference,%d", method, 10 * value);
    } else if (strcmp(shown->key, "sweep") == 0) {
        if (row < 0)
            g_string_append(text, "point,stream.count,method,link_bps,port_bps,backend");
        else
            g_string_append_printf(text, "%05d,%d,m%d,1000,100,reference", row + 1, 10 * value, method);
    } else if (row < 0) {
        g_string_append(text,
                        "method,key,value,number,unit,servers,devices,streams,link_bps,port_bps,backend");
    } else if (strcmp(shown->key, "write.order") == 0) {
        g_string_append_printf(text, "m%d,%s,%s,nan,,1,40,8,1000,100,reference", method, shown->key,
                               orders[value - 1]);
    } else {
        g_string_append_printf(text, "m%d,%s,%d,%d,,%d,40,%d,%d000,100,reference", method, shown->key,
                               10 * value, 10 * value, strcmp(shown->key, "server.link") == 0 ? 3 : 1,
                               10 * value, strcmp(shown->key, "server.link") == 0 ? value : 1);
    }
}

static char *table_text(const struct shown *shown, const struct row *rows)
{
    GString *text = g_string_new(NULL);
    for (int r = -1; r < ROWS; r++) {
        append_keys(text, shown, r);
        for (guint i = 0; i < COLUMNS; i++) {
            if (r < 0)
                g_string_append_printf(text, ",%s", columns[i]);
            else
                g_string_append_printf(text, ",%.0f", rows[r].number[i]);
        }
        for (guint i = 0; shown->half && i < COLUMNS; i++) {
            if (r < 0)
                g_string_append_printf(text, ",%s_ci95", columns[i]);
            else
                g_string_append_printf(text, ",%.0f", rows[r].half[i]);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* --- a picture --- */

static char *picture_of(const struct shown *shown, const char *table)
{
    char *directory = scratch_new(), *svg = NULL;
    g_autofree char *name = g_strdup_printf("plots/%s.gp", shown->figure), *script = source_path(name),
                    *said = NULL;
    g_free(scratch_file(directory, "in.csv", table));
    char *argv[] = {(char *)"gnuplot", (char *)"-d",      (char *)"-c",  script,
                    (char *)"in.csv",  (char *)"out.svg", (char *)"svg", NULL};
    int status = 0;
    g_assert_true(
        g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, &status, NULL));
    if (status != 0)
        g_test_message("%s of\n%s: %s", shown->figure, table, said);
    g_assert_cmpstr(said, ==, "");
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    g_autofree char *path = g_build_filename(directory, "out.svg", NULL);
    g_assert_true(g_file_get_contents(path, &svg, NULL, NULL));
    scratch_free(directory);
    return svg;
}

/* All numbers that the groups of a pattern catch, `n` each. */
static GArray *numbers_of(const char *svg, const char *pattern, int n)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(regex, svg, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL))
        for (int i = 1; i <= n; i++) {
            g_autofree char *text = g_match_info_fetch(match, i);
            double number = g_ascii_strtod(text, NULL);
            g_array_append_val(numbers, number);
        }
    return numbers;
}

static double at(const GArray *numbers, guint i)
{
    return g_array_index(numbers, double, i);
}

#define NUMBER "(-?[0-9.]+)"

/* The axis of values, by its labels: pixels of a number. */
struct axis {
    double first, first_px, last, last_px;
    gboolean log;
};

static double pixel(const struct axis *axis, double number)
{
    double share = axis->log ? log(number / axis->first) / log(axis->last / axis->first)
                             : (number - axis->first) / (axis->last - axis->first);
    return axis->first_px + share * (axis->last_px - axis->first_px);
}

enum { TENTHS = 8 }; /* of a pixel, that a place may be off */

static gboolean is_near(double a, double b)
{
    return fabs(a - b) * 10 <= TENTHS;
}

/* Of labels with their tics; `place`: which number of a tic's place it is; `log`: it is known to be logarithmic. */
static struct axis axis_of(const char *svg, const char *pattern, guint place, gboolean log)
{
    g_autoptr(GArray) tics = numbers_of(svg, pattern, 3);
    guint n = tics->len / 3;
    g_assert_cmpuint(n, >=, log ? 2 : 3); /* two tell no curve */
    struct axis axis = {at(tics, 2), at(tics, place), at(tics, 3 * n - 1), at(tics, 3 * n - 3 + place), log};
    for (guint i = 0; i < n; i++)
        axis.log = axis.log || !is_near(pixel(&axis, at(tics, 3 * i + 2)), at(tics, 3 * i + place));
    for (guint i = 0; i < n; i++)
        g_assert_true(is_near(pixel(&axis, at(tics, 3 * i + 2)), at(tics, 3 * i + place)));
    return axis;
}

#define LABEL(anchor)                                                                                        \
    "'/>\\s*<g transform=[^>]*text-anchor=\"" anchor "\">\\s*<text>(?:<tspan[^>]*>)? *([-+.e0-9]+)<"

static struct axis axis_of_y(const char *svg, gboolean log)
{
    return axis_of(svg, "d='M" NUMBER "," NUMBER " L[0-9.]+,\\2  " LABEL("end"), 1, log);
}

static struct axis axis_of_x(const char *svg, gboolean log)
{
    return axis_of(svg, "d='M" NUMBER "," NUMBER " L\\1,[0-9.]+  " LABEL("middle"), 0, log);
}

/* Places of points, x, y; those of error bars are white. */
static GArray *points_of(const char *svg)
{
    return numbers_of(svg, "<use [^>]*translate\\(" NUMBER "," NUMBER "\\)[^>]*color='rgb", 2);
}

/* Straight lines, x, y, x, y. */
static GArray *lines_of(const char *svg)
{
    return numbers_of(svg, "M" NUMBER "," NUMBER "\\s+L" NUMBER "," NUMBER "\\s", 4);
}

static gboolean has_point(const GArray *points, double y)
{
    gboolean found = FALSE;
    for (guint i = 1; i < points->len; i += 2)
        found = found || is_near(at(points, i), y);
    return found;
}

/* An upright line. */
static gboolean has_bar(const GArray *lines, double low, double high)
{
    gboolean found = FALSE;
    for (guint i = 0; i + 3 < lines->len; i += 4)
        found = found || (is_near(at(lines, i), at(lines, i + 2)) &&
                          ((is_near(at(lines, i + 1), low) && is_near(at(lines, i + 3), high)) ||
                           (is_near(at(lines, i + 1), high) && is_near(at(lines, i + 3), low))));
    return found;
}

static double value_of(const struct shown *shown, const struct row *row, double number)
{
    return number * shown->scale / (shown->share ? row->number[column_of("sent_packets")] : 1);
}

static void assert_bar(const struct shown *shown, const struct row *row, const struct axis *axis,
                       const GArray *lines, double low, double high)
{
    double from = pixel(axis, value_of(shown, row, low)), to = pixel(axis, value_of(shown, row, high));
    if (!has_bar(lines, from, to))
        g_test_message("%s: no bar from %g to %g, pixels %g to %g", shown->figure, low, high, from, to);
    g_assert_true(has_bar(lines, from, to));
}

static void test_figure(gconstpointer data)
{
    const struct shown *shown = data;
    guint column = column_of(shown->column);
    struct row rows[ROWS];
    for (guint r = 0; r < ROWS; r++)
        rows[r] = row_new();
    g_autofree char *table = table_text(shown, rows), *svg = picture_of(shown, table);
    struct axis axis = axis_of_y(svg, FALSE);
    g_autoptr(GArray) points = points_of(svg), lines = lines_of(svg);
    for (guint r = 0; r < ROWS; r++) {
        const struct row *row = &rows[r];
        double number = row->number[column], y = pixel(&axis, value_of(shown, row, number));
        if (!has_point(points, y))
            g_test_message("%s: no point at %g, pixel %g, of row %u of\n%s", shown->figure, number, y, r,
                           table);
        g_assert_true(has_point(points, y));
        if (shown->prices)
            assert_bar(shown, row, &axis, lines, row->number[column_of("cycles_per_packet_low")],
                       row->number[column_of("cycles_per_packet_high")]);
        if (shown->half)
            assert_bar(shown, row, &axis, lines, number - row->half[column], number + row->half[column]);
    }
}

/* --- the plane --- */

struct spot {
    double x, y;
};

static gboolean is_spot(const GArray *numbers, guint i, struct spot spot)
{
    return is_near(at(numbers, i), spot.x) && is_near(at(numbers, i + 1), spot.y);
}

static void assert_point(const GArray *points, struct spot spot)
{
    gboolean found = FALSE;
    for (guint i = 0; i < points->len; i += 2)
        found = found || is_spot(points, i, spot);
    if (!found)
        g_test_message("no point at %g, %g", spot.x, spot.y);
    g_assert_true(found);
}

static void assert_line(const GArray *lines, struct spot a, struct spot b)
{
    gboolean found = FALSE;
    for (guint i = 0; i < lines->len; i += 4)
        found = found || (is_spot(lines, i, a) && is_spot(lines, i + 2, b)) ||
                (is_spot(lines, i, b) && is_spot(lines, i + 2, a));
    if (!found)
        g_test_message("no line from %g, %g to %g, %g", a.x, a.y, b.x, b.y);
    g_assert_true(found);
}

struct plane {
    struct axis x, y;
};

static struct spot spot(const struct plane *plane, double cycles, double bytes)
{
    return (struct spot){pixel(&plane->x, cycles), pixel(&plane->y, bytes / 1000)};
}

/* The next row to the right on the front at typical prices, which is lower than all before it; NULL: there is none. */
static const struct row *next_of_front(const struct row *rows, guint cycles, guint bytes, double below)
{
    const struct row *next = NULL;
    for (guint r = 0; r < ROWS; r++)
        if (rows[r].number[bytes] < below && (!next || rows[r].number[cycles] < next->number[cycles]))
            next = &rows[r];
    return next;
}

/* Steps from one row of the front to the next. */
static void assert_front(const struct plane *plane, const struct row *rows, const GArray *lines)
{
    guint cycles = column_of("cycles_per_packet"), bytes = column_of("peak_port_bytes");
    const struct row *here = next_of_front(rows, cycles, bytes, HUGE_VAL), *next;
    for (; (next = next_of_front(rows, cycles, bytes, here->number[bytes])); here = next) {
        struct spot corner = spot(plane, next->number[cycles], here->number[bytes]);
        assert_line(lines, spot(plane, here->number[cycles], here->number[bytes]), corner);
        assert_line(lines, corner, spot(plane, next->number[cycles], next->number[bytes]));
    }
}

/* What differs by less than a hundredth counts as the same there: here all differ by two. */
static gboolean is_close(const struct row *a, const struct row *b, guint column)
{
    return fabs(a->number[column] / b->number[column] - 1) < 0.02;
}

static void rows_apart(struct row *rows, guint cycles, guint bytes)
{
    for (guint r = 0, other; r < ROWS; r++) {
        do {
            rows[r] = row_new();
            rows[r].number[column_of("dropped_packets")] = 0;
            rows[r].number[column_of("cpu_percent")] = 50; /* who falls behind is not compared */
            for (other = 0; other < r; other++)
                if (is_close(&rows[r], &rows[other], cycles) || is_close(&rows[r], &rows[other], bytes))
                    break;
        } while (other < r);
    }
}

static void test_plane(void)
{
    static const struct shown shown = {"plane", "plane", "cycles_per_packet", 1, FALSE, TRUE, TRUE};
    guint cycles = column_of(shown.column), bytes = column_of("peak_port_bytes");
    struct row rows[ROWS];
    rows_apart(rows, cycles, bytes);
    g_autofree char *table = table_text(&shown, rows), *svg = picture_of(&shown, table);
    struct plane plane = {axis_of_x(svg, TRUE), axis_of_y(svg, TRUE)};
    g_autoptr(GArray) points = points_of(svg), lines = lines_of(svg);
    g_test_message("%s", table);
    for (guint r = 0; r < ROWS; r++) {
        const double *number = rows[r].number, *half = rows[r].half;
        assert_point(points, spot(&plane, number[cycles], number[bytes]));
        assert_line(lines, spot(&plane, number[column_of("cycles_per_packet_low")], number[bytes]),
                    spot(&plane, number[column_of("cycles_per_packet_high")], number[bytes]));
        assert_line(lines, spot(&plane, number[cycles] - half[cycles], number[bytes]),
                    spot(&plane, number[cycles] + half[cycles], number[bytes]));
        assert_line(lines, spot(&plane, number[cycles], number[bytes] - half[bytes]),
                    spot(&plane, number[cycles], number[bytes] + half[bytes]));
    }
    assert_front(&plane, rows, lines);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        g_autofree char *name = g_strconcat("/plot-points/", figures[i].figure, NULL);
        g_test_add_data_func(name, &figures[i], test_figure);
    }
    g_test_add_func("/plot-points/plane", test_plane);
    return g_test_run();
}
