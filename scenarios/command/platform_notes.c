/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Facts of a platform between processes: a head, then texts that end with '\0': a word that says of what kind the next ones
 * are, then these. */

#include "platform.h"

#include "all_bytes.h"
#include "weft/platform.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTES_MAX_BYTES = 256 << 20 };

struct head {
    char doing[256];
    uint64_t bytes; /* behind the head */
};

struct platform_notes {
    int fd;
    struct head head;
    GString *text;
};

static const char host_word[] = "host", property_word[] = "property", way_word[] = "way",
                  refused_word[] = "refused", end_word[] = "end";

static void put(struct platform_notes *notes, const char *text)
{
    g_string_append_len(notes->text, text, (gssize)strlen(text) + 1);
}

static void put_number(struct platform_notes *notes, uint64_t number)
{
    g_string_append_printf(notes->text, "%" PRIu64, number);
    g_string_append_c(notes->text, '\0');
}

static void on_host(void *ctx, const struct weft_platform_host *host)
{
    struct platform_notes *notes = ctx;
    put(notes, host_word);
    put(notes, host->name);
    put(notes, host->role ? host->role : "");
    put_number(notes, host->hz);
    put_number(notes, host->cores);
}

static void on_property(void *ctx, const char *name, const char *value)
{
    struct platform_notes *notes = ctx;
    put(notes, property_word);
    put(notes, name);
    put(notes, value);
}

static void on_way(void *ctx, const struct weft_platform_way *way)
{
    struct platform_notes *notes = ctx;
    put(notes, way_word);
    put_number(notes, way->from);
    put_number(notes, way->to);
    put(notes, way->link);
    put_number(notes, way->bps);
    put_number(notes, way->delay_ps);
}

static bool write_head(const struct platform_notes *notes)
{
    return lseek(notes->fd, 0, SEEK_SET) == 0 && write_all(notes->fd, &notes->head, sizeof notes->head);
}

/* The process may end before it says more. */
static void on_doing(void *ctx, const char *what)
{
    struct platform_notes *notes = ctx;
    g_strlcpy(notes->head.doing, what, sizeof notes->head.doing);
    if (!write_head(notes))
        notes->head.doing[0] = '\0';
}

struct weft_platform_sink platform_notes_sink(struct platform_notes *notes)
{
    return (struct weft_platform_sink){
        .ctx = notes, .host = on_host, .property = on_property, .way = on_way, .doing = on_doing};
}

struct platform_notes *platform_notes_new(int fd)
{
    struct platform_notes *notes = g_new0(struct platform_notes, 1);
    notes->fd = fd;
    notes->text = g_string_new(NULL);
    return notes;
}

gboolean platform_notes_end(struct platform_notes *notes, const char *refused)
{
    if (refused) {
        put(notes, refused_word);
        put(notes, refused);
    }
    put(notes, end_word);
    notes->head.bytes = notes->text->len;
    return write_head(notes) && write_all(notes->fd, notes->text->str, notes->text->len);
}

void platform_notes_free(struct platform_notes *notes)
{
    g_string_free(notes->text, TRUE);
    g_free(notes);
}

/* --- the other side, which believes nothing --- */

struct reading {
    struct platform *platform;
    const char *at, *end; /* there is a '\0' before the end */
    gboolean bad;
};

static const char *take(struct reading *reading)
{
    const char *text = reading->at;
    if (reading->bad || text == reading->end) {
        reading->bad = TRUE;
        return "";
    }
    reading->at = text + strlen(text) + 1;
    return text;
}

static uint64_t take_number(struct reading *reading, uint64_t most)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(take(reading), 10, 0, most, &number, NULL))
        reading->bad = TRUE;
    return number;
}

static const char *take_text(struct reading *reading)
{
    return g_string_chunk_insert(reading->platform->texts, take(reading));
}

static void take_host(struct reading *reading)
{
    struct platform_host *host = g_new0(struct platform_host, 1);
    host->properties = g_array_new(FALSE, FALSE, sizeof(struct platform_property));
    host->name = take_text(reading);
    host->role = take_text(reading);
    host->hz = take_number(reading, G_MAXUINT64);
    host->cores = (uint32_t)take_number(reading, G_MAXUINT32);
    g_ptr_array_add(reading->platform->hosts, host);
}

static void take_property(struct reading *reading)
{
    GPtrArray *hosts = reading->platform->hosts;
    struct platform_property property;
    property.name = take_text(reading);
    property.value = take_text(reading);
    if (hosts->len == 0) {
        reading->bad = TRUE;
        return;
    }
    struct platform_host *host = g_ptr_array_index(hosts, hosts->len - 1);
    g_array_append_val(host->properties, property);
}

static void take_way(struct reading *reading)
{
    uint64_t most = MAX(reading->platform->hosts->len, 1) - 1;
    struct platform_way way;
    way.from = (uint32_t)take_number(reading, most);
    way.to = (uint32_t)take_number(reading, most);
    way.link = take_text(reading);
    way.bps = take_number(reading, G_MAXUINT64);
    way.delay_ps = take_number(reading, G_MAXUINT64);
    reading->bad = reading->bad || way.from == way.to;
    g_array_append_val(reading->platform->ways, way);
}

static void take_all(struct reading *reading)
{
    struct platform *platform = reading->platform;
    bool over = false;
    while (!reading->bad && !over) {
        const char *word = take(reading);
        if (strcmp(word, host_word) == 0 && platform->ways->len == 0)
            take_host(reading);
        else if (strcmp(word, property_word) == 0)
            take_property(reading);
        else if (strcmp(word, way_word) == 0)
            take_way(reading);
        else if (strcmp(word, refused_word) == 0 && !platform->refused)
            platform->refused = g_strdup(take(reading));
        else if (strcmp(word, end_word) == 0 && reading->at == reading->end)
            over = true;
        else
            reading->bad = TRUE;
    }
}

gboolean platform_notes_read(struct platform *platform, int fd)
{
    struct head head;
    struct stat status;
    if (lseek(fd, 0, SEEK_SET) != 0 || fstat(fd, &status) != 0 || !read_all(fd, &head, sizeof head) ||
        head.bytes == 0 || head.bytes > NOTES_MAX_BYTES ||
        (uint64_t)status.st_size != sizeof head + head.bytes)
        return FALSE;
    g_autofree char *text = g_malloc(head.bytes);
    struct reading reading = {.platform = platform, .at = text, .end = text + head.bytes};
    if (!read_all(fd, text, head.bytes) || text[head.bytes - 1] != '\0')
        return FALSE;
    take_all(&reading);
    return !reading.bad;
}

char *platform_notes_doing(int fd)
{
    struct head head;
    if (lseek(fd, 0, SEEK_SET) != 0 || !read_all(fd, &head, sizeof head))
        return g_strdup("");
    return g_strndup(head.doing, sizeof head.doing);
}
