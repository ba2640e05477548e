/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits, and which of them a run breaks. */

#include "size.h"

#include "saturation.h"

#include <math.h>

/* --- core --- */

/* A core that is busy all the time is no limit as long as calls come in time. */
static bool core_broken(const struct size_request *request, const struct size_facts *facts)
{
    return facts->saturated_servers > 0 || facts->core_utilisation * 1000 > (double)request->core_milli;
}

static char *core_words(const struct size_request *request, const struct size_facts *facts)
{
    if (facts->saturated_servers > 0)
        return g_strdup_printf("the CPU of %s is saturated", facts->core);
    return g_strdup_printf("a core of %s is busy for %.4g %%, more than %.4g %%", facts->core,
                           facts->core_utilisation * 100, (double)request->core_milli / 10);
}

/* --- link --- */

static bool link_broken(const struct size_request *request, const struct size_facts *facts)
{
    return facts->link_utilisation * 1000 > (double)request->link_milli;
}

static char *link_words(const struct size_request *request, const struct size_facts *facts)
{
    return g_strdup_printf("the link of %s is offered %.6g %%, more than %.4g %%", facts->link,
                           facts->link_utilisation * 100, (double)request->link_milli / 10);
}

/* --- calls --- */

/* In a longer run they would come ever later; in a short one deadlines may not have noticed. */
static bool calls_broken(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return facts->calls_slip && facts->saturated_servers == 0;
}

static char *calls_words(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return g_strdup_printf("calls of %s slip by up to %.4g ms", facts->late, facts->call_slip_ms);
}

/* --- buffer --- */

static bool buffer_broken(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return facts->lost_packets > 0;
}

static const char *packets(uint64_t count)
{
    return count == 1 ? "packet is" : "packets are";
}

static char *buffer_words(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s lost, most before %s", facts->lost_packets,
                           packets(facts->lost_packets), facts->lossy);
}

/* --- deadline --- */

static bool deadline_broken(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return facts->late_packets > 0;
}

static char *deadline_words(const struct size_request *request, const struct size_facts *facts)
{
    (void)request;
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s late", facts->late_packets,
                           packets(facts->late_packets));
}

const struct size_limit size_limits[SIZE_LIMITS] = {
    [SIZE_CORE] = {"core", "no server is saturated, and no core busier than --core", core_broken, core_words},
    [SIZE_LINK] = {"link", "no link is offered more than --link of its rate", link_broken, link_words},
    [SIZE_CALLS] = {"calls", "no call begins an interval late while it waits for the NIC's ring, too",
                    calls_broken, calls_words},
    [SIZE_BUFFER] = {"buffer", "no packet of a stream is lost for want of buffer", buffer_broken,
                     buffer_words},
    [SIZE_DEADLINE] = {"deadline", "no packet comes to its device after its deadline", deadline_broken,
                       deadline_words},
};

uint64_t size_binding(const struct size_request *request, const struct size_facts *facts)
{
    return facts->broken & request->limits;
}

char *size_limit_names(uint64_t which)
{
    GString *names = g_string_new(NULL);
    for (int i = 0; i < SIZE_LIMITS; i++)
        if (which >> i & 1)
            g_string_append_printf(names, "%s%s", names->len ? " + " : "", size_limits[i].name);
    return g_string_free(names, FALSE);
}

/* --- facts --- */

static void take_name(char **name, const char *text)
{
    g_free(*name);
    *name = g_strdup(text);
}

/* The port that lost most, the one that held most. */
static void take_ports(struct size_facts *facts, const struct replica *replica, uint64_t *most_lost)
{
    const struct weft_setup *setup = &replica->plan->setup;
    for (uint32_t p = 0; p < weft_setup_ports(setup); p++) {
        const struct weft_port_result *port = weft_metrics_port(replica->result.metrics, p);
        uint64_t lost = port->dropped_by[WEFT_DROPPED_BUFFER];
        if (lost > *most_lost) {
            *most_lost = lost;
            take_name(&facts->lossy, weft_setup_port_name(setup, p));
        }
        if (port->peak_frame_bytes > facts->peak_port_bytes) {
            facts->peak_port_bytes = port->peak_frame_bytes;
            take_name(&facts->full, weft_setup_port_name(setup, p));
        }
        facts->peak_port_packets = MAX(facts->peak_port_packets, port->peak_packets);
    }
}

static void take_slip(struct size_facts *facts, const struct weft_setup *setup, uint32_t server,
                      weft_ps slip_ps)
{
    double slip_ms = summary_us(slip_ps) / 1000;
    facts->calls_slip = facts->calls_slip || slip_ps >= weft_setup_interval(setup);
    if (slip_ms <= facts->call_slip_ms)
        return;
    facts->call_slip_ms = slip_ms;
    take_name(&facts->late, setup->server[server].name);
}

/* Whose core was busiest; of servers that are saturated, the one whose calls slip most. */
static void take_core(struct size_facts *facts, const struct replica *replica, const struct summary *summary)
{
    const struct weft_setup *setup = &replica->plan->setup;
    for (uint32_t s = 0; s < setup->servers; s++) {
        const struct weft_host_counters *counters =
            &weft_metrics_server(replica->result.metrics, s)->counters;
        double share = weft_utilisation(counters->busiest_core_ps, 1, plan_window_ps(replica->plan));
        take_slip(facts, setup, s, counters->call_slip_max_ps);
        if (share <= facts->core_utilisation)
            continue;
        facts->core_utilisation = share;
        if (facts->saturated_servers == 0)
            take_name(&facts->core, setup->server[s].name);
    }
    if (summary->saturated_servers <= facts->saturated_servers)
        return;
    g_autofree char *names = saturation_servers(replica->plan, &replica->result);
    facts->saturated_servers = summary->saturated_servers;
    take_name(&facts->core, names);
}

static void take_link(struct size_facts *facts, const struct replica *replica)
{
    g_autofree char *name = NULL;
    double share = size_link_load(replica->plan, &replica->result, &name);
    if (share <= facts->link_utilisation)
        return;
    facts->link_utilisation = share;
    take_name(&facts->link, name);
}

void size_facts_take(struct size_facts *facts, const struct size_request *request, uint64_t value,
                     const struct replica *replica, guint n)
{
    uint64_t most_lost = 0;
    *facts = (struct size_facts){.value = value};
    for (guint i = 0; i < n; i++) {
        struct summary summary = summarise(replica[i].plan, &replica[i].result);
        facts->cycles_per_packet += summary.cycles_per_packet[WEFT_TYPICAL] / n;
        facts->lost_packets = MAX(facts->lost_packets, summary.totals.dropped_by[WEFT_DROPPED_BUFFER]);
        facts->late_packets = MAX(facts->late_packets, summary.totals.late_packets);
        take_core(facts, &replica[i], &summary);
        take_link(facts, &replica[i]);
        take_ports(facts, &replica[i], &most_lost);
    }
    for (int i = 0; i < SIZE_LIMITS; i++)
        if (size_limits[i].broken(request, facts))
            facts->broken |= UINT64_C(1) << i;
}

void size_facts_clear(struct size_facts *facts)
{
    g_free(facts->core);
    g_free(facts->late);
    g_free(facts->link);
    g_free(facts->lossy);
    g_free(facts->full);
}
