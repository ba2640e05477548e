/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Physical memory. From low to high addresses: one page that is never used, so that 0 is no address; the data
 * frames; the page tables, as many as were ever needed at once.
 *
 * A frame holds its own bytes but for one stretch, which may be lent: bytes of somebody else's that do not change, as a
 * file's. What is read is the same as if they had been copied; they are when something else is written there. */
#include "memory/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct frame {
    uint32_t pins;
    bool taken;
    bool deferred;       /* released while pinned: becomes free with the last pin */
    uint32_t from, to;   /* what is lent, of the frame's bytes */
    const uint8_t *lent; /* byte `from`; NULL: nothing */
};

struct weft_memory {
    uint64_t page_bytes, frames;
    uint32_t page_shift; /* a page is 2^page_shift bytes */
    uint8_t *data;
    struct frame *frame;
    uint64_t *free; /* stack of free frames, drawn order */
    uint64_t free_frames;
    uint64_t (*table)[WEFT_TABLE_ENTRIES];
    uint64_t tables, table_room;
    uint64_t free_table; /* chain through entry 0; 0 ends it */
};

/* Fisher-Yates: every order of the frames is about equally likely. */
static void scatter(uint64_t *frame, uint64_t frames, uint64_t seed)
{
    for (uint64_t i = 0; i < frames; i++)
        frame[i] = i;
    for (uint64_t i = frames; i > 1; i--) {
        uint64_t draw = weft_draw(seed, 0, WEFT_DRAW_FRAMES, i);
        uint64_t j = (uint64_t)((weft_u128)draw * i >> 64);
        uint64_t other = frame[j];
        frame[j] = frame[i - 1];
        frame[i - 1] = other;
    }
}

struct weft_memory *weft_memory_new(uint64_t frames, uint64_t page_bytes, uint64_t seed)
{
    assert(page_bytes == WEFT_PAGE_4K || page_bytes == WEFT_PAGE_2M);
    assert(frames < (UINT64_C(1) << 47) / page_bytes);
    struct weft_memory *memory = weft_alloc(1, sizeof *memory);
    memory->page_bytes = page_bytes;
    memory->page_shift = (uint32_t)__builtin_ctzll(page_bytes);
    memory->frames = memory->free_frames = frames;
    memory->data = weft_alloc(frames, page_bytes);
    memory->frame = weft_alloc(frames, sizeof *memory->frame);
    memory->free = weft_alloc(frames, sizeof *memory->free);
    scatter(memory->free, frames, seed);
    return memory;
}

void weft_memory_free(struct weft_memory *memory)
{
    if (!memory)
        return;
    free(memory->table);
    free(memory->free);
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
    return memory->free_frames;
}

/* Number of the frame that holds `physical`. */
static uint64_t frame_of(const struct weft_memory *memory, uint64_t physical)
{
    uint64_t page = physical >> memory->page_shift;
    assert(page >= 1 && page <= memory->frames);
    return page - 1;
}

int weft_memory_take(struct weft_memory *memory, uint64_t *physical)
{
    if (memory->free_frames == 0)
        return WEFT_FAILED;
    uint64_t frame = memory->free[--memory->free_frames];
    memory->frame[frame].taken = true;
    *physical = (frame + 1) * memory->page_bytes;
    return WEFT_OK;
}

static void put_back(struct weft_memory *memory, uint64_t frame)
{
    memory->frame[frame].taken = memory->frame[frame].deferred = false; /* what it holds stays in it */
    memory->free[memory->free_frames++] = frame;
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
    struct frame *frame;
    uint8_t *own; /* the frame's own bytes, from its first on */
    uint32_t offset;
};

static struct place place_of(const struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    uint64_t frame = frame_of(memory, physical), offset = physical & (memory->page_bytes - 1);
    assert(bytes <= memory->page_bytes - offset);
    (void)bytes;
    return (struct place){&memory->frame[frame], memory->data + (frame << memory->page_shift),
                          (uint32_t)offset};
}

/* Make bytes [from, to) of what is lent the frame's own. */
static void keep(const struct place *at, uint32_t from, uint32_t to)
{
    const struct frame *frame = at->frame;
    if (from < to)
        memcpy(at->own + from, frame->lent + (from - frame->from), to - from);
}

static void keep_all(const struct place *at)
{
    if (!at->frame->lent)
        return;
    keep(at, at->frame->from, at->frame->to);
    at->frame->lent = NULL;
}

const uint8_t *weft_memory_at(const struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    const struct frame *frame = at.frame;
    uint64_t end = at.offset + bytes;
    if (frame->lent && frame->from <= at.offset && end <= frame->to)
        return frame->lent + (at.offset - frame->from);
    if (frame->lent && frame->from < end && at.offset < frame->to)
        keep_all(&at);
    return at.own + at.offset;
}

uint8_t *weft_memory_write_at(struct weft_memory *memory, uint64_t physical, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    keep_all(&at);
    return at.own + at.offset;
}

void weft_memory_lend(struct weft_memory *memory, uint64_t physical, const uint8_t *data, uint64_t bytes)
{
    struct place at = place_of(memory, physical, bytes);
    struct frame *frame = at.frame;
    uint32_t from = at.offset, to = at.offset + (uint32_t)bytes;
    if (bytes == 0)
        return;
    if (frame->lent && (uintptr_t)data - from == (uintptr_t)frame->lent - frame->from && from <= frame->to &&
        frame->from <= to) { /* what is lent goes on */
        frame->lent = from < frame->from ? data : frame->lent;
        frame->from = from < frame->from ? from : frame->from;
        frame->to = to > frame->to ? to : frame->to;
        return;
    }
    if (frame->lent) {
        keep(&at, frame->from, frame->to < from ? frame->to : from);
        keep(&at, frame->from > to ? frame->from : to, frame->to);
    }
    frame->lent = data;
    frame->from = from;
    frame->to = to;
}

bool weft_memory_is_frame(const struct weft_memory *memory, uint64_t physical)
{
    uint64_t page = physical / memory->page_bytes;
    return physical % memory->page_bytes == 0 && page >= 1 && page <= memory->frames;
}

static uint64_t first_table(const struct weft_memory *memory)
{
    return (memory->frames + 1) * memory->page_bytes;
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
