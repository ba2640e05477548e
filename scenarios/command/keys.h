/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_KEYS_H
#define COMMAND_KEYS_H

/* Every key of a scenario file, once: name, type, units, default, range, help, and where its value goes.
 * Parser, `weft list keys`, the effective settings in results and the tests of bad values are all made from
 * this table. */

#include "quantity.h"
#include "weft/setup.h"

enum { REPLICATIONS_MAX = 10000 };

enum group_kind {
    GROUP_SCENARIO,
    GROUP_SERVER,
    GROUP_SWITCH,
    GROUP_TRUNK,
    GROUP_DEVICE,
    GROUP_STREAM,
    GROUP_BACKGROUND,
    GROUP_WRITE,
    GROUP_COMPARE, /* behind all that a run is made from */
    GROUP_KINDS
};

struct group_row {
    const char *name;
    bool named;    /* [server NAME], as many as you like; else [scenario], at most one */
    bool required; /* a scenario needs at least one */
    const char *help, *how_many;
};
extern const struct group_row groups[GROUP_KINDS];

/* Where a stream's packets come from. */
struct source {
    const char *name, *help;
    bool file;  /* written NAME:FILE */
    bool rated; /* needs a rate; else it has its own */
};
extern const struct source source_cbr, source_media, source_file;
extern const struct source *const sources[]; /* ends with NULL */

struct source_choice {
    const struct source *row;
    const char *file;
};

/* A cost profile: one of the table, or a file of the user's, which planning reads. */
struct profile_choice {
    const struct weft_profile *row; /* NULL: the file */
    const char *file;
    bool measured; /* the file has to say where and when it was */
};

/* A buffer scheme and, but for the unlimited one, how much a port may hold in what the scheme counts. */
struct buffer_choice {
    const struct weft_buffer *row;
    uint64_t limit;
};

/* A positive fraction in lowest terms. */
struct ratio {
    uint32_t num, den;
};

/* A fault and from when on. */
struct fault_choice {
    const struct weft_fault *row; /* NULL: none */
    weft_ps at_ps;
};

/* When a stream starts: at `ps`; or at random in [0, ps), 0: in one packet time. */
struct start_choice {
    weft_ps ps;
    bool random;
};

/* The values of one group of each kind. Counts are wide so that one parser serves all. */
struct scenario_group {
    const char *name;     /* NULL: the file's */
    const char *question; /* NULL: not given */
    const char *platform; /* NULL: none */
    weft_ps duration_ps, warmup_ps;
    uint64_t seed, replications; /* replications 0: one */
    const struct weft_network *network;
    const struct ip_version *ip;
    uint64_t vlan; /* 0: none */
};
struct server_group {
    uint64_t count, applications, cpu_hz, cores;
    struct profile_choice profile;
    const char *switch_;                     /* NULL: the only one */
    const struct weft_memory_system *memory; /* NULL: the profile's */
    /* what is not given is the memory system's */
    uint64_t tlb_sets, tlb_ways, walk_cache, cache_bytes, dma_cache_bytes;
    const struct answer *tagged, *walks_ranges;
    const struct weft_touch *touch;
    uint64_t link_bps;
    weft_ps delay_ps;
    uint64_t mtu_bytes, page_bytes, ring_slots, doorbell_packets, interrupts_per_s, interrupt_core;
    weft_ps interrupt_delay_ps;
    weft_ps down_ps, up_ps; /* 0: never */
};
struct switch_group {
    const struct preset *preset;
    uint64_t count, port_bps;
    struct buffer_choice buffer;
    uint64_t cell_bytes, shared_bytes; /* 0: none */
    const struct weft_buffer *sharing;
    struct ratio alpha;
    uint64_t reserved_bytes;
    const struct weft_accounting *accounting;
    const struct weft_forwarding *forwarding;
    const struct weft_scheduler *scheduler;
    weft_ps latency_ps;
};
struct trunk_group {
    const char *from, *to; /* switches, or groups of them */
    uint64_t rate_bps;     /* 0: not given */
    weft_ps delay_ps;
};
struct device_group {
    const char *switch_;                  /* NULL: the only one */
    uint64_t count, rate_bps;             /* rate 0: the switch's port */
    weft_ps delay_ps, startup_ps, off_ps; /* off 0: never */
};
struct stream_group {
    uint64_t count, class_;
    uint64_t rate_bps, payload_bytes; /* rate 0: not given; payload 0: what the MTU allows */
    struct source_choice source;
    const char *server, *device; /* NULL: dealt in order */
    struct start_choice start;
    const struct weft_format *format;
    const struct answer *live, *loop;
    struct fault_choice fault;
};
struct background_group {
    uint64_t count, class_;
    const struct weft_background *pattern;
    uint64_t rate_bps, packet_bytes; /* rate 0: not given */
    const char *switch_;             /* NULL: that of its end */
    const char *device, *trunk;      /* one of them is its end */
    uint64_t link_bps;               /* 0: as its end */
    weft_ps start_ps;
    uint64_t peak_bps, shape_milli; /* peak 0: not given */
    weft_ps on_ps;                  /* 0: not given */
};
struct write_group { /* an axis that is NULL is the method's */
    const struct weft_method *method;
    const struct weft_unit *unit;
    const struct weft_copy *copy;
    const struct weft_translation *translation;
    const struct weft_segmentation *segmentation;
    const struct weft_header *header;
    const struct weft_interrupt *interrupt;
    uint64_t interrupt_argument;
    const struct weft_order *order;
    uint64_t order_argument;
    const struct weft_queues *queues;
    const struct weft_pacing *pacing;
    uint64_t pacing_argument;
    const struct weft_interface *interface;
    const struct weft_checksum *checksum;
    const struct weft_fill *fill;
    weft_ps interval_ps; /* 0: auto */
};
struct compare_group { /* NULL: not given */
    const char *methods, *vary, *values, *figure;
};
union group_values {
    struct scenario_group scenario;
    struct server_group server;
    struct switch_group switch_;
    struct trunk_group trunk;
    struct device_group device;
    struct stream_group stream;
    struct background_group background;
    struct write_group write;
    struct compare_group compare;
};

struct key_row;
struct policy_table;
struct preset;

/* How values of a type are read, written and described. */
struct key_type {
    const char *name;
    /* Read `text`, which lives as long as the values do. Returns NULL or what is wrong (the caller frees with
     * g_free); then the values are untouched. */
    char *(*parse)(const struct key_row *key, const char *text, void *values);
    char *(*format)(const struct key_row *key,
                    const void *values);         /* NULL: no value; else free with g_free */
    char *(*allowed)(const struct key_row *key); /* free with g_free */
    /* How a row of key->policies is written in a file; NULL: as its name. */
    const char *(*written)(const void *row);
};
extern const struct key_type key_quantity, key_choice, key_text, key_remark, key_ratio, key_source,
    key_buffer, key_profile, key_fault, key_start;

struct key_row {
    enum group_kind group;
    bool presets;     /* the choices are struct preset, for the keys of the group that are not given */
    bool of_platform; /* where there is scenario.platform, that says it, and nothing else may */
    const char *name;
    const struct key_type *type;
    size_t offset;                       /* in the group's struct */
    const char *default_text;            /* NULL: none */
    const char *default_help;            /* what holds when there is no default, or NULL */
    const struct quantity *quantity;     /* key_quantity */
    uint64_t min, max;                   /* base units, both allowed */
    const uint64_t *only;                /* the values allowed, ends with 0; NULL: the range */
    const char *word;                    /* stands for 0; NULL: none */
    const char *most_word;               /* stands for UINT64_MAX; NULL: none */
    const struct policy_table *policies; /* what there is to choose from; NULL: nothing */
    size_t axis_offset; /* of an axis: in struct weft_method; 0: the method does not say it */
    size_t
        argument_offset; /* key_choice: of the choice's argument in the group's struct; 0: choices take none */
    const char *help;
    const char *says_nothing; /* where the key has no effect; "never"; NULL: nothing to say about it */
};

extern const struct key_row keys[];

/* Two keys that say together what neither says alone; ends with a NULL name. Keys of [write] that are not here
 * together do not touch each other. */
struct together_row {
    const char *first, *second; /* GROUP.KEY */
    const char *help;
};
extern const struct together_row keys_together[];
size_t keys_count(void);

/* The row of `name` in `group`, or NULL. */
const struct key_row *keys_find(enum group_kind group, const char *name);
/* "count, applications, ...". The caller frees with g_free. */
char *keys_names(enum group_kind group);
/* The kind whose name is the first `length` characters of `name`, or GROUP_KINDS. */
enum group_kind groups_find(const char *name, size_t length);
/* "[scenario], [server NAME], ...". The caller frees with g_free. */
char *groups_names(void);

/* The same as key->type->..., and the default's text for lists. The caller frees with g_free. */
char *key_default(const struct key_row *key);

#endif
