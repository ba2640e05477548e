/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header and gather list of a packet of any kind; payload that the CPU copies or sums up. */

#include "payload.h"

#include "ring.h"

/* The CPU's copy into kernel memory reads through the application's own mapping. */
static void copy_fragments(const struct weft_driver *driver, uint64_t address, const struct weft_desc *desc)
{
    struct weft_memory *memory = weft_space_memory(driver->space);
    for (uint32_t i = 0; i < desc->fragments; i++) {
        const struct weft_fragment *to = &desc->fragment[i];
        int status = weft_space_read(driver->space, address,
                                     weft_memory_write_at(memory, to->physical, to->bytes), to->bytes);
        assert(status == WEFT_OK);
        (void)status;
        address += to->bytes;
    }
}

/* The CPU reads the packet once more, where the NIC will read it, and writes the sum into the UDP header. */
static void sum_packet(const struct weft_driver *driver, struct weft_desc *desc,
                       const struct weft_header_template *header)
{
    uint8_t packet[WEFT_HEADER_MAX_BYTES + WEFT_RUN_BYTES], *udp = packet + header->udp_at;
    uint32_t bytes = weft_desc_gather(desc, weft_space_memory(driver->space), packet, sizeof(packet));
    uint16_t sum = weft_udp_checksum(packet + header->ip_at, udp, bytes - header->udp_at);
    desc->header[header->udp_at + 6] = (uint8_t)(sum >> 8);
    desc->header[header->udp_at + 7] = (uint8_t)sum;
}

static inline void build_header(const struct weft_driver *driver, const struct weft_stream_route *route,
                                uint32_t number, uint32_t payload_bytes, struct weft_desc *desc)
{
    struct weft_header_fields fields = {.number = number, .payload_bytes = payload_bytes};
    if (route->packets) {
        const struct weft_packet *packet = &route->packets->packet[number % route->packets->packets];
        fields.marker = packet->marker;
        fields.prefix = packet->prefix;
        fields.prefix_bytes = packet->prefix_bytes;
    }
    if (route->header.rtp_at)
        fields.timestamp = weft_clock_timestamp(route->clock, number);
    desc->header_bytes = driver->params.header->build(&route->header, &fields, desc->header);
    desc->ip_at = route->header.ip_at;
    desc->udp_at = driver->params.checksum_in_software ? 0 : route->header.udp_at;
}

void weft_payload_describe(const struct weft_driver *driver, const struct weft_stream_route *route,
                           uint32_t place, uint32_t number, const struct weft_origin *origin)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_desc *desc = weft_ring_write_desc(driver->ring, place);
    build_header(driver, route, number, driver->ring->payload_bytes[place], desc);
    if (params->copies) {
        weft_ring_buffer_fragments(driver->ring, place, origin->data_bytes, desc);
        copy_fragments(driver, origin->address, desc);
    } else {
        weft_payload_gather(driver->page, driver->page_shift, origin, desc);
    }
    if (params->checksum_in_software && params->network->header_bytes > 0)
        sum_packet(driver, desc, &route->header);
}
