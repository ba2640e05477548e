/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random scenes on every back end that is built: each packet at each switch is told alike, within what the back end
 * promises. Scenes are functions of a seed; WEFT_SCENE=SEED runs that one and shows the table. */

#include "agreement.h"
#include "scene.h"

#include <stdlib.h>

enum { SCENES = 200, ROWS = 3 };

/* Those that may refuse a scene; the others must run all. */
static const char *const partial[] = {"ns3-p2p", NULL};

/* What the scenes had, by the row of a table; the last member counts what is in none of its rows. */
struct seen {
    const char *what;
    const void *const *table; /* whose rows begin with their names */
    guint count[32];
};
enum {
    ORDERS,
    PACINGS,
    INTERRUPTS,
    BUFFERS,
    SHARINGS,
    ACCOUNTINGS,
    FORWARDINGS,
    SCHEDULERS,
    BACKGROUNDS,
    METHODS,
    TABLES
};
#define TABLE(name) (const void *const *)(name)
static struct seen *seen_new(void)
{
    static const struct seen empty[TABLES] = {
        [ORDERS] = {"order", TABLE(weft_orders), {0}},
        [PACINGS] = {"pacing", TABLE(weft_pacings), {0}},
        [INTERRUPTS] = {"interrupt", TABLE(weft_interrupts), {0}},
        [BUFFERS] = {"buffer", TABLE(weft_buffers), {0}},
        [SHARINGS] = {"sharing", TABLE(weft_sharings), {0}},
        [ACCOUNTINGS] = {"accounting", TABLE(weft_accountings), {0}},
        [FORWARDINGS] = {"forwarding", TABLE(weft_forwardings), {0}},
        [SCHEDULERS] = {"scheduler", TABLE(weft_schedulers), {0}},
        [BACKGROUNDS] = {"background", TABLE(weft_backgrounds), {0}},
        [METHODS] = {"method", TABLE(weft_methods), {0}},
    };
    return g_memdup2(empty, sizeof empty);
}

/* Another row of a table was used; NULL stands for the first one, where there is one. */
static void note(struct seen *seen, const void *row)
{
    guint i = 0;
    while (row && seen->table[i] && seen->table[i] != row)
        i++;
    g_assert_nonnull(seen->table[i]);
    g_assert_cmpuint(i, <, G_N_ELEMENTS(seen->count));
    seen->count[i]++;
}

static void note_scene(struct seen *seen, const struct weft_setup *setup)
{
    note(&seen[METHODS], setup->write.method);
    note(&seen[ORDERS], setup->write.axes.order);
    note(&seen[PACINGS], setup->write.axes.pacing);
    note(&seen[INTERRUPTS], setup->write.axes.interrupt);
    for (uint32_t i = 0; i < setup->switches; i++) {
        const struct weft_port_rules *rules = &setup->switch_[i].rules;
        note(&seen[BUFFERS], rules->buffer);
        if (rules->sharing)
            note(&seen[SHARINGS], rules->sharing);
        note(&seen[ACCOUNTINGS], rules->accounting);
        note(&seen[FORWARDINGS], rules->forwarding);
        note(&seen[SCHEDULERS], rules->scheduler);
    }
    for (uint32_t i = 0; i < setup->sources; i++)
        note(&seen[BACKGROUNDS], setup->source[i].background.pattern);
}

static void check_seen(const struct seen *seen)
{
    for (guint t = 0; t < TABLES; t++)
        for (guint i = 0; seen[t].table[i]; i++) {
            const char *name = *(const char *const *)seen[t].table[i];
            if (seen[t].count[i] == 0)
                g_error("no scene had %s %s", seen[t].what, name);
            g_test_message("%s %s: %u", seen[t].what, name, seen[t].count[i]);
        }
}

/* --- ties --- */

/* All links, starts and sizes alike and no delays, so that much happens at one instant. */
static void align(struct lab *lab)
{
    struct weft_write *write = &lab->setup.write;
    if (write->axes.pacing->shapes) /* at most the links' rate */
        write->pacing_argument = MIN(write->pacing_argument, UINT64_C(1000000000));
    for (guint i = 0; i < lab->server->len; i++) {
        struct weft_server *server = lab_server(lab, i);
        server->link_bps = UINT64_C(1000000000);
        server->delay_ps = 0;
        server->profile = &weft_profile_free;
    }
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->clock.start_ps = 0;
    for (guint i = 0; i < lab->device->len; i++) {
        lab_device(lab, i)->rate_bps = UINT64_C(100000000);
        lab_device(lab, i)->delay_ps = 0;
    }
    for (guint i = 0; i < lab->trunk->len; i++) {
        g_array_index(lab->trunk, struct weft_trunk, i).rate_bps = UINT64_C(1000000000);
        g_array_index(lab->trunk, struct weft_trunk, i).delay_ps = 0;
    }
    for (guint i = 0; i < lab->source->len; i++) {
        struct weft_background_source *source = &g_array_index(lab->source, struct weft_background_source, i);
        source->link_bps = UINT64_C(1000000000);
        source->background.start_ps = 0;
        source->background.packet_bytes = 1500;
    }
}

struct ties {
    uint64_t ties;
    weft_ps enter_ps;
    uint64_t link; /* that the last packet came from: its server or source */
};

static void see_ties(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct ties *ties = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n; i++) {
        uint64_t link = train->packet[i] >> WEFT_PACKET_SERVER_SHIFT;
        ties->ties += train->enter_ps[i] == ties->enter_ps && link != ties->link;
        ties->enter_ps = train->enter_ps[i];
        ties->link = link;
    }
}

/* Packets that came into a port at the very instant of another from elsewhere. */
static uint64_t count_ties(const struct weft_setup *setup)
{
    struct weft_error error;
    struct ties ties = {.enter_ps = WEFT_NEVER};
    const struct weft_watch watch = {.ctx = &ties, .packets = see_ties};
    if (backends[0]->builtin->run(setup, &watch, 1, &error) != WEFT_OK)
        g_error("%s", error.text);
    return ties.ties;
}

/* --- scenes --- */

/* Every third one is aligned. */
static struct lab *scene_new_of(guint32 seed)
{
    struct lab *lab = scene_of(seed);
    if (seed % 3 == 0)
        align(lab);
    return lab;
}

/* Modules are opened here once, not in each child. */
static struct agreement *agreement_of_all(void)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (size_t i = 0; backends[i]; i++) {
        if (!backend_check(backends[i], NULL)) {
            g_autofree char *state = backend_state(backends[i]);
            g_test_message("%s: %s", backends[i]->name, state);
            continue;
        }
        g_assert_nonnull(backend_load(backends[i], NULL));
        g_ptr_array_add(rows, (void *)backends[i]);
    }
    return agreement_new(rows, TRUE, NULL, ROWS);
}

/* The scene and what it is compared to hold; else all that is said of it, and the end. */
static void run_scene(struct agreement *agreement, guint32 seed, bool bytes, struct seen *seen)
{
    g_autoptr(GError) error = NULL;
    struct lab *lab = scene_new_of(seed);
    const struct weft_setup *setup = lab_setup(lab);
    bool ran = agreement_run(agreement, setup, bytes, &error);
    note_scene(seen, setup);
    if (!ran || !agreement_holds(agreement)) {
        g_autofree char *text = agreement_text(agreement);
        g_error("WEFT_SCENE=%u, bytes %s: %s\n%s", seed, bytes ? "carried" : "sizes",
                ran ? "differs" : error->message, text);
    }
    lab_free(lab);
}

/* Nobody was left out who may not be, and all that can become of a packet has. */
static void check_all(const struct agreement *agreement, guint scenes)
{
    for (guint i = 0; i < agreement->sides; i++) {
        const struct agreement_side *side = &agreement->side[i];
        g_test_message("%s: %" G_GUINT64_FORMAT " scenes, %" G_GUINT64_FORMAT " hops", side->backend->name,
                       side->runs, side->rows);
        g_assert_cmpuint(side->runs + side->refusals, ==, scenes);
        if (!g_strv_contains(partial, side->backend->name))
            g_assert_cmpuint(side->runs, ==, scenes);
        g_assert_cmpuint(side->runs, >, 0);
    }
    for (int i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(agreement->side[0].outcomes[i], >, 0);
}

static void test_random(void)
{
    struct agreement *agreement = agreement_of_all();
    struct seen *seen = seen_new();
    uint32_t servers[4] = {0}, most_switches = 0;
    uint64_t ties = 0;
    g_assert_cmpuint(agreement->sides, >, 1);
    for (guint i = 0; i < SCENES; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        struct lab *lab = scene_new_of(seed);
        servers[lab->server->len]++;
        most_switches = MAX(most_switches, lab->switch_->len);
        ties += count_ties(lab_setup(lab));
        lab_free(lab);
        run_scene(agreement, seed, i % 2, seen);
    }
    check_seen(seen);
    check_all(agreement, SCENES);
    g_test_message("%" G_GUINT64_FORMAT " ties", ties);
    g_assert_cmpuint(ties, >, 100);
    g_assert_cmpuint(most_switches, ==, 4);
    g_assert_true(servers[1] > 0 && servers[2] > 0 && servers[3] > 0);
    agreement_free(agreement);
    g_free(seen);
}

static void test_one(void)
{
    guint32 seed = (guint32)g_ascii_strtoull(g_getenv("WEFT_SCENE"), NULL, 10);
    struct seen *seen = seen_new();
    for (int bytes = 0; bytes < 2; bytes++) {
        struct agreement *agreement = agreement_of_all();
        run_scene(agreement, seed, bytes, seen);
        g_autofree char *text = agreement_text(agreement);
        g_test_message("%s", text);
        agreement_free(agreement);
    }
    g_free(seen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agreement/random", g_getenv("WEFT_SCENE") ? test_one : test_random);
    return g_test_run();
}
