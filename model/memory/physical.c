/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Physical memory. From low to high addresses: one page that is never used, so that 0 is no address; the data
 * frames, with gaps between them that are not ours; the page tables, as many as were ever needed at once. Frames are known
 * by their rank, the order in which they are handed out at first; where they lie is drawn.
 *
 * A frame holds its own bytes but for stretches that are lent: bytes of somebody else's that do not change, as a file's.
 * What is read is the same as if they had been copied; they are when something else is written there. Two stretches let
 * what is filled next grow over what was there before without a copy. */
#include "memory/memory.h"
#include "memory/scatter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Bytes [from, to) of a frame; none where bytes is NULL, and then `to` is 0. */
struct stretch {
    uint32_t from, to;
    const uint8_t *bytes; /* byte `from` */
};

/* The one that was lent last comes first: that is what is read next. */
enum { STRETCHES = 2 };
struct lent {
    struct stretch stretch[STRETCHES]; /* no two have a byte in common */
};

struct frame {
    uint32_t pins;
    bool taken;
    bool deferred; /* released while pinned: becomes free with the last pin */
};

struct weft_memory {
    uint64_t page_bytes, frames;
    uint32_t page_shift; /* a page is 2^page_shift bytes */
    struct weft_scatter scatter;
    uint8_t *data; /* by rank, as all that follows */
    struct frame *frame;
    struct lent *lent;     /* apart from the rest, which is not needed where bytes are read */
    uint64_t fresh;        /* frames from this rank on were never taken */
    uint64_t *free, freed; /* stack of the others that are free */
    uint64_t (*table)[WEFT_TABLE_ENTRIES];
    uint64_t tables, table_room;
    uint64_t free_table; /* chain through entry 0; 0 ends it */
};

struct weft_memory *weft_memory_new(uint64_t frames, uint64_t page_bytes, uint64_t seed)
{
    assert(page_bytes == WEFT_PAGE_4K || page_bytes == WEFT_PAGE_2M);
    assert(frames < (UINT64_C(1) << 47) / page_bytes);
    struct weft_memory *memory = weft_alloc(1, sizeof *memory);
    memory->page_bytes = page_bytes;
    memory->page_shift = (uint32_t)__builtin_ctzll(page_bytes);
    memory->frames = frames;
    weft_scatter_init(&memory->scatter, frames > 0 ? frames : 1, seed);
    memory->data = weft_alloc(frames, page_bytes);
    memory->frame = weft_alloc(frames, sizeof *memory->frame);
    memory->lent = weft_alloc(frames, sizeof *memory->lent);
    memory->free = weft_alloc(frames, sizeof *memory->free);
    return memory;
}

void weft_memory_free(struct weft_memory *memory)
{
    if (!memory)
        return;
    free(memory->table);
    free(memory->free);
    free(memory->lent);
    free(memory->frame);
    free(memory->data);
    free(memory);
}

uint64_t weft_memory_page_bytes(const struct weft_memory *memory)
{
    return memory->page_bytes;
}

uint64_t weft_memory_free_frames(const struct weft_memory *memory)
{
    return memory->frames - memory->fresh + memory->freed;
}

/* Rank of the frame that holds `physical`; not below `frames` if none does. Page 0 is never used. */
static inline uint64_t rank_of(const struct weft_memory *memory, uint64_t physical)
{
    uint64_t place = (physical >> memory->page_shift) - 1;
    return place <= memory->scatter.mask ? weft_scatter_rank(&memory->scatter, place) : memory->frames;
}

static inline uint64_t frame_of(const struct weft_memory *memory, uint64_t physical)
{
    uint64_t frame = rank_of(memory, physical);
    assert(frame < memory->frames);
    return frame;
}

int weft_memory_take(struct weft_memory *memory, uint64_t *physical)
{
    if (weft_memory_free_frames(memory) == 0)
        return WEFT_FAILED;
    uint64_t frame = memory->freed > 0 ? memory->free[--memory->freed] : memory->fresh++;
    memory->frame[frame].taken = true;
    *physical = (weft_scatter_place(&memory->scatter, frame) + 1) * memory->page_bytes;
    return WEFT_OK;
}

static void put_back(struct weft_memory *memory, uint64_t frame)
{
    memory->frame[frame].taken = memory->frame[frame].deferred = false; /* what it holds stays in it */
    memory->free[memory->freed++] = frame;
}

void weft_memory_pin(struct weft_memory *memory, uint64_t physical)
{
    struct frame *frame = &memory->frame[frame_of(memory, physical)];
    assert(frame->taken && frame->pins < UINT32_MAX);
    frame->pins++;
}

void weft_memory_unpin(struct weft_memory *memory, uint64_t physical)
{
    uint64_t number = frame_of(memory, physical);
    struct frame *frame = &memory->frame[number];
    assert(frame->pins > 0);
    if (--frame->pins == 0 && frame->deferred)
        put_back(memory, number);
}

void weft_memory_release(struct weft_memory *memory, uint64_t physical)
{
    uint64_t number = frame_of(memory, physical);
    struct frame *frame = &memory->frame[number];
    assert(frame->taken && !frame->deferred);
    if (frame->pins > 0)
        frame->deferred = true;
    else
        put_back(memory, number);
}

int weft_memory_retake(struct weft_memory *memory, uint64_t physical)
{
    struct frame *frame = &memory->frame[frame_of(memory, physical)];
    if (!frame->deferred)
        return WEFT_INVALID;
    frame->deferred = false;
    return WEFT_OK;
}

/* A place in a frame. */
struct place {
    struct stretch *lent;
    uint8_t *own; /* the frame's own bytes, from its first on */
    uint32_t offset;
};

static struct place place_of(const struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    uint64_t frame = frame_of(memory, physical), offset = physical & (memory->page_bytes - 1);
    assert(bytes <= memory->page_bytes - offset);
    (void)bytes;
    return (struct place){memory->lent[frame].stretch, memory->data + (frame << memory->page_shift),
                          (uint32_t)offset};
}

/* Make a part of what is lent, [from, to), the frame's own. */
static void keep(const struct place *at, const struct stretch *lent, uint32_t from, uint32_t to)
{
    memcpy(at->own + from, lent->bytes + (from - lent->from), to - from);
}

/* Make all that is lent of [from, to), and what else is lent with it, the frame's own. */
static void keep_all(const struct place *at, uint32_t from, uint32_t to)
{
    for (int i = 0; i < STRETCHES; i++) {
        struct stretch *lent = &at->lent[i];
        if (!lent->bytes || lent->from >= to || lent->to <= from)
            continue;
        keep(at, lent, lent->from, lent->to);
        *lent = (struct stretch){0};
    }
}

const uint8_t *weft_memory_at(const struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    uint32_t end = at.offset + (uint32_t)bytes;
    for (int i = 0; i < STRETCHES; i++) {
        const struct stretch *lent = &at.lent[i];
        if (lent->bytes && lent->from <= at.offset && end <= lent->to)
            return lent->bytes + (at.offset - lent->from);
    }
    keep_all(&at, at.offset, end);
    return at.own + at.offset;
}

/* Whether a fragment shows `data` itself. The stretch that was lent last is what is nearly always asked for. (Where nothing
 * is lent, `to` is 0.) */
static inline bool shows(const struct weft_memory *memory, const struct weft_fragment *fragment,
                         const uint8_t *data)
{
    const struct stretch *lent = memory->lent[frame_of(memory, fragment->physical)].stretch;
    uint64_t offset = fragment->physical & (memory->page_bytes - 1);
    return lent->from <= offset && offset + fragment->bytes <= lent->to &&
           lent->bytes + (offset - lent->from) == data;
}

/* The rest of a gather list, of which it is not known that it shows `data`. */
static __attribute__((noinline)) bool holds(const struct weft_memory *memory,
                                            const struct weft_fragment *fragment, uint32_t n,
                                            const uint8_t *data, uint64_t bytes)
{
    for (; n > 0; n--, fragment++) {
        if (fragment->bytes > bytes ||
            memcmp(weft_memory_at(memory, fragment->physical, fragment->bytes), data, fragment->bytes) != 0)
            return false;
        data += fragment->bytes;
        bytes -= fragment->bytes;
    }
    return bytes == 0;
}

bool weft_memory_equals(const struct weft_memory *memory, const struct weft_fragment *fragment, uint32_t n,
                        const uint8_t *data, uint64_t bytes)
{
    for (; n > 0; n--, fragment++) {
        if (fragment->bytes > bytes || !shows(memory, fragment, data))
            return holds(memory, fragment, n, data, bytes);
        data += fragment->bytes;
        bytes -= fragment->bytes;
    }
    return bytes == 0;
}

uint8_t *weft_memory_write_at(struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    keep_all(&at, at.offset, at.offset + (uint32_t)bytes);
    return at.own + at.offset;
}

/* If `old` and `more` are one stretch of the same bytes, make `more` that one and `old` none. */
static void join(struct stretch *old, struct stretch *more)
{
    if (!old->bytes || (uintptr_t)old->bytes - old->from != (uintptr_t)more->bytes - more->from ||
        old->from > more->to || more->from > old->to)
        return;
    more->bytes = old->from < more->from ? old->bytes : more->bytes;
    more->from = old->from < more->from ? old->from : more->from;
    more->to = old->to > more->to ? old->to : more->to;
    *old = (struct stretch){0};
}

/* Leave of `old` what `more` does not cover; what is left on both sides is one stretch too many. */
static void give_way(const struct place *at, struct stretch *old, const struct stretch *more)
{
    if (!old->bytes || old->from >= more->to || old->to <= more->from)
        return;
    if (old->from < more->from) {
        if (old->to > more->to)
            keep(at, old, more->to, old->to);
        old->to = more->from;
    } else if (old->to > more->to) {
        old->bytes += more->to - old->from;
        old->from = more->to;
    } else {
        *old = (struct stretch){0};
    }
}

static void lend_part(struct weft_memory *memory, uint64_t physical, const uint8_t *data, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    struct stretch more = {at.offset, at.offset + (uint32_t)bytes, data}, *lent = at.lent;
    if (bytes == 0)
        return;
    for (int i = 0; i < STRETCHES; i++)
        join(&lent[i], &more);
    for (int i = 0; i < STRETCHES; i++)
        give_way(&at, &lent[i], &more);
    if (lent[0].bytes && lent[1].bytes)
        keep(&at, &lent[1], lent[1].from, lent[1].to);
    if (lent[0].bytes)
        lent[1] = lent[0];
    lent[0] = more;
}

void weft_memory_lend(struct weft_memory *memory, uint64_t physical, const uint8_t *data, uint64_t bytes)
{
    if (bytes != memory->page_bytes) {
        lend_part(memory, physical, data, bytes);
        return;
    }
    /* Nothing is left of what was there. */
    assert((physical & (memory->page_bytes - 1)) == 0);
    memory->lent[frame_of(memory, physical)] = (struct lent){.stretch = {{0, (uint32_t)bytes, data}}};
}

void weft_memory_lend_frames(struct weft_memory *memory, const uint64_t *frame, uint64_t in_page,
                             const uint8_t *data, uint64_t bytes)
{
    for (; bytes > 0; in_page = 0, frame++) {
        uint64_t room = memory->page_bytes - in_page, piece = room < bytes ? room : bytes;
        weft_memory_lend(memory, *frame + in_page, data, piece);
        data += piece;
        bytes -= piece;
    }
}

void weft_memory_expect(const struct weft_memory *memory, uint64_t physical, uint64_t frames)
{
    uint64_t frame = rank_of(memory, physical);
    if (frame >= memory->frames)
        return;
    uint64_t left = memory->frames - frame;
    weft_prefetch(&memory->lent[frame], (frames < left ? frames : left) * sizeof *memory->lent);
}

bool weft_memory_is_frame(const struct weft_memory *memory, uint64_t physical)
{
    return physical % memory->page_bytes == 0 && rank_of(memory, physical) < memory->frames;
}

static uint64_t first_table(const struct weft_memory *memory)
{
    return (memory->scatter.mask + 2) * memory->page_bytes;
}

static uint64_t *table_at(const struct weft_memory *memory, uint64_t table)
{
    assert(table >= first_table(memory) && table % WEFT_TABLE_BYTES == 0);
    uint64_t number = (table - first_table(memory)) / WEFT_TABLE_BYTES;
    assert(number < memory->tables);
    return memory->table[number];
}

uint64_t weft_memory_table_take(struct weft_memory *memory)
{
    uint64_t table = memory->free_table;
    if (table) {
        memory->free_table = weft_memory_table_read(memory, table, 0);
    } else {
        if (memory->tables == memory->table_room) {
            memory->table_room = memory->table_room ? 2 * memory->table_room : 16;
            memory->table = weft_resize(memory->table, memory->table_room, sizeof *memory->table);
        }
        table = first_table(memory) + memory->tables++ * WEFT_TABLE_BYTES;
    }
    memset(table_at(memory, table), 0, WEFT_TABLE_BYTES);
    return table;
}

void weft_memory_table_release(struct weft_memory *memory, uint64_t table)
{
    table_at(memory, table)[0] = memory->free_table;
    memory->free_table = table;
}

const uint64_t *weft_memory_table(const struct weft_memory *memory, uint64_t table)
{
    return table_at(memory, table);
}

uint64_t weft_memory_table_read(const struct weft_memory *memory, uint64_t table, uint32_t index)
{
    assert(index < WEFT_TABLE_ENTRIES);
    return table_at(memory, table)[index];
}

void weft_memory_table_write(struct weft_memory *memory, uint64_t table, uint32_t index, uint64_t entry)
{
    assert(index < WEFT_TABLE_ENTRIES);
    table_at(memory, table)[index] = entry;
}
