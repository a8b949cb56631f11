/*
 * address - the ranges that are no public unicast addresses
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct range4 {
	uint32_t network;
	int bits;
};

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

/* clang-format off */
static const struct range4 special4[] = {
	{ IP(  0,   0,   0, 0),  8 }, /* this network (RFC 791) */
	{ IP( 10,   0,   0, 0),  8 }, /* private (RFC 1918) */
	{ IP(100,  64,   0, 0), 10 }, /* shared (RFC 6598) */
	{ IP(127,   0,   0, 0),  8 }, /* loopback (RFC 1122) */
	{ IP(169, 254,   0, 0), 16 }, /* link-local (RFC 3927), and the cloud's metadata */
	{ IP(172,  16,   0, 0), 12 }, /* private */
	{ IP(192,   0,   0, 0), 24 }, /* protocol assignments (RFC 6890) */
	{ IP(192,   0,   2, 0), 24 }, /* documentation (RFC 5737) */
	{ IP(192,  88,  99, 0), 24 }, /* 6to4 relays (RFC 7526) */
	{ IP(192, 168,   0, 0), 16 }, /* private */
	{ IP(198,  18,   0, 0), 15 }, /* benchmarks (RFC 2544) */
	{ IP(198,  51, 100, 0), 24 }, /* documentation */
	{ IP(203,   0, 113, 0), 24 }, /* documentation */
	{ IP(224,   0,   0, 0),  3 }, /* multicast (RFC 5771), reserved, broadcast */
};

struct range6 {
	unsigned char network[4];
	int bits;
};

/* All public unicast is within 2000::/3 (RFC 4291 §2.4); these lie in it and are not. */
static const struct range6 special6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 }, /* 2001::/23: Teredo, benchmarks, ORCHID (RFC 2928) */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation (RFC 3849) */
	{ { 0x20, 0x02, 0x00, 0x00 }, 16 }, /* 6to4: any IPv4 address inside (RFC 3056) */
	{ { 0x3f, 0xff, 0x00, 0x00 }, 20 }, /* documentation (RFC 9637) */
};
/* clang-format on */

static bool is_public4(uint32_t ip)
{
	for (size_t i = 0; i < ARRAY_LEN(special4); i++)
		if ((ip ^ special4[i].network) >> (32 - special4[i].bits) == 0)
			return false;
	return true;
}

static uint32_t word(const unsigned char *at)
{
	return IP(at[0], at[1], at[2], at[3]);
}

static bool is_public6(const unsigned char *ip)
{
	static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	static const unsigned char nat64[12] = {0x00, 0x64, 0xFF, 0x9B};

	/* An IPv4 address inside: ::ffff:0:0/96 (RFC 4291 §2.5.5.2), 64:ff9b::/96 (RFC 6052) */
	if (memcmp(ip, mapped, sizeof(mapped)) == 0 || memcmp(ip, nat64, sizeof(nat64)) == 0)
		return is_public4(word(ip + 12));
	if ((ip[0] & 0xE0) != 0x20)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(special6); i++)
		if ((word(ip) ^ word(special6[i].network)) >> (32 - special6[i].bits) == 0)
			return false;
	return true;
}

bool net_address_is_public(const struct sockaddr *address, socklen_t len)
{
	if (address->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		return is_public4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		return is_public6(in6.sin6_addr.s6_addr);
	}
	return false;
}
