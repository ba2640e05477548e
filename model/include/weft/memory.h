/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEMORY_H
#define WEFT_MEMORY_H

/* Simulated memory of one server: physical frames handed out in scattered order, address spaces whose x86-64
 * style page tables lie in that memory and are walked reference by reference, and translation buffers:
 * virtual regions whose mapping the driver holds. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

enum {
    WEFT_TABLE_BYTES = 4096,     /* a page table: 512 entries of 8 bytes */
    WEFT_PAGE_4K_REFERENCES = 4, /* memory references of a walk to a 4 KiB page */
    WEFT_PAGE_2M_REFERENCES = 3, /* ... to a 2 MiB page, mapped one level higher */
};
#define WEFT_PAGE_4K UINT64_C(4096)
#define WEFT_PAGE_2M UINT64_C(2097152)

/* Physical memory: `frames` data frames of `page_bytes` (WEFT_PAGE_4K or WEFT_PAGE_2M) and as many tables as
 * needed. Frames come in an order drawn from `seed`, so that neighbours in virtual memory are rarely
 * neighbours here. The caller frees with weft_memory_free (NULL is legal). */
struct weft_memory;
struct weft_memory *weft_memory_new(uint64_t frames, uint64_t page_bytes, uint64_t seed);
void weft_memory_free(struct weft_memory *memory);

/* The size of its frames, and how many of them are neither in use nor pinned. */
uint64_t weft_memory_page_bytes(const struct weft_memory *memory);
uint64_t weft_memory_free_frames(const struct weft_memory *memory);

/* Take a free frame, of those given back the one that came last; its physical address into `*physical`. WEFT_FAILED when
 * none is left. */
int weft_memory_take(struct weft_memory *memory, uint64_t *physical);

/* Pin and unpin the frame that holds `physical`: a pinned frame is not handed out again, even when unmapped.
 */
void weft_memory_pin(struct weft_memory *memory, uint64_t physical);
void weft_memory_unpin(struct weft_memory *memory, uint64_t physical);

/* Give the frame back; one that is pinned becomes free when the last pin goes. */
void weft_memory_release(struct weft_memory *memory, uint64_t physical);
/* Take back a frame that was released while it was pinned and still is: the release is undone. WEFT_INVALID if the frame
 * is free or has been handed out again. */
int weft_memory_retake(struct weft_memory *memory, uint64_t physical);

/* Bytes at a physical address, as the NIC's DMA engine sees them; `bytes` must not leave the frame
 * (asserted). */
const uint8_t *weft_memory_at(const struct weft_memory *memory, uint64_t physical, uint64_t bytes);
uint8_t *weft_memory_write_at(struct weft_memory *memory, uint64_t physical, uint64_t bytes);
/* A piece of a gather list: within one frame. */
struct weft_fragment {
    uint64_t physical;
    uint32_t bytes;
};
/* Whether `n` fragments, none of which leaves its frame (asserted), hold `bytes` bytes in all and these are those of
 * `data`. Where `data` itself was lent, no byte is read. */
bool weft_memory_equals(const struct weft_memory *memory, const struct weft_fragment *fragment, uint32_t n,
                        const uint8_t *data, uint64_t bytes);
/* What a device's DMA does: `bytes` of `data` are at a physical address from now on; they must not leave the frame
 * (asserted). They are not copied but lent: nobody may change them as long as the memory lives. A pointer that
 * weft_memory_at() gives into them is one into `data`; writing over any of them copies the others. */
void weft_memory_lend(struct weft_memory *memory, uint64_t physical, const uint8_t *data, uint64_t bytes);

/* A hint, for speed only: the frame that holds `physical`, and those that were handed out right after it, `frames` in all, are
 * lent to or read soon. Any address will do. */
void weft_memory_expect(const struct weft_memory *memory, uint64_t physical, uint64_t frames);

/* An address space: a page-table root in `memory`. It borrows the memory. The caller frees the space. */
struct weft_space;
struct weft_space *weft_space_new(struct weft_memory *memory);
void weft_space_free(struct weft_space *space);
/* What it was made in. */
struct weft_memory *weft_space_memory(const struct weft_space *space);

/* Map the page at `address` (a multiple of the page size, below 2^47) to the frame at `physical`.
 * WEFT_INVALID if the address is out of range or mapped already. */
int weft_space_map(struct weft_space *space, uint64_t address, uint64_t physical);
/* Remove a mapping; the frame is not released. WEFT_INVALID if there is none. */
int weft_space_unmap(struct weft_space *space, uint64_t address);

/* Walk the tables for `address`: the physical address into `*physical`, memory references made are added to
 * `*references`. WEFT_INVALID if it is not mapped. */
int weft_space_walk(const struct weft_space *space, uint64_t address, uint64_t *physical,
                    uint64_t *references);

/* Walk for up to `pages` pages (>= 1) from that of `address` on: where they begin into `physical`; returns how many are mapped,
 * up to the first that is not. With `range` an entry of an upper table is read once for all pages below it, as
 * get_user_pages_fast() of Linux does; else each page is walked to from the root. */
uint64_t weft_space_walk_pages(const struct weft_space *space, uint64_t address, uint64_t pages, bool range,
                               uint64_t *physical, uint64_t *references);
/* The references of that walk where all pages are mapped. */
uint64_t weft_walk_references(uint64_t address, uint64_t pages, uint64_t page_bytes, bool range);

/* Write or read `bytes` at a virtual address, as the application does. WEFT_INVALID if a page is not mapped;
 * then nothing after that page is touched. */
int weft_space_write(struct weft_space *space, uint64_t address, const void *data, uint64_t bytes);
int weft_space_read(const struct weft_space *space, uint64_t address, void *data, uint64_t bytes);
/* The same as weft_space_write() with bytes that are lent, as weft_memory_lend() states. */
int weft_space_lend(struct weft_space *space, uint64_t address, const void *data, uint64_t bytes);

/* Translation buffer (claims 5, 6): the mapping of `bytes` at `address`, read once from the tables when it is
 * registered and then held by the driver. Its frames are pinned as long as it lives; free it before its
 * memory. NULL if `bytes` is 0 or a page is not mapped. */
struct weft_region;
struct weft_region *weft_region_new(const struct weft_space *space, uint64_t address, uint64_t bytes);
void weft_region_free(struct weft_region *region);
/* Translate with the held mapping: no page table is read. WEFT_INVALID outside the region. */
int weft_region_translate(const struct weft_region *region, uint64_t address, uint64_t *physical);
/* The same for up to `pages` pages from the one that begins at `address` on, which the region may touch only in part; returns
 * how many are the region's. */
uint64_t weft_region_pages(const struct weft_region *region, uint64_t address, uint64_t pages,
                           uint64_t *physical);

/* Hints, for speed only: `bytes` at `address` are walked to, lent, or translated, soon. Any address will do. */
void weft_space_expect_walk(const struct weft_space *space, uint64_t address, uint64_t bytes);
void weft_space_expect_lend(const struct weft_space *space, uint64_t address, uint64_t bytes);
void weft_region_expect(const struct weft_region *region, uint64_t address, uint64_t bytes);

/* Pages that `bytes` (>= 1) at `address` touch. */
uint64_t weft_pages_touched(uint64_t address, uint64_t bytes, uint64_t page_bytes);

WEFT_END_DECLS

#endif
