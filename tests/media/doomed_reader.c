/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "doomed_reader.h"

#include "failure.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 20, PAGE_BYTES = 4096, UNITS = 2 };

/* What is returned; a doom may spoil it. */
struct doomed {
    struct weft_media media;
    uint64_t at_bytes[2], at_ps[2], unit_at[UNITS + 1];
    uint32_t timestamp[UNITS];
    uint8_t last[UNITS];
    struct weft_units units;
};

static void crash(struct doomed *doomed)
{
    (void)doomed;
    printf("last words\n");
    fprintf(stderr, "more of them\n");
    raise(SIGSEGV);
}

static void give_up(struct doomed *doomed)
{
    (void)doomed;
    abort();
}

static void leave(struct doomed *doomed)
{
    (void)doomed;
    _exit(7);
}

static void vanish(struct doomed *doomed)
{
    (void)doomed;
    _exit(0);
}

static void hang(struct doomed *doomed)
{
    (void)doomed;
    for (;;)
        pause();
}

static void spin(struct doomed *doomed)
{
    (void)doomed;
    for (volatile unsigned turns = 0;; turns++)
        ;
}

static void eat(struct doomed *doomed)
{
    (void)doomed;
    for (;;) {
        char *piece = malloc(PIECE_BYTES);
        if (!piece)
            abort();
        memset(piece, 1, PIECE_BYTES);
        *(char *volatile *)piece = piece; /* somebody looks at it */
    }
}

/* Takes too much for a moment, while the machine has no time for its parent, and goes on as if nothing had been. */
static void gulp(struct doomed *doomed)
{
    (void)doomed;
    kill(getppid(), SIGSTOP);
    /* Volatile: a compiler may leave out what is written and then freed. */
    volatile char *piece = malloc(DOOMED_GULP_BYTES);
    for (size_t at = 0; piece && at < DOOMED_GULP_BYTES; at += PAGE_BYTES)
        piece[at] = 1;
    free((void *)piece);
    kill(getppid(), SIGCONT);
}

static void no_points(struct doomed *doomed)
{
    doomed->media.points = 1;
}

static void backwards(struct doomed *doomed)
{
    doomed->at_ps[1] = 0;
}

static void too_fast(struct doomed *doomed)
{
    doomed->at_bytes[1] = UINT64_MAX;
    doomed->at_ps[1] = 1;
}

static void other_bytes(struct doomed *doomed)
{
    doomed->at_bytes[1]++;
}

static void other_form(struct doomed *doomed)
{
    doomed->media.units = doomed->media.units ? NULL : &doomed->units;
}

static void empty_unit(struct doomed *doomed)
{
    doomed->unit_at[1] = 0;
}

static void odd_last(struct doomed *doomed)
{
    doomed->last[1] = 2;
}

static void nowhere(struct doomed *doomed)
{
    doomed->media.at_ps = mmap(NULL, PIECE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void nothing(struct doomed *doomed)
{
    (void)doomed;
}

static const struct doom {
    const char *name;
    void (*meet)(struct doomed *doomed);
} dooms[] = {
    {"crash", crash},
    {"abort", give_up},
    {"leave", leave},
    {"vanish", vanish},
    {"hang", hang},
    {"spin", spin},
    {"eat", eat},
    {"gulp", gulp},
    {"no-points", no_points},
    {"backwards", backwards},
    {"too-fast", too_fast},
    {"other-bytes", other_bytes},
    {"other-form", other_form},
    {"empty-unit", empty_unit},
    {"odd-last", odd_last},
    {"nowhere", nowhere},
    {"good", nothing},
};

static void fill(struct doomed *doomed, const uint8_t *data, uint64_t bytes, bool units)
{
    static const uint64_t unit_at[UNITS + 1] = {0, DOOMED_UNIT_BYTES, 2 * DOOMED_UNIT_BYTES};
    memcpy(doomed->unit_at, unit_at, sizeof unit_at);
    doomed->last[UNITS - 1] = 1;
    doomed->units = (struct weft_units){UNITS, doomed->unit_at, doomed->timestamp, doomed->last};
    doomed->at_bytes[1] = units ? unit_at[UNITS] : bytes;
    doomed->at_ps[1] = DOOMED_DURATION_PS;
    doomed->media = (struct weft_media){.points = 2,
                                        .at_bytes = doomed->at_bytes,
                                        .at_ps = doomed->at_ps,
                                        .data = data,
                                        .units = units ? &doomed->units : NULL};
}

static struct weft_media *doomed_open(const uint8_t *data, uint64_t bytes, const char *const *codecs,
                                      GError **error)
{
    g_autofree char *text = g_strndup((const char *)data, MIN(bytes, 64));
    const char *word = strtok(text, " \n");
    for (size_t i = 0; word && i < G_N_ELEMENTS(dooms); i++)
        if (strcmp(dooms[i].name, word) == 0) {
            struct doomed *doomed = g_new0(struct doomed, 1);
            fill(doomed, data, bytes, codecs != NULL);
            dooms[i].meet(doomed);
            return &doomed->media;
        }
    failure(error, STATUS_INPUT, "is no\nfilm");
    return NULL;
}

static void doomed_close(struct weft_media *media)
{
    g_free(media);
}

const struct media_reader *weft_media_reader(void)
{
    static const struct media_reader reader = {MEDIA_READER_VERSION, doomed_open, doomed_close};
    return &reader;
}
