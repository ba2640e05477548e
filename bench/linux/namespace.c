/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces by unshare(), links by route netlink, features of links by ethtool's ioctl. */

#include "namespace.h"

#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static gboolean refused(GError **error, const char *what, const char *why)
{
    return failure(error, STATUS_INPUT,
                   "%s: %s (it takes root, as by sudo, or user namespaces, and a kernel with "
                   "network namespaces, veth and ifb)",
                   what, why);
}

static bool write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool good = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    if (file >= 0)
        close(file);
    return good;
}

/* No neighbour discovery: packets that nobody counts. Where there is no IPv6, there is nothing to switch off. */
static void switch_ipv6_off(void)
{
    (void)write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

/* Root in a user namespace of our own, to which the other one belongs. What is there of root is this process. */
static bool enter_as_user(void)
{
    g_autofree char *users = g_strdup_printf("0 %u 1", geteuid()),
                    *groups = g_strdup_printf("0 %u 1", getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", users) && write_file("/proc/self/gid_map", groups);
}

/* What the kernel does when the parent ends was told it before; new credentials may have made it forget. */
static bool end_with_parent(pid_t parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

gboolean namespace_enter(GError **error)
{
    const pid_t parent = getppid();
    bool entered = unshare(CLONE_NEWNET) == 0;
    int code = errno;
    if (!entered && code == EPERM && enter_as_user())
        entered = end_with_parent(parent);
    if (!entered)
        return refused(error, "no network namespace", g_strerror(code));
    switch_ipv6_off();
    return TRUE;
}

static struct nl_sock *route_socket(GError **error)
{
    struct nl_sock *sock = nl_socket_alloc();
    int status = sock ? nl_connect(sock, NETLINK_ROUTE) : -NLE_NOMEM;
    if (status == 0)
        return sock;
    nl_socket_free(sock);
    refused(error, "no route netlink", nl_geterror(status));
    return NULL;
}

/* Add a link that has been described, and let go of both. */
static gboolean add(struct nl_sock *sock, struct rtnl_link *link, const char *what, GError **error)
{
    int status = link ? rtnl_link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL) : -NLE_NOMEM;
    rtnl_link_put(link);
    nl_socket_free(sock);
    return status == 0 || refused(error, what, nl_geterror(status));
}

gboolean namespace_add_sink(const char *name, uint32_t queues, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    if (!sock)
        return FALSE;
    struct rtnl_link *link = rtnl_link_alloc();
    rtnl_link_set_name(link, name);
    rtnl_link_set_type(link, "ifb");
    rtnl_link_set_num_tx_queues(link, queues);
    return add(sock, link, "no ifb", error);
}

gboolean namespace_add_pair(const char *name, pid_t peer_pid, const char *peer_name, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    if (!sock)
        return FALSE;
    struct rtnl_link *link = rtnl_link_veth_alloc(), *peer = rtnl_link_veth_get_peer(link);
    rtnl_link_set_name(link, name);
    rtnl_link_set_name(peer, peer_name);
    rtnl_link_set_ns_pid(peer, peer_pid);
    rtnl_link_put(peer);
    return add(sock, link, "no veth", error);
}

static int add_address(struct nl_sock *sock, int index, const char *text)
{
    struct nl_addr *local = NULL;
    struct rtnl_addr *address = rtnl_addr_alloc();
    int status = nl_addr_parse(text, AF_INET, &local);
    rtnl_addr_set_ifindex(address, index);
    if (status == 0)
        status = rtnl_addr_set_local(address, local);
    if (status == 0)
        status = rtnl_addr_add(sock, address, 0);
    nl_addr_put(local);
    rtnl_addr_put(address);
    return status;
}

gboolean namespace_up(const char *name, const char *address, int *index, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    struct rtnl_link *link = NULL, *change = rtnl_link_alloc();
    if (!sock)
        return FALSE;
    int status = rtnl_link_get_kernel(sock, 0, name, &link);
    rtnl_link_set_flags(change, IFF_UP);
    if (status == 0)
        status = rtnl_link_change(sock, link, change, 0);
    if (status == 0)
        *index = rtnl_link_get_ifindex(link);
    if (status == 0 && address)
        status = add_address(sock, *index, address);
    rtnl_link_put(link);
    rtnl_link_put(change);
    nl_socket_free(sock);
    return status == 0 || refused(error, name, nl_geterror(status));
}

gboolean namespace_traffic(const char *name, struct link_traffic *traffic, GError **error)
{
    struct nl_sock *sock = route_socket(error);
    struct rtnl_link *link = NULL;
    if (!sock)
        return FALSE;
    int status = rtnl_link_get_kernel(sock, 0, name, &link);
    if (status == 0) /* ifb receives what it is given, and drops it because nobody redirected it there */
        *traffic = (struct link_traffic){.packets = rtnl_link_get_stat(link, RTNL_LINK_RX_PACKETS),
                                         .bytes = rtnl_link_get_stat(link, RTNL_LINK_RX_BYTES)};
    rtnl_link_put(link);
    nl_socket_free(sock);
    return status == 0 || refused(error, name, nl_geterror(status));
}

/* --- features --- */

static int ethtool(int sock, const char *name, void *command)
{
    struct ifreq request = {.ifr_data = command};
    g_strlcpy(request.ifr_name, name, sizeof(request.ifr_name));
    return ioctl(sock, SIOCETHTOOL, &request);
}

/* How many features this kernel knows; 0: that is not known. */
static uint32_t count_features(int sock, const char *name)
{
    struct ethtool_sset_info *info = g_malloc0(sizeof(*info) + sizeof(info->data[0]));
    info->cmd = ETHTOOL_GSSET_INFO;
    info->sset_mask = UINT64_C(1) << ETH_SS_FEATURES;
    uint32_t features = ethtool(sock, name, info) < 0 ? 0 : info->data[0];
    g_free(info);
    return features;
}

/* The number of a feature among them; -1: there is none of that name. */
static int feature_number(int sock, const char *name, const char *feature, uint32_t features)
{
    struct ethtool_gstrings *strings = g_malloc0(sizeof(*strings) + (gsize)features * ETH_GSTRING_LEN);
    int number = -1;
    strings->cmd = ETHTOOL_GSTRINGS;
    strings->string_set = ETH_SS_FEATURES;
    strings->len = features;
    if (ethtool(sock, name, strings) < 0)
        features = 0;
    for (uint32_t i = 0; i < features; i++)
        if (strncmp((const char *)strings->data + (gsize)i * ETH_GSTRING_LEN, feature, ETH_GSTRING_LEN) == 0)
            number = (int)i;
    g_free(strings);
    return number;
}

static gboolean switch_off(int sock, const char *name, uint32_t number, uint32_t features)
{
    enum { BITS = 32 };
    uint32_t blocks = (features + BITS - 1) / BITS;
    struct ethtool_sfeatures *set = g_malloc0(sizeof(*set) + blocks * sizeof(set->features[0]));
    set->cmd = ETHTOOL_SFEATURES;
    set->size = blocks;
    set->features[number / BITS].valid = UINT32_C(1) << number % BITS;
    gboolean good = ethtool(sock, name, set) >= 0;
    g_free(set);
    return good;
}

gboolean namespace_cut_in_software(const char *name, GError **error)
{
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    uint32_t features = count_features(sock, name);
    int number = feature_number(sock, name, "tx-udp-segmentation", features);
    gboolean good = number >= 0 && switch_off(sock, name, (uint32_t)number, features);
    int code = errno;
    close(sock);
    return good || refused(error, "UDP segmentation of the link cannot be switched off", g_strerror(code));
}
