/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The timing wheel against a plain list of ports and instants: whatever is due comes out, once, whether the
 * buckets are short or long, and however many turns lie between. */
#include "weft/wheel.h"

#include <glib.h>

enum { PORTS = 50, STEPS = 3000, ROUNDS = 60 };

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

/* Take out all that is due at `now_ps`; what is not due goes back. */
static void take_due(struct weft_wheel *wheel, weft_ps now_ps, weft_ps *at_ps)
{
    for (bool last = false; !last;) {
        uint32_t port = weft_wheel_take(wheel, now_ps, &last), next;
        for (; port != WEFT_WHEEL_NONE; port = next) {
            next = wheel->next[port];
            g_assert_cmpuint(port, <, PORTS);
            g_assert_cmpuint(at_ps[port], !=, WEFT_NEVER);
            if (at_ps[port] <= now_ps)
                at_ps[port] = WEFT_NEVER;
            else
                weft_wheel_put(wheel, port, at_ps[port]);
        }
    }
    for (uint32_t i = 0; i < PORTS; i++)
        g_assert_cmpuint(at_ps[i], >, now_ps);
}

static void test_random(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct weft_wheel wheel;
        weft_ps at_ps[PORTS], now_ps = 0, most_ps = UINT64_C(1) << (8 + draw(30));
        weft_wheel_init(&wheel, PORTS, 1 + draw(most_ps), 1 + draw(UINT64_C(1) << draw(45)));
        for (uint32_t i = 0; i < PORTS; i++)
            at_ps[i] = WEFT_NEVER;
        for (uint32_t step = 0; step < STEPS; step++) {
            uint32_t port = (uint32_t)draw(PORTS);
            if (at_ps[port] == WEFT_NEVER) {
                at_ps[port] = now_ps + draw(draw(5) ? most_ps : 300 * most_ps);
                weft_wheel_put(&wheel, port, at_ps[port]);
            }
            if (draw(3))
                continue;
            now_ps += draw(draw(20) ? most_ps / 8 : 500 * most_ps);
            take_due(&wheel, now_ps, at_ps);
        }
        weft_wheel_clear(&wheel);
    }
}

/* A bucket is not longer than asked for, a turn not shorter, within the limits of a wheel. */
static void test_size(void)
{
    struct weft_wheel wheel;
    weft_wheel_init(&wheel, 1, 1230400, 123040000);
    g_assert_cmpuint(wheel.shift, ==, 20);
    g_assert_cmpuint(wheel.buckets, ==, 128);
    weft_wheel_clear(&wheel);
    weft_wheel_init(&wheel, 1, 0, WEFT_PS_PER_S);
    g_assert_cmpuint(wheel.shift, ==, 0);
    g_assert_cmpuint(wheel.buckets, ==, 4096);
    weft_wheel_clear(&wheel);
    weft_wheel_init(&wheel, 1, UINT64_MAX, 0);
    g_assert_cmpuint(wheel.shift, <, 64);
    g_assert_cmpuint(wheel.buckets, ==, 64);
    weft_wheel_clear(&wheel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wheel/random", test_random);
    g_test_add_func("/wheel/size", test_size);
    return g_test_run();
}
