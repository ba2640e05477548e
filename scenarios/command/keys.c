/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of groups and keys. */

#include "keys.h"
#include "policies.h"
#include "weft/variates.h"

#include <glib.h>
#include <string.h>

const struct group_row groups[GROUP_KINDS] = {
    [GROUP_SCENARIO] = {"scenario", false, false, "the run as a whole", "at most one"},
    [GROUP_SERVER] = {"server", true, true,
                      "servers: applications, cores, driver, NIC and the link to the switch", "one or more"},
    [GROUP_SWITCH] = {"switch", true, true, "switches: a port for each device and each trunk", "one or more"},
    [GROUP_TRUNK] = {"trunk", true, false, "links between switches, in both directions", "any number"},
    [GROUP_DEVICE] = {"device", true, true, "devices: what streams go to", "one or more"},
    [GROUP_STREAM] = {"stream", true, true, "streams: what servers send", "one or more"},
    [GROUP_BACKGROUND] = {"background", true, false, "what others send through the switches", "any number"},
    [GROUP_WRITE] = {"write", false, false, "how servers write: a method, and any of its axes",
                     "at most one"},
    [GROUP_COMPARE] = {"compare", false, false,
                       "what `weft compare` does with the scenario; a run does not depend on it",
                       "at most one"},
};

static const uint64_t page_sizes[] = {WEFT_PAGE_4K, WEFT_PAGE_2M, 0};

#define GBIT    UINT64_C(1000000000)
#define LONGEST (UINT64_C(1000000) * WEFT_PS_PER_S) /* as weft_setup_check(): no instant can overflow */

/* A key's place, and the shapes that rows take. */
#define AT(KIND, kind, member) .group = GROUP_##KIND, .offset = offsetof(struct kind##_group, member)
#define QUANTITY(kind_of_quantity, least, most)                                                              \
    .type = &key_quantity, .quantity = &(kind_of_quantity), .min = (least), .max = (most)
#define CHOICE(table) .type = &key_choice, .policies = &(table)

#define COUNT_HELP  "how many of them; more than one are named NAME-0, NAME-1, ..."
#define NEVER       "never"
#define ONLY_SWITCH "the switch; needed where there are several"
#define SWITCH_HELP "a [switch NAME] (members of the group go round its switches) or one switch NAME-0"
#define OF_MEMORY   .default_help = "the memory system's"
#define UNTOUCHED   "where the CPU neither copies nor fills"
#define AXIS(axis, table)                                                                                    \
    .group = GROUP_WRITE, .name = #axis, .offset = offsetof(struct write_group, axis),                       \
    .axis_offset = offsetof(struct weft_method, axis), CHOICE(table), .default_help = "the method's"
#define AXIS_WITH_ARGUMENT(axis, table)                                                                      \
    AXIS(axis, table), .argument_offset = offsetof(struct write_group, axis##_argument)

const struct key_row keys[] = {
    {AT(SCENARIO, scenario, name), .name = "name", .type = &key_text, .default_help = "the file's name",
     .help = "for reports"},
    {AT(SCENARIO, scenario, question), .name = "question", .type = &key_remark, .default_help = "none",
     .help =
         "what the scenario is to answer: the title of weft report; no result depends on it, nor its hash"},
    {AT(SCENARIO, scenario, duration_ps), .name = "duration", QUANTITY(quantity_time, 1, LONGEST),
     .default_text = "1 s", .help = "no call starts at or after it; then the network drains"},
    {AT(SCENARIO, scenario, warmup_ps), .name = "warmup", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "0 s", .help = "packets due before it are sent but not counted; less than duration"},
    {AT(SCENARIO, scenario, seed), .name = "seed", QUANTITY(quantity_count, 0, INT64_MAX),
     .default_text = "1",
     .help = "of every draw: random starts, order of memory frames, pattern of cbr streams"},
    {AT(SCENARIO, scenario, replications), .name = "replications",
     QUANTITY(quantity_count, 1, REPLICATIONS_MAX), .default_help = "1",
     .help = "runs that differ in all that is drawn; results then hold means, deviations and confidence "
             "intervals"},
    {AT(SCENARIO, scenario, platform), .name = "platform", .type = &key_text, .default_help = "none",
     .help = "a SimGrid platform file, relative to the scenario file's directory, that has the servers, "
             "switches, "
             "devices and trunks: platforms.md"},
    {AT(SCENARIO, scenario, network), .name = "network", CHOICE(policy_networks), .default_text = "ethernet",
     .help = "what a packet costs on the wire besides its payload"},
    {AT(SCENARIO, scenario, ip), .name = "ip", CHOICE(policy_ips), .default_text = "4",
     .help = "version of the Internet protocol", .says_nothing = "with network = raw"},
    {AT(SCENARIO, scenario, vlan), .name = "vlan", QUANTITY(quantity_count, 1, WEFT_VLAN_MAX), .word = "none",
     .default_text = "none", .help = "IEEE 802.1Q tag of every frame", .says_nothing = "with network = raw"},

    {AT(SERVER, server, count), .of_platform = true, .name = "count", QUANTITY(quantity_count, 1, 65535),
     .default_text = "1", .help = COUNT_HELP},
    {AT(SERVER, server, applications), .name = "applications", QUANTITY(quantity_count, 1, 4096),
     .default_text = "1",
     .help = "applications on a server, each with a socket; streams are dealt to them in order"},
    {AT(SERVER, server, cpu_hz), .of_platform = true, .name = "cpu",
     QUANTITY(quantity_frequency, 1000000, 10 * GBIT), .default_text = "3 GHz",
     .help = "clock of a core; with profile = measured:FILE the default is the clock of that machine"},
    {AT(SERVER, server, cores), .of_platform = true, .name = "cores", QUANTITY(quantity_count, 1, 1024),
     .default_text = "1", .help = "cores of a server"},
    {AT(SERVER, server, profile), .name = "profile", .type = &key_profile, .policies = &policy_profiles,
     .default_text = "modern-x86",
     .help = "prices of counted events in cycles; FILE is relative to the scenario file's directory; with "
             "measured: it has to say in a group [measured] where and when it was: model.md"},
    {AT(SERVER, server, switch_), .of_platform = true, .name = "switch", .type = &key_text,
     .default_help = ONLY_SWITCH, .help = SWITCH_HELP},
    {AT(SERVER, server, link_bps), .of_platform = true, .name = "link",
     QUANTITY(quantity_rate, 1000, 1000 * GBIT), .default_text = "1 Gbit/s",
     .help = "rate of the link to the switch"},
    {AT(SERVER, server, delay_ps), .of_platform = true, .name = "delay", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "0 s", .help = "propagation on that link"},
    {AT(SERVER, server, mtu_bytes), .name = "mtu", QUANTITY(quantity_size, 68, 65535),
     .default_text = "1500 B", .help = "largest network-layer packet on that link"},
    {AT(SERVER, server, page_bytes), .name = "page", QUANTITY(quantity_size, WEFT_PAGE_4K, WEFT_PAGE_2M),
     .only = page_sizes, .default_text = "4 KiB", .help = "page size of the applications' memory"},
    {AT(SERVER, server, memory), .name = "memory", CHOICE(policy_memories), .default_help = "the profile's",
     .help =
         "what stands between processor and memory: what the keys below are where they are not given; weft "
         "list memories",
     .says_nothing = NEVER},
    {AT(SERVER, server, tlb_sets), .name = "tlb_sets", QUANTITY(quantity_count, 1, WEFT_TLB_SETS_MOST),
     .word = "none", OF_MEMORY,
     .help = "sets of a core's last translation cache, for pages of this size: a power of two; none: no page "
             "is ever missed",
     .says_nothing = UNTOUCHED},
    {AT(SERVER, server, tlb_ways), .name = "tlb_ways", QUANTITY(quantity_count, 1, WEFT_TLB_WAYS_MOST),
     OF_MEMORY, .help = "entries of each set, of which the one that was used longest ago is replaced",
     .says_nothing = UNTOUCHED},
    {AT(SERVER, server, walk_cache), .name = "walk_cache", QUANTITY(quantity_count, 1, WEFT_WALK_CACHE_MOST),
     .word = "none", OF_MEMORY,
     .help = "pointers to last-level page tables that a core keeps, with which a walk is one reference",
     .says_nothing = UNTOUCHED},
    {AT(SERVER, server, tagged), .name = "tagged", CHOICE(policy_answers), OF_MEMORY,
     .help = "whether both keep entries of several applications; else a switch between these empties them",
     .says_nothing = "where a core has one application, and " UNTOUCHED},
    {AT(SERVER, server, cache_bytes), .name = "cache", QUANTITY(quantity_size, 1, UINT64_C(1) << 40),
     .most_word = "unlimited", OF_MEMORY,
     .help = "data that the CPU wrote is read hot by calls of at most so much",
     .says_nothing = "with fill = dma"},
    {AT(SERVER, server, dma_cache_bytes), .name = "dma_cache", QUANTITY(quantity_size, 1, UINT64_C(1) << 40),
     .word = "none", .most_word = "unlimited", OF_MEMORY,
     .help = "data that DMA wrote is read hot where an interval has at most so much; none: it goes to memory",
     .says_nothing = "where the CPU neither copies, sums nor fills"},
    {AT(SERVER, server, walks_ranges), .name = "walks_ranges", CHOICE(policy_answers), OF_MEMORY,
     .help = "whether the driver's page walk reads upper tables once for pages in a row; else once a page",
     .says_nothing = "but with copy = zero-copy and translation = page-walk"},
    {AT(SERVER, server, touch), .name = "touch", CHOICE(policy_touches), .default_text = "before",
     .help = "when the pages of the applications' buffers are touched for the first time",
     .says_nothing = "with copy = zero-copy and translation = buffer or application"},
    {AT(SERVER, server, ring_slots), .name = "ring", QUANTITY(quantity_count, 1, WEFT_RING_MAX_SLOTS),
     .default_text = "512", .help = "packets that the NIC's descriptor ring holds"},
    {AT(SERVER, server, doorbell_packets), .name = "doorbell",
     QUANTITY(quantity_count, 1, WEFT_RING_MAX_SLOTS), .default_text = "64",
     .help = "packets a doorbell tells the NIC of, where the driver cuts them",
     .says_nothing = "where calls have one packet, and with segmentation = stack: a doorbell a packet"},
    {AT(SERVER, server, interrupts_per_s), .name = "interrupt_rate", QUANTITY(quantity_per_second, 1, GBIT),
     .default_text = "8000 /s",
     .help = "most interrupts a second where they are coalesced; the unit may be left out",
     .says_nothing = "unless interrupt = coalesced"},
    {AT(SERVER, server, interrupt_delay_ps), .name = "interrupt_delay",
     QUANTITY(quantity_time, 0, WEFT_PS_PER_S), .default_text = "16 us",
     .help = "longest that a packet that has gone waits for an interrupt with interrupt = threshold",
     .says_nothing = "unless interrupt = threshold"},
    {AT(SERVER, server, interrupt_core), .name = "interrupt_core", QUANTITY(quantity_count, 0, 1023),
     .default_text = "0",
     .help = "core that interrupts run on, less than cores; application k runs on core k modulo cores",
     .says_nothing = "with interrupt = polled"},
    {AT(SERVER, server, down_ps), .name = "link_down", QUANTITY(quantity_time, 1, LONGEST), .word = "never",
     .default_text = "never",
     .help = "when the link goes down: packets on it from then on are lost, until link_up"},
    {AT(SERVER, server, up_ps), .name = "link_up", QUANTITY(quantity_time, 1, LONGEST), .word = "never",
     .default_text = "never", .help = "when it is up again; later than link_down"},

    {AT(SWITCH, switch, count), .of_platform = true, .name = "count", QUANTITY(quantity_count, 1, 65535),
     .default_text = "1", .help = COUNT_HELP},
    {AT(SWITCH, switch, preset), .name = "preset", CHOICE(policy_switch_presets), .presets = true,
     .default_text = "none",
     .help = "a kind of switch: defaults of the keys below; those that are given win; weft list switches"},
    {AT(SWITCH, switch, port_bps), .of_platform = true, .name = "port",
     QUANTITY(quantity_rate, 1000, 1000 * GBIT), .default_text = "100 Mbit/s",
     .help = "rate of the links to devices"},
    {AT(SWITCH, switch, buffer), .name = "buffer", .type = &key_buffer, .policies = &policy_buffers, .min = 1,
     .max = UINT64_C(1) << 40, .default_text = "unlimited",
     .help = "what each port may hold; a frame that does not fit is dropped"},
    {AT(SWITCH, switch, cell_bytes), .name = "cell", QUANTITY(quantity_size, 1, 65535), .word = "none",
     .default_text = "none", .help = "a frame takes whole cells of the buffer; none: its own bytes",
     .says_nothing = NEVER},
    {AT(SWITCH, switch, shared_bytes), .name = "shared", QUANTITY(quantity_size, 1, UINT64_C(1) << 40),
     .word = "none", .default_text = "none",
     .help =
         "pool that all ports share; a frame that does not find room in it is dropped, whatever buffer says"},
    {AT(SWITCH, switch, sharing), .name = "sharing", CHOICE(policy_sharings), .default_text = "dynamic",
     .help = "who may have how much of the pool", .says_nothing = "without shared"},
    {AT(SWITCH, switch, alpha), .name = "alpha", .type = &key_ratio, .default_text = "1",
     .help = "of dynamic sharing: a port may have less than so many times what is free of the pool",
     .says_nothing = "without shared, and with sharing = complete"},
    {AT(SWITCH, switch, reserved_bytes), .name = "reserved", QUANTITY(quantity_size, 0, UINT64_C(1) << 40),
     .default_text = "0 B", .help = "what each port has for itself, outside the pool",
     .says_nothing = "without shared"},
    {AT(SWITCH, switch, forwarding), .name = "forwarding", CHOICE(policy_forwardings),
     .default_text = "store-and-forward", .help = "from when on a packet is in its port and may leave",
     .says_nothing = NEVER},
    {AT(SWITCH, switch, accounting), .name = "accounting", CHOICE(policy_accountings), .default_text = "held",
     .help = "how the frame on a port's link counts, for limits and results", .says_nothing = NEVER},
    {AT(SWITCH, switch, scheduler), .name = "scheduler", CHOICE(policy_schedulers), .default_text = "fifo",
     .help = "which waiting packet a port sends next; priority needs accounting = held",
     .says_nothing = "where all that passes the switch has one class"},
    {AT(SWITCH, switch, latency_ps), .name = "latency", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "0 s", .help = "from the last bit in until the packet may leave"},

    {AT(TRUNK, trunk, from), .name = "from", .type = &key_text, .default_help = "needed",
     .help = "a [switch NAME] or one switch NAME-0"},
    {AT(TRUNK, trunk, to), .name = "to", .type = &key_text, .default_help = "needed",
     .help =
         "likewise: every pair of a switch of the one and one of the other has a trunk NAME.FROM.TO and one "
         "NAME.TO.FROM"},
    {AT(TRUNK, trunk, rate_bps), .name = "rate", QUANTITY(quantity_rate, 1000, 1000 * GBIT),
     .default_text = "1 Gbit/s", .help = "in each direction"},
    {AT(TRUNK, trunk, delay_ps), .name = "delay", QUANTITY(quantity_time, 0, LONGEST), .default_text = "0 s",
     .help = "propagation"},

    {AT(DEVICE, device, count), .of_platform = true, .name = "count", QUANTITY(quantity_count, 1, 1000000),
     .default_text = "1", .help = COUNT_HELP},
    {AT(DEVICE, device, switch_), .of_platform = true, .name = "switch", .type = &key_text,
     .default_help = ONLY_SWITCH, .help = SWITCH_HELP},
    {AT(DEVICE, device, rate_bps), .of_platform = true, .name = "rate",
     QUANTITY(quantity_rate, 1000, 1000 * GBIT), .default_help = "the switch's port",
     .help = "rate of the link from the switch"},
    {AT(DEVICE, device, delay_ps), .of_platform = true, .name = "delay", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "0 s", .help = "propagation on that link"},
    {AT(DEVICE, device, startup_ps), .name = "startup", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "200 ms",
     .help = "playout delay: a packet is late when it comes later than its due time and this"},
    {AT(DEVICE, device, off_ps), .name = "off", QUANTITY(quantity_time, 1, LONGEST), .word = "never",
     .default_text = "never",
     .help = "when it is switched off: packets whose last bit comes then or later are lost"},

    {AT(STREAM, stream, count), .name = "count", QUANTITY(quantity_count, 1, 1000000), .default_text = "1",
     .help = COUNT_HELP},
    {AT(STREAM, stream, rate_bps), .name = "rate", QUANTITY(quantity_rate, 1, 1000 * GBIT),
     .default_help = "needed for cbr and file; media have their own", .help = "bit rate of the payload"},
    {AT(STREAM, stream, payload_bytes), .name = "payload", QUANTITY(quantity_size, 1, 65535),
     .default_help = "what the MTU of its servers and the format allow",
     .help = "payload of a full packet: behind the UDP header, or behind RTP's where the format has one"},
    {AT(STREAM, stream, format), .name = "format", CHOICE(policy_formats), .default_text = "udp",
     .help = "how media become packets, and what headers stand before the payload"},
    {AT(STREAM, stream, source), .name = "source", .type = &key_source, .policies = &policy_sources,
     .default_text = "cbr",
     .help = "what is sent; FILE is relative to the scenario file's directory, also on the command line"},
    {AT(STREAM, stream, server), .name = "server", .type = &key_text,
     .default_help = "stream k from server k mod servers",
     .help = "a [server NAME] (its streams go round its servers) or one server NAME-0"},
    {AT(STREAM, stream, device), .name = "device", .type = &key_text,
     .default_help = "stream k to device k mod devices",
     .help = "a [device NAME] (its streams go round its devices) or one device NAME-0"},
    {AT(STREAM, stream, start), .name = "start", .type = &key_start, .min = 0, .max = LONGEST,
     .default_text = "0 s",
     .help =
         "when its first packet is due; random: drawn for each stream from the seed, uniform in one packet "
         "time or in [0, TIME)"},
    {AT(STREAM, stream, class_), .name = "class", QUANTITY(quantity_count, 0, WEFT_CLASSES - 1),
     .default_text = "0", .help = "7 goes first where a switch has scheduler = priority",
     .says_nothing = "where no switch on its way has scheduler = priority"},
    {AT(STREAM, stream, live), .name = "live", CHOICE(policy_answers), .default_text = "no",
     .help = "data exists only when it is due: the call at the end of an interval carries it",
     .says_nothing = NEVER},
    {AT(STREAM, stream, fault), .name = "fault", .type = &key_fault, .policies = &policy_faults, .min = 0,
     .max = LONGEST, .default_text = "none",
     .help =
         "what is wrong with the first write of each stream that is due at or after TIME; weft list faults"},
    {AT(STREAM, stream, loop), .name = "loop", CHOICE(policy_answers), .default_text = "no",
     .help = "a file begins again when it ends", .says_nothing = "with source = cbr, which has no end"},

    {AT(BACKGROUND, background, count), .name = "count", QUANTITY(quantity_count, 1, 1000000),
     .default_text = "1", .help = COUNT_HELP},
    {AT(BACKGROUND, background, pattern), .name = "pattern", CHOICE(policy_backgrounds),
     .default_text = "poisson", .help = "when the packets of each come"},
    {AT(BACKGROUND, background, rate_bps), .name = "rate", QUANTITY(quantity_rate, 1, 1000 * GBIT),
     .default_help = "needed", .help = "mean rate of network-layer packets of each"},
    {AT(BACKGROUND, background, packet_bytes), .name = "packet", QUANTITY(quantity_size, 1, 65535),
     .default_text = "1500 B", .help = "size of a network-layer packet"},
    {AT(BACKGROUND, background, device), .name = "device", .type = &key_text,
     .default_help = "none; a device or a trunk is needed",
     .help = "where its packets go: a [device NAME] (sources go round its devices) or one device NAME-0"},
    {AT(BACKGROUND, background, trunk), .name = "trunk", .type = &key_text, .default_help = "none",
     .help =
         "instead: a [trunk NAME] (sources go round its trunks) or one trunk NAME.FROM.TO, at whose end the "
         "packets are gone"},
    {AT(BACKGROUND, background, switch_), .name = "switch", .type = &key_text,
     .default_help = "that of its device or trunk",
     .help =
         "where its packets come in: a [switch NAME] (sources go round its switches) or one switch NAME-0"},
    {AT(BACKGROUND, background, link_bps), .name = "link", QUANTITY(quantity_rate, 1000, 1000 * GBIT),
     .default_help = "the rate behind its device's or trunk's port",
     .help = "rate of the link over which the packets of each come in, one after the other"},
    {AT(BACKGROUND, background, class_), .name = "class", QUANTITY(quantity_count, 0, WEFT_CLASSES - 1),
     .default_text = "0", .help = "as of streams",
     .says_nothing = "where no switch on its way has scheduler = priority"},
    {AT(BACKGROUND, background, start_ps), .name = "start", QUANTITY(quantity_time, 0, LONGEST),
     .default_text = "0 s", .help = "nothing comes before it; it ends with the scenario's duration"},
    {AT(BACKGROUND, background, peak_bps), .name = "peak", QUANTITY(quantity_rate, 1, 1000 * GBIT),
     .default_help = "needed for pareto", .help = "rate while on, with pattern = pareto"},
    {AT(BACKGROUND, background, on_ps), .name = "on", QUANTITY(quantity_time, 1, LONGEST),
     .default_help = "needed for pareto",
     .help = "mean time on, with pattern = pareto; time off follows from peak and rate"},
    {AT(BACKGROUND, background, shape_milli), .name = "shape",
     QUANTITY(quantity_ratio, WEFT_SHAPE_LEAST_MILLI, WEFT_SHAPE_MOST_MILLI), .default_text = "1.5",
     .help = "of the Pareto distributions of times on and off, with pattern = pareto: the smaller, the "
             "heavier the tail"},

    {AT(WRITE, write, method), .name = "method", CHOICE(policy_methods), .default_text = "interleaved",
     .help = "a named row of choices on the axes below"},
    {AXIS(unit, policy_units), .help = "what one write call carries",
     .says_nothing = "with pacing = packet: each packet is a write of its own"},
    {AXIS(copy, policy_copies), .help = "whether the CPU copies the payload", .says_nothing = NEVER},
    {AXIS(translation, policy_translations), .help = "how physical locations of the data are found",
     .says_nothing = "with copy = copy: the CPU reads through the application's own mapping"},
    {AXIS(segmentation, policy_segmentations), .help = "where data is cut into packets",
     .says_nothing = NEVER},
    {AXIS(header, policy_headers),
     .help = "how header blocks are made; they are counted with network = raw too, which sends none",
     .says_nothing = NEVER},
    {AXIS_WITH_ARGUMENT(interrupt, policy_interrupts), .help = "which packets' completion interrupts",
     .says_nothing = NEVER},
    {AXIS_WITH_ARGUMENT(order, policy_orders), .help = "order of the packets of one call",
     .says_nothing =
         "where calls have one entry: unit = packet or destination, pacing = packet, an application "
         "with one stream"},
    {AXIS(queues, policy_queues), .help = "transmit queues of the NIC; a destination is a stream",
     .says_nothing = "where packets of one stream only are in the ring"},
    {AXIS_WITH_ARGUMENT(pacing, policy_pacings), .help = "when the data of an interval is written and sent",
     .says_nothing = NEVER},
    {AXIS(interface, policy_interfaces),
     .help = "what lies between the application and the NIC's driver; a message is a packet with "
             "segmentation = stack, else an entry",
     .says_nothing = NEVER},
    {AT(WRITE, write, checksum), .name = "checksum", CHOICE(policy_checksums), .default_text = "offload",
     .help = "who makes UDP checksums; bytes are summed with network = raw too", .says_nothing = NEVER},
    {AT(WRITE, write, fill), .name = "fill", CHOICE(policy_fills), .default_text = "dma",
     .help = "how data comes into the application's buffers; priced with the call that sends it",
     .says_nothing = NEVER},
    {AT(WRITE, write, interval_ps), .name = "interval", QUANTITY(quantity_time, 1000000, LONGEST),
     .word = "auto", .default_text = "auto",
     .help = "time whose data is written at once; auto: two packet times of the slowest stream",
     .says_nothing = "with pacing = packet, but for the end of live streams, what warmup must be a multiple "
                     "of, how large "
                     "buffers are and what dma_cache is compared with"},

    {AT(COMPARE, compare, methods), .name = "methods", .type = &key_text, .default_help = "all",
     .help = "which methods, as --methods A,B,..."},
    {AT(COMPARE, compare, vary), .name = "vary", .type = &key_text, .default_help = "none",
     .help = "GROUP.KEY that takes one value after the other, as --vary GROUP.KEY=A,B,..."},
    {AT(COMPARE, compare, values), .name = "values", .type = &key_text, .default_help = "needed with vary",
     .help = "its values: A,B,..."},
    {AT(COMPARE, compare, figure), .name = "figure", .type = &key_text,
     .default_help = "cycles-vs-value and buffer-vs-value",
     .help = "the figures over these values: scripts of plots/, A,B,..."},
};

size_t keys_count(void)
{
    return G_N_ELEMENTS(keys);
}

const struct key_row *keys_find(enum group_kind group, const char *name)
{
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == group && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

char *keys_names(enum group_kind group)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == group)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", keys[i].name);
    return g_string_free(names, FALSE);
}

enum group_kind groups_find(const char *name, size_t length)
{
    enum group_kind kind = 0;
    while (kind < GROUP_KINDS &&
           (strlen(groups[kind].name) != length || strncmp(groups[kind].name, name, length) != 0))
        kind++;
    return kind;
}

char *groups_names(void)
{
    GString *names = g_string_new(NULL);
    for (size_t i = 0; i < GROUP_KINDS; i++)
        g_string_append_printf(names, "%s[%s%s]", i ? ", " : "", groups[i].name,
                               groups[i].named ? " NAME" : "");
    return g_string_free(names, FALSE);
}

char *key_default(const struct key_row *key)
{
    if (key->default_text)
        return g_strdup(key->default_text);
    return g_strdup_printf("(%s)", key->default_help);
}
