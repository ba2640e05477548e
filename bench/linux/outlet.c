/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What kinds of outlets have in common. */

#include "outlet.h"

#include "failure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
    const char *method;
    const struct outlet_row *row;
} kinds[] = {
    {"sendto", &outlet_each},
    {"connected", &outlet_each},
    {"sendmmsg", &outlet_many},
    {"io-uring", &outlet_uring},
    {"io-uring-registered", &outlet_uring},
    {"tx-ring", &outlet_packet},
    {"xdp", &outlet_xdp},
};

const struct outlet_row *outlet_of(const struct method *method)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].method, method->name) == 0)
            return kinds[i].row;
    g_assert_not_reached();
}

uint64_t outlet_step(const struct point *point)
{
    return point->method->frames ? point->destinations : point->batch;
}

struct sockaddr_in *outlet_addresses(const struct point *point)
{
    enum { PORT = 5004 };
    const uint32_t first = supply_address(point);
    struct sockaddr_in *to = g_new0(struct sockaddr_in, point->destinations);
    for (uint32_t i = 0; i < point->destinations; i++)
        to[i] = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(first + i)};
    return to;
}

static bool set_up(int sock, const struct point *point, const struct sockaddr_in *to)
{
    const int on = 1, piece_bytes = (int)point->payload_bytes;
    if (point->group > 1 && setsockopt(sock, SOL_UDP, UDP_SEGMENT, &piece_bytes, sizeof(piece_bytes)) < 0)
        return false;
    if (point->zero_copy && setsockopt(sock, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) < 0)
        return false;
    return !to || connect(sock, (const struct sockaddr *)to, sizeof(*to)) == 0;
}

int outlet_socket(const struct point *point, const struct sockaddr_in *to, GError **error)
{
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock >= 0 && set_up(sock, point, to))
        return sock;
    failure(error, STATUS_INPUT, "%s: no socket for it: %s", point->method->name, g_strerror(errno));
    if (sock >= 0)
        close(sock);
    return -1;
}
