/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options and files of captures. */

#include "capture_output.h"

#include "failure.h"
#include "outfile.h"
#include "outset.h"

struct capture_output {
    struct capture_options options;
    unsigned points;
    struct capture_interfaces *interfaces;
    struct outfile *pcapng;
    struct outset *classic; /* by interface; NULL: not wanted */
    struct capture_request request;
};

void capture_options_clear(struct capture_options *options)
{
    g_free(options->pcap);
    g_free(options->directory);
    g_free(options->snap);
    g_free(options->points);
}

/* 0 and an error if it is not a length. */
static uint32_t read_snap(const char *text, GError **error)
{
    guint64 bytes = CAPTURE_MAX_SNAP_BYTES;
    if (text && !g_ascii_string_to_unsigned(text, 10, 1, CAPTURE_MAX_SNAP_BYTES, &bytes, NULL)) {
        failure(error, STATUS_INPUT, "--snap: \"%s\" is no number of bytes; allowed: 1 to %d", text,
                CAPTURE_MAX_SNAP_BYTES);
        return 0;
    }
    return (uint32_t)bytes;
}

gboolean capture_output_new(const struct capture_options *options, struct capture_output **output,
                            GError **error)
{
    *output = NULL;
    if (!options->pcap && !options->directory) {
        const char *alone = options->snap ? "--snap" : options->points ? "--pcap-points" : NULL;
        return !alone || failure(error, STATUS_INPUT, "weft run: %s needs --pcap or --pcap-ns", alone);
    }
    uint32_t snap_bytes = read_snap(options->snap, error);
    unsigned points = CAPTURE_ALL_POINTS;
    if (!snap_bytes)
        return FALSE;
    if (options->points && !(points = capture_points_read("--pcap-points", options->points, error)))
        return FALSE;
    *output = g_new0(struct capture_output, 1);
    **output = (struct capture_output){
        .options = *options,
        .points = points,
        .request = {.snap_bytes = snap_bytes, .pcapng_fd = -1},
    };
    return TRUE;
}

gboolean capture_output_plan(struct capture_output *output, const struct scenario *scenario,
                             const struct weft_setup *setup, GError **error)
{
    if (!output)
        return TRUE;
    if (setup->network->frame_bytes == 0)
        return scenario_complain(scenario, scenario_section(scenario, GROUP_SCENARIO), "network", error,
                                 "%s has no frames to capture; allowed with --pcap and --pcap-ns: %s",
                                 setup->network->name, weft_network_ethernet.name);
    output->interfaces = capture_interfaces_new(setup, output->points, error);
    output->request.interfaces = output->interfaces;
    return output->interfaces != NULL;
}

/* "server.main.tx.pcap". */
static gboolean open_classic(struct capture_output *output, GError **error)
{
    g_auto(GStrv) names = g_new0(char *, (size_t)output->interfaces->n + 1);
    for (uint32_t i = 0; i < output->interfaces->n; i++)
        names[i] = outset_name(output->interfaces->interface[i].name, ".pcap");
    if (!(output->classic = outset_new(output->options.directory, names, error)))
        return FALSE;
    output->request.classic_fd = outset_fd(output->classic);
    return TRUE;
}

gboolean capture_output_open(struct capture_output *output, GError **error)
{
    if (!output)
        return TRUE;
    if (output->options.pcap && !(output->pcapng = outfile_new(output->options.pcap, error)))
        return FALSE;
    output->request.pcapng_fd = output->pcapng ? outfile_fd(output->pcapng) : -1;
    return !output->options.directory || open_classic(output, error);
}

gboolean capture_output_commit(struct capture_output *output, GError **error)
{
    gboolean good = !output || !output->classic || outset_commit(output->classic, error);
    if (good && output && output->pcapng)
        good = outfile_commit(g_steal_pointer(&output->pcapng), error);
    return good;
}

void capture_output_free(struct capture_output *output)
{
    if (!output)
        return;
    outset_free(output->classic);
    outfile_abandon(output->pcapng);
    capture_interfaces_free(output->interfaces);
    g_free(output);
}

const struct capture_request *capture_output_request(const struct capture_output *output)
{
    return output ? &output->request : NULL;
}
