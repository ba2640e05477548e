/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of faults: what an application can do wrong with one entry. */

#include "weft/setup.h"

static void without_bytes(struct weft_entry *entry, uint32_t streams)
{
    (void)streams;
    entry->bytes = 0;
}

static void to_nobody(struct weft_entry *entry, uint32_t streams)
{
    entry->stream = streams;
}

static void beyond_addresses(struct weft_entry *entry, uint32_t streams)
{
    (void)streams;
    entry->address = WEFT_ADDRESS_END;
}

static void beyond_all_lengths(struct weft_entry *entry, uint32_t streams)
{
    (void)streams;
    entry->bytes = UINT64_MAX;
}

static void from_nowhere(struct weft_entry *entry, uint32_t streams)
{
    (void)streams;
    entry->address = 0;
}

static const struct weft_fault empty = {
    .name = "empty", .help = "the entry has no bytes", .spoil = without_bytes};
static const struct weft_fault destination = {
    .name = "destination", .help = "the entry is for a stream that is not connected", .spoil = to_nobody};
static const struct weft_fault address = {
    .name = "address", .help = "the data lies beyond the address space", .spoil = beyond_addresses};
static const struct weft_fault length = {
    .name = "length", .help = "address and length overflow", .spoil = beyond_all_lengths};
static const struct weft_fault null = {.name = "null",
                                       .help = "the address is 0, where nothing is ever mapped or registered",
                                       .spoil = from_nowhere,
                                       .in_tables = true};
static const struct weft_fault unmapped = {
    .name = "unmapped",
    .help = "a page amid the data is not mapped during the call; a registered region is not asked for it",
    .in_tables = true,
    .unmaps_before = true};
static const struct weft_fault unmapped_after = {
    .name = "unmapped-after",
    .help = "the last page is unmapped and given back when the call is over, before the NIC has read it",
    .unmaps_after = true};

const struct weft_fault *const weft_faults[] = {&empty, &destination, &address,        &length,
                                                &null,  &unmapped,    &unmapped_after, NULL};
