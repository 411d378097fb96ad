/* Sockets of every family. The listeners are the test's own, on this machine. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_in loopback(const char* port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)number_of(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}
static enum verdict connects(int fd) {
    const struct sockaddr_in address = loopback("tcp");
    return hit_if(fd >= 0 && connect(fd, (const struct sockaddr*)&address, sizeof address) == 0);
}
static enum verdict tcp(void) { return connects(socket(AF_INET, SOCK_STREAM, 0)); }
static enum verdict mptcp(void) {
    const int fd = socket(AF_INET, SOCK_STREAM, 262);
    return fd < 0 && errno == EPROTONOSUPPORT ? LACKING : connects(fd);
}
static enum verdict udp(void) {
    const struct sockaddr_in address = loopback("udp");
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return hit_if(fd >= 0 &&
                  sendto(fd, "x", 1, 0, (const struct sockaddr*)&address, sizeof address) == 1);
}
static enum verdict tcp6(void) {
    struct sockaddr_in6 address;
    const int fd = socket(AF_INET6, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons((unsigned short)number_of("tcp6"));
    address.sin6_addr = in6addr_loopback;
    if (number_of("tcp6") == 0) return LACKING;
    return hit_if(fd >= 0 && connect(fd, (const struct sockaddr*)&address, sizeof address) == 0);
}
static enum verdict fast_open(void) {
    const struct sockaddr_in address = loopback("tcp");
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return hit_if(fd >= 0 && sendto(fd, "x", 1, MSG_FASTOPEN, (const struct sockaddr*)&address,
                                    sizeof address) == 1);
}
static enum verdict listens(int bound) {
    struct sockaddr_in address = loopback("none");
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return DENIED;
    if (bound && bind(fd, (const struct sockaddr*)&address, sizeof address) != 0) return DENIED;
    return hit_if(listen(fd, 1) == 0);
}
static enum verdict listens_bound(void) { return listens(1); }
static enum verdict listens_unbound(void) { return listens(0); }

static socklen_t unix_address(struct sockaddr_un* address, const char* name, int abstract) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    snprintf(address->sun_path + abstract, sizeof address->sun_path - (size_t)abstract, "%s", name);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)abstract + strlen(name));
}
static enum verdict unix_path(void) {
    struct sockaddr_un address;
    const socklen_t size = unix_address(&address, at("socket"), 0);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return hit_if(fd >= 0 && connect(fd, (const struct sockaddr*)&address, size) == 0);
}
static enum verdict unix_abstract(void) {
    struct sockaddr_un address;
    const socklen_t size = unix_address(&address, text_of("stream"), 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    return hit_if(fd >= 0 && connect(fd, (const struct sockaddr*)&address, size) == 0);
}
static enum verdict sends(int fd, const char* name, int abstract) {
    struct sockaddr_un address;
    const socklen_t size = unix_address(&address, name, abstract);
    return hit_if(fd >= 0 && sendto(fd, "x", 1, 0, (const struct sockaddr*)&address, size) == 1);
}
static enum verdict unix_datagram(void) {
    return sends(socket(AF_UNIX, SOCK_DGRAM, 0), text_of("datagram"), 1);
}
/* A pair's end is a socket like any other: of datagrams it can send anywhere. */
static enum verdict pair_datagram(void) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) return DENIED;
    return hit_if(sends(ends[0], text_of("datagram"), 1) == HIT ||
                  sends(ends[0], at("datagram"), 0) == HIT);
}

#define FAMILY(name, family, type, protocol)                    \
    static enum verdict name(void) {                            \
        const int fd = socket(family, type, protocol);          \
        if (fd < 0 && errno == EAFNOSUPPORT) return LACKING;    \
        if (fd < 0 && errno == EPROTONOSUPPORT) return LACKING; \
        if (fd < 0 && errno == ESOCKTNOSUPPORT) return LACKING; \
        return hit_if(fd >= 0);                                 \
    }
FAMILY(netlink_route, AF_NETLINK, SOCK_RAW, 0)
FAMILY(netlink_audit, AF_NETLINK, SOCK_RAW, 9)
FAMILY(netlink_uevent, AF_NETLINK, SOCK_RAW, 15)
FAMILY(packet, AF_PACKET, SOCK_DGRAM, 0)
FAMILY(vsock, 40, SOCK_STREAM, 0)
FAMILY(alg, 38, SOCK_SEQPACKET, 0)
FAMILY(xdp, 44, SOCK_RAW, 0)
FAMILY(pfkey, 15, SOCK_RAW, 2)
FAMILY(raw_icmp, AF_INET, SOCK_RAW, IPPROTO_ICMP)
FAMILY(ping, AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
FAMILY(sctp, AF_INET, SOCK_STREAM, 132)
FAMILY(smc, 43, SOCK_STREAM, 0)
FAMILY(tipc, 30, SOCK_SEQPACKET, 0)
FAMILY(rds, 21, SOCK_SEQPACKET, 0)
FAMILY(bluetooth, 31, SOCK_RAW, 1)
FAMILY(can, 29, SOCK_RAW, 1)

static enum verdict interfaces(void) {
    char space[4096];
    struct ifconf list;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    list.ifc_len = sizeof space;
    list.ifc_buf = space;
    return hit_if(fd >= 0 && ioctl(fd, SIOCGIFCONF, &list) == 0 && list.ifc_len > 0);
}

const struct act network_acts[] = {{"net.tcp_loopback", tcp},
                                   {"net.udp_loopback", udp},
                                   {"net.tcp6", tcp6},
                                   {"net.tcp_fastopen", fast_open},
                                   {"net.mptcp", mptcp},
                                   {"net.listen", listens_bound},
                                   {"net.listen_nobind", listens_unbound},
                                   {"net.unix_path", unix_path},
                                   {"net.unix_abstract", unix_abstract},
                                   {"net.unix_abstract_dgram", unix_datagram},
                                   {"net.netlink_route", netlink_route},
                                   {"net.netlink_audit", netlink_audit},
                                   {"net.netlink_uevent", netlink_uevent},
                                   {"net.packet", packet},
                                   {"net.vsock", vsock},
                                   {"net.alg", alg},
                                   {"net.xdp", xdp},
                                   {"net.pfkey", pfkey},
                                   {"net.raw_icmp", raw_icmp},
                                   {"net.ping_sock", ping},
                                   {"net.sctp", sctp},
                                   {"net.smc", smc},
                                   {"net.tipc", tipc},
                                   {"net.rds", rds},
                                   {"net.bluetooth", bluetooth},
                                   {"net.can", can},
                                   {"net.ifaces", interfaces},
                                   {"more.socketpair_datagram", pair_datagram},
                                   {NULL, NULL}};
