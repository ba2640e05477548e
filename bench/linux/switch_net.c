/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Route netlink by libnl. */

#include "switch_net.h"

#include "failure.h"
#include "namespace.h"
#include "switch_lab.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/tbf.h>
#include <netlink/route/tc.h>

static gboolean refused(GError **error, const char *what, int status)
{
    return failure(error, STATUS_INPUT,
                   "switch lab: %s: %s (root and a kernel with network namespaces, veth, bridge and tbf are "
                   "needed)",
                   what, nl_geterror(status));
}

static struct nl_sock *route_socket(GError **error)
{
    struct nl_sock *sock = nl_socket_alloc();
    int status = sock ? nl_connect(sock, NETLINK_ROUTE) : -NLE_NOMEM;
    if (status == 0)
        return sock;
    nl_socket_free(sock);
    refused(error, "no route netlink", status);
    return NULL;
}

/* --- bridge --- */

/* libnl knows bridges, but not their snooping. */
static int add_bridge(struct nl_sock *sock, const char *name)
{
    struct ifinfomsg any = {.ifi_family = AF_UNSPEC};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct nlattr *info, *data;
    if (message && nlmsg_append(message, &any, sizeof(any), NLMSG_ALIGNTO) == 0 &&
        nla_put_string(message, IFLA_IFNAME, name) == 0 && (info = nla_nest_start(message, IFLA_LINKINFO)) &&
        nla_put_string(message, IFLA_INFO_KIND, "bridge") == 0 &&
        (data = nla_nest_start(message, IFLA_INFO_DATA)) &&
        nla_put_u8(message, IFLA_BR_MCAST_SNOOPING, 0) == 0) {
        nla_nest_end(message, data);
        nla_nest_end(message, info);
        return nl_send_sync(sock, message);
    }
    nlmsg_free(message);
    return -NLE_NOMEM;
}

gboolean switch_net_add_bridge(const char *name, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    int index;
    if (!sock)
        return FALSE;
    int status = add_bridge(sock, name);
    nl_socket_free(sock);
    return status == 0 ? namespace_up(name, NULL, &index, error) : refused(error, "no bridge", status);
}

static int enslave(struct nl_sock *sock, const char *bridge, const char *name)
{
    struct rtnl_link *master = NULL, *slave = NULL;
    int status = rtnl_link_get_kernel(sock, 0, bridge, &master);
    if (status == 0)
        status = rtnl_link_get_kernel(sock, 0, name, &slave);
    if (status == 0)
        status = rtnl_link_enslave_ifindex(sock, rtnl_link_get_ifindex(master), rtnl_link_get_ifindex(slave));
    rtnl_link_put(master);
    rtnl_link_put(slave);
    return status;
}

gboolean switch_net_add_port(const char *bridge, const char *name, int *index, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    if (!sock)
        return FALSE;
    int status = enslave(sock, bridge, name);
    nl_socket_free(sock);
    return status == 0 ? namespace_up(name, NULL, index, error)
                       : refused(error, "no port of the bridge", status);
}

gboolean switch_net_add_address(int port_index, const uint8_t mac[6], GError **error)
{
    struct nl_sock *sock = route_socket(error);
    if (!sock)
        return FALSE;
    struct rtnl_neigh *entry = rtnl_neigh_alloc();
    struct nl_addr *address = nl_addr_build(AF_LLC, mac, ETH_ALEN);
    rtnl_neigh_set_family(entry, AF_BRIDGE);
    rtnl_neigh_set_ifindex(entry, port_index);
    rtnl_neigh_set_lladdr(entry, address);
    rtnl_neigh_set_state(entry, NUD_NOARP); /* static: it does not age */
    rtnl_neigh_set_flags(entry, NTF_MASTER);
    int status = rtnl_neigh_add(sock, entry, NLM_F_CREATE | NLM_F_REPLACE);
    nl_addr_put(address);
    rtnl_neigh_put(entry);
    nl_socket_free(sock);
    return status == 0 || refused(error, "no address of a port", status);
}

/* --- token buckets --- */

static struct rtnl_qdisc *root_of(int link_index)
{
    struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
    rtnl_tc_set_ifindex(TC_CAST(qdisc), link_index);
    rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
    return qdisc;
}

/* Takes the one away that was put there: none is no error. */
static int remove_root(struct nl_sock *sock, int link_index)
{
    struct rtnl_qdisc *qdisc = root_of(link_index);
    int status = rtnl_qdisc_delete(sock, qdisc);
    rtnl_qdisc_put(qdisc);
    return status == -NLE_OBJ_NOTFOUND || status == -NLE_INVAL ? 0 : status;
}

static int add_root(struct nl_sock *sock, int link_index, const struct switch_bucket *bucket)
{
    enum { HANDLE_MAJOR = 1, SIXTEENTH = 16 };
    struct rtnl_qdisc *qdisc = root_of(link_index);
    const uint32_t charged_bytes = bucket->packet_bytes + SWITCH_OVERHEAD_BYTES;
    rtnl_tc_set_handle(TC_CAST(qdisc), TC_HANDLE(HANDLE_MAJOR, 0));
    int status = rtnl_tc_set_kind(TC_CAST(qdisc), "tbf");
    rtnl_tc_set_linktype(TC_CAST(qdisc), ARPHRD_ETHER);
    rtnl_tc_set_overhead(TC_CAST(qdisc), SWITCH_OVERHEAD_BYTES);
    rtnl_qdisc_tbf_set_limit(qdisc, (int)(bucket->queue_packets * bucket->packet_bytes));
    rtnl_qdisc_tbf_set_rate(qdisc, (int)(bucket->rate_bps / 8),
                            (int)(bucket->bucket_packets * charged_bytes + charged_bytes / SIXTEENTH), 0);
    if (status == 0)
        status = rtnl_qdisc_add(sock, qdisc, NLM_F_CREATE | NLM_F_EXCL);
    rtnl_qdisc_put(qdisc);
    return status;
}

static gboolean set_root(int link_index, const struct switch_bucket *bucket, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    if (!sock)
        return FALSE;
    int status = remove_root(sock, link_index);
    if (status == 0 && bucket)
        status = add_root(sock, link_index, bucket);
    nl_socket_free(sock);
    return status == 0 || refused(error, "no tbf", status);
}

gboolean switch_net_shape(int link_index, const struct switch_bucket *bucket, GError **error)
{
    return set_root(link_index, bucket, error);
}

gboolean switch_net_unshape(int link_index, GError **error)
{
    return set_root(link_index, NULL, error);
}
