/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of presets of switches. Most sizes are from github.com/buraglio/port-buffers, which calls itself rumor, innuendo
 * and extrapolation: vendors seldom publish more. */

#include "presets.h"

#include <glib.h>

static const struct preset_value no_values[] = {{NULL, NULL}};
static const struct preset none = {"none", "keys have their own defaults", "", no_values};

static const struct preset_value access_2003_values[] = {
    {"buffer", "48 KiB"}, {"shared", "none"}, {"cell", "none"}, {NULL, NULL}};
static const struct preset access_2003 = {
    "access-2003", "an access switch of 2003: each port has a small part of the memory, and no more",
    "Cisco Catalyst 3750G: 384 KB for transmission and 8 ports of 1 Gbit/s on an ASIC (port-buffers list)",
    access_2003_values};

static const struct preset_value access_modern_values[] = {
    {"buffer", "64 KiB"}, {"shared", "none"}, {"cell", "none"}, {NULL, NULL}};
static const struct preset access_modern = {"access-modern", "a small access switch of today, likewise",
                                            "MikroTik CRS326-24G: about 1.5 MB for 24 ports; Mellanox SX1024 "
                                            "gives one port 64 KB (port-buffers list)",
                                            access_modern_values};

static const struct preset_value tor_shared_values[] = {
    {"buffer", "unlimited"}, {"shared", "12 MB"}, {"sharing", "dynamic"}, {"alpha", "1"}, {"reserved", "0 B"},
    {"cell", "208 B"},       {NULL, NULL}};
static const struct preset tor_shared = {
    "tor-shared", "a top-of-rack switch: all ports share a pool, in cells, by dynamic thresholds",
    "Broadcom Trident II: 12 MB (port-buffers list; cells of 208 B are those of Trident+); alpha is set by "
    "whoever "
    "runs the switch, 2^n in SAI (saibuffer.h): 1 leaves a port alone half of the pool, 8 eight ninths",
    tor_shared_values};

static const struct preset_value deep_values[] = {
    {"buffer", "unlimited"}, {"shared", "none"}, {"cell", "none"}, {NULL, NULL}};
static const struct preset deep = {
    "deep", "a switch with external memory: nothing is ever dropped for want of room",
    "Broadcom Jericho2: 32 MB on the chip and 8 GB behind it (port-buffers list)", deep_values};

const struct preset *const switch_presets[] = {&none, &access_2003, &access_modern, &tor_shared, &deep, NULL};

char *preset_values_text(const struct preset *preset)
{
    GString *text = g_string_new(NULL);
    for (const struct preset_value *value = preset->values; value->key; value++)
        g_string_append_printf(text, "%s%s = %s", text->len ? ", " : "", value->key, value->text);
    return g_string_free(text, FALSE);
}
