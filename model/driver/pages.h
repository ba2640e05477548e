/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PAGES_H
#define WEFT_DRIVER_PAGES_H

/* Where the bytes of a write call are: translation of its pages, and pins. */

#include "state.h"

/* A hint, for speed only: the pages of an entry are looked up soon. */
void weft_pages_expect(const struct weft_driver *driver, uint32_t entry);
/* Look up every page of an entry, counting; sets the entry's status. Returns where its bytes begin in the translated pages,
 * of which those of the whole call lie one after the other; without an address space, its own address. */
uint64_t weft_pages_translate(struct weft_driver *driver, uint32_t entry);
/* A copying write counts no translation (the CPU's own), but refuses what it could not read. */
void weft_pages_check_readable(struct weft_driver *driver, uint32_t entry);
/* Count the one copy of an entry that walks the stack whole, and the pages that the CPU reads for it. */
void weft_pages_copy(struct weft_driver *driver, uint32_t entry);
/* The call's pins hold until what is in the ring now has been sent. */
void weft_pages_call_over(struct weft_driver *driver);
/* Let go of frames whose packets have been sent. */
void weft_pages_unpin(struct weft_driver *driver);

#endif
