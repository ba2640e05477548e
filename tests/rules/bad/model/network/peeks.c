/* A source that breaks rules, to see that they bite: no licence line, a host in the network, a mutable object. */
#include "weft/host.h"

int packets_seen;

int see_packet(void)
{
    return ++packets_seen;
}
