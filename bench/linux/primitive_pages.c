/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What pages cost: finding, making and pinning them. */

#include "primitive_memory.h"

#include "clocks.h"
#include "failure.h"

#include <liburing.h>
#include <sys/mman.h>

/* --- walks --- */

enum { LINE_BYTES = 64, LINES = COLD_BYTES / LINE_BYTES };

/* One cycle through all lines in an order drawn at random (Sattolo's algorithm). */
static uint32_t *draw_cycle(void)
{
    uint32_t *next = g_new(uint32_t, LINES);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (uint32_t i = 0; i < LINES; i++)
        next[i] = i;
    for (uint32_t i = LINES - 1; i > 0; i--) {
        uint32_t j = (uint32_t)g_rand_int_range(rand, 0, (gint32)i), other = next[j];
        next[j] = next[i];
        next[i] = other;
    }
    return next;
}

static void make_chain(uint8_t *memory, const uint32_t *next)
{
    for (uint64_t line = 0; line < LINES; line++)
        *(void **)(void *)(memory + line * LINE_BYTES) = memory + (uint64_t)next[line] * LINE_BYTES;
}

void make_chains(struct primitive_memory *memory)
{
    if (!memory->large)
        return;
    g_autofree uint32_t *next = draw_cycle();
    make_chain(memory->small, next);
    make_chain(memory->large, next);
    memory->small_line = (void **)(void *)memory->small;
    memory->large_line = (void **)(void *)memory->large;
}

/* Loads of which each takes its address from the one before; processor time of all. */
static double chase(void ***line, int steps)
{
    void *volatile *at = (void *volatile *)*line;
    double ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < steps; i++)
        at = *at;
    ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - ns;
    *line = (void **)at;
    return ns;
}

/* In turn, so that what else uses the memory slows both; the data are in no cache either way. */
gboolean measure_page_walk(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                           GError **error)
{
    enum { TURNS = 20, STEPS = 1000 };
    (void)primitive;
    if (!memory->large)
        return failure(error, STATUS_INPUT, "no pages of 2 MiB");
    double more_ns = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        more_ns += chase(&memory->small_line, STEPS);
        more_ns -= chase(&memory->large_line, STEPS);
    }
    *ns = more_ns / (TURNS * STEPS);
    return TRUE;
}

/* --- faults --- */

gboolean measure_page_fault(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                            GError **error)
{
    enum { FAULTS = 2048 };
    const uint64_t bytes = FAULTS * PAGE_BYTES;
    (void)primitive;
    (void)memory;
    volatile uint8_t *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return failure(error, STATUS_FAILED, "no memory for page faults");
    (void)madvise((void *)pages, bytes, MADV_NOHUGEPAGE);
    *ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t i = 0; i < FAULTS; i++)
        pages[i * PAGE_BYTES] = 1;
    *ns = (clock_ns(CLOCK_THREAD_CPUTIME_ID) - *ns) / FAULTS;
    munmap((void *)pages, bytes);
    return TRUE;
}

/* --- pins --- */

/* Pins and unpins a part of the memory, small enough for the usual limit of locked memory: the same one, of which the kernel has all it
 * knows in its caches, or another one each time. */
static gboolean pin(struct primitive_memory *memory, bool cold, double *pin_ns, double *unpin_ns,
                    GError **error)
{
    enum { PART_BYTES = 4 << 20, PARTS = 8, PINS = PARTS * (PART_BYTES / 4096) };
    struct io_uring ring;
    int status = io_uring_queue_init(1, &ring, 0);
    if (status < 0)
        return failure(error, STATUS_INPUT, "no io_uring: %s", g_strerror(-status));
    double pinning_ns = 0, unpinning_ns = 0;
    for (int i = 0; status >= 0 && i < PARTS; i++) {
        const struct iovec part = {.iov_base = memory->small + (cold ? memory->next++ : 0) %
                                                                   (COLD_BYTES / PART_BYTES) * PART_BYTES,
                                   .iov_len = PART_BYTES};
        double before_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        status = io_uring_register_buffers(&ring, &part, 1);
        double between_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        if (status >= 0)
            status = io_uring_unregister_buffers(&ring);
        pinning_ns += between_ns - before_ns;
        unpinning_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID) - between_ns;
    }
    io_uring_queue_exit(&ring);
    *pin_ns = pinning_ns / PINS;
    *unpin_ns = unpinning_ns / PINS;
    return status >= 0 || failure(error, STATUS_INPUT, "no registered buffer: %s", g_strerror(-status));
}

gboolean measure_page_pin(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                          GError **error)
{
    double unpin_ns;
    (void)primitive;
    return pin(memory, false, ns, &unpin_ns, error);
}

gboolean measure_page_pin_cold(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                               GError **error)
{
    double unpin_ns;
    (void)primitive;
    return pin(memory, true, ns, &unpin_ns, error);
}

gboolean measure_page_unpin(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                            GError **error)
{
    double pin_ns;
    (void)primitive;
    return pin(memory, false, &pin_ns, ns, error);
}
