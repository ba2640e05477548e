/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a scenario: read, planned and checked; a small plan is run, and what it sent is delivered or dropped. */

#include "execute.h"
#include "input.h"
#include "keys.h"
#include "media_map.h"
#include "plan.h"

#include <string.h>

enum { MOST_OF_A_KIND = 24, MOST_PACKETS = 400, MOST_RING = 4096, PLAIN_BYTES = 5000, SOUND_BYTES = 8000 };

/* Files that scenarios may name, beside them: "file:101", and "media:102", a second of sound. */
static void offer_files(void)
{
    static gboolean done;
    if (done)
        return;
    done = TRUE;
    uint8_t plain[PLAIN_BYTES];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i * 7 + i / 256);
    input_file(INPUT_PLAIN_FD, plain, sizeof plain);
    /* WAV, one channel, 8 bits, 8,000 samples/s */
    static const uint8_t header[44] =
        "RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x8\0"
        "data\x40\x1f\0";
    uint8_t sound[sizeof header + SOUND_BYTES];
    memset(sound, 0x80, sizeof sound);
    memcpy(sound, header, sizeof header);
    input_file(INPUT_SOUND_FD, sound, sizeof sound);
}

/* Read in this process: a child for each file takes longer, and what a crash there is like others test. */
struct media_here {
    struct weft_media media;
    struct weft_media *read;
    const struct media_reader *reader;
    GMappedFile *file;
};

static void close_here(struct weft_media *media)
{
    struct media_here *here = (struct media_here *)media;
    if (here->read)
        here->reader->close(here->read);
    g_clear_pointer(&here->file, g_mapped_file_unref);
    g_free(here);
}

static struct weft_media *open_here(const struct media_reader *reader, const char *path,
                                    const char *const *codecs, GError **error)
{
    struct media_here *here = g_new0(struct media_here, 1);
    here->reader = reader;
    here->file = media_map(path, error);
    if (here->file)
        here->read = reader->open((const uint8_t *)g_mapped_file_get_contents(here->file),
                                  g_mapped_file_get_length(here->file), codecs, error);
    if (here->read) {
        here->media = *here->read;
        here->media.name = "film";
        return &here->media;
    }
    close_here(&here->media);
    return NULL;
}

static const struct media_way media_here = {open_here, close_here};

/* Plans of millions are no errors, but they take a while. */
static gboolean is_small(const struct scenario *scenario)
{
    uint64_t of_kind[GROUP_KINDS] = {0};
    for (guint i = 0; i < scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(scenario->sections, i);
        const struct key_row *count = keys_find(section->kind, "count");
        uint64_t n = 1;
        if (count)
            memcpy(&n, (const char *)&section->values + count->offset, sizeof n);
        of_kind[section->kind] += n;
        if (of_kind[section->kind] > MOST_OF_A_KIND)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_quick(const struct weft_setup *setup)
{
    uint64_t packets = 0;
    for (uint32_t i = 0; i < setup->streams && packets <= MOST_PACKETS; i++)
        packets += weft_clock_due_before(&setup->stream[i].clock, setup->duration_ps);
    for (uint32_t i = 0; i < setup->sources && packets <= MOST_PACKETS; i++) /* what its link carries */
        packets += (uint64_t)((weft_u128)setup->source[i].link_bps * setup->duration_ps / WEFT_PS_PER_S /
                              (8 * setup->source[i].background.packet_bytes));
    for (uint32_t i = 0; i < setup->servers; i++)
        if (setup->server[i].applications > MOST_OF_A_KIND || setup->server[i].ring_slots > MOST_RING)
            return FALSE;
    return packets <= MOST_PACKETS;
}

static void run(const struct plan *plan)
{
    const struct run_request request = {.setup = &plan->setup,
                                        .backend = backends_find("reference"),
                                        .carry_bytes = plan->has_media,
                                        .trace_fd = -1,
                                        .hops_fd = -1};
    struct run_result result = {0};
    g_autoptr(GError) error = NULL;
    if (!execute(&request, &result, &error))
        g_error("a checked plan does not run: %s", error->message);
    const struct weft_totals *totals = weft_metrics_totals(result.metrics);
    g_assert_cmpuint(totals->packets_sent, ==, totals->packets_delivered + totals->packets_dropped);
    for (uint32_t i = 0; result.delivery && i < plan->setup.streams; i++)
        g_assert_cmpuint(result.delivery[i].corrupt_packets, ==, 0);
    run_result_clear(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    offer_files();
    g_autoptr(GError) error = NULL;
    struct scenario *scenario = scenario_load(input_file(INPUT_FD, data, size), &error);
    if (scenario && is_small(scenario)) {
        struct media_library *library = media_library_new_by(&media_here);
        struct plan *plan = plan_new(scenario, library, &error);
        g_assert_true(plan || error);
        if (plan) {
            g_free(plan_settings(plan));
            if (is_quick(&plan->setup))
                run(plan);
        }
        plan_free(plan);
        media_library_free(library);
    }
    if (scenario)
        scenario_free(scenario);
    g_assert_true(scenario || error);
    return 0;
}
