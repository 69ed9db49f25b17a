/* SPDX-License-Identifier: MIT
 *
 * Where this machine is: clouds and containers by trees of files made here, gateways by tables of the
 * kernel's form, and what is known of each cloud's mail ports. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnose/clouds.h"
#include "net/gateway.h"
#include "net/place.h"
#include "net/syn_watch.h"
#include "runner.h"

/* ---- a tree ----------------------------------------------------------------------------------- */

static char root[] = "/tmp/check_place.XXXXXX";
static const char *variable, *value;
static bool in_kubernetes;

static char *environment(const char *name)
{
	if (in_kubernetes && strcmp(name, "KUBERNETES_SERVICE_HOST") == 0)
		return (char *)"10.0.0.1";
	return variable != NULL && strcmp(name, variable) == 0 ? (char *)value : NULL;
}

static const struct place_source tree = { root, environment };

static void put(const char *path, const char *text)
{
	char *whole = mem_printf("%s%s", root, path);
	FILE *f;

	for (char *s = whole + strlen(root) + 1; (s = strchr(s, '/')) != NULL; s++) {
		*s = '\0';
		ck_assert_msg(mkdir(whole, 0755) == 0 || errno == EEXIST, "%s", whole);
		*s = '/';
	}
	f = fopen(whole, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	free(whole);
}

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(root));
	variable = NULL;
	in_kubernetes = false;
}

static void tear_down(void)
{
	char *command = mem_printf("rm -r '%s'", root);

	ck_assert_int_eq(system(command), 0);
	free(command);
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
}

static void assert_text(char *is, const char *want, const char *name)
{
	ck_assert_msg((is == NULL) == (want == NULL) && (is == NULL || strcmp(is, want) == 0),
		      "%s: %s, want %s", name, is != NULL ? is : "nothing",
		      want != NULL ? want : "nothing");
	free(is);
}

/* ---- clouds ----------------------------------------------------------------------------------- */

static const struct {
	const char *file, *text, *cloud;
} dmi_cases[] = {
	{ "sys_vendor", "Amazon EC2\n", "Amazon EC2" },
	{ "product_version", "4.11.amazon\n", "Amazon EC2" },
	{ "bios_vendor", "Amazon EC2\n", "Amazon EC2" },
	{ "sys_vendor", "Google\n", NULL }, /* a Chromebook, perhaps */
	{ "product_name", "Google Compute Engine\n", "Google Compute Engine" },
	{ "chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n", "Microsoft Azure" },
	{ "sys_vendor", "Microsoft Corporation\n", NULL },
	{ "sys_vendor", "DigitalOcean\n", "DigitalOcean" },
	{ "sys_vendor", "Hetzner\n", "Hetzner Cloud" },
	{ "chassis_asset_tag", "OracleCloud.com\n", "Oracle Cloud" },
	{ "sys_vendor", "Vultr\n", "Vultr" },
	{ "sys_vendor", "Linode\n", "Linode (Akamai)" },
	{ "sys_vendor", "Alibaba Cloud\n", "Alibaba Cloud" },
	{ "sys_vendor", "Tencent Cloud\n", "Tencent Cloud" },
	{ "sys_vendor", "Akamai\n", "Linode (Akamai)" },
	{ "product_name", "Alibaba Cloud ECS\n", "Alibaba Cloud" },
	{ "sys_vendor", "Baidu Cloud\n", "Baidu AI Cloud" },
	{ "sys_vendor", "Scaleway\n", "Scaleway" },
	{ "sys_vendor", "UpCloud\n", "UpCloud" },
	{ "product_name", "Exoscale Compute Platform\n", "Exoscale" },
	{ "sys_vendor", "OVHcloud\n", "OVH" },
	{ "sys_vendor", "QEMU\n", NULL },
	{ "product_name", "KVM\n", NULL },
	{ "sys_vendor", "Googleplex\n", NULL },
	{ "sys_vendor", "Not Amazon EC2\n", NULL },
	{ "sys_vendor", "", NULL },
	{ "sys_vendor", "Hetzner\nAmazon EC2\n", "Hetzner Cloud" },
	{ "sys_vendor", "\033[31mVultr\n", NULL },
};

START_TEST(a_cloud_is_known_by_its_strings)
{
	char *path = mem_printf("/sys/class/dmi/id/%s", dmi_cases[_i].file);

	put(path, dmi_cases[_i].text);
	assert_text(place_cloud(&tree), dmi_cases[_i].cloud, dmi_cases[_i].text);
	free(path);
}
END_TEST

START_TEST(a_platform_is_known_by_its_variable)
{
	put("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
	variable = "AWS_LAMBDA_FUNCTION_NAME";
	value = "send-mail";
	assert_text(place_cloud(&tree), "AWS Lambda", "Lambda");
	value = "";
	assert_text(place_cloud(&tree), "Amazon EC2", "an empty variable");
}
END_TEST

START_TEST(knative_elsewhere_is_no_cloud_run)
{
	variable = "K_SERVICE";
	value = "send-mail";
	assert_text(place_cloud(&tree), "Google Cloud Run", "K_SERVICE alone");
	in_kubernetes = true;
	assert_text(place_cloud(&tree), NULL, "K_SERVICE in Kubernetes");
	assert_text(place_container(&tree), "kubernetes", "its container");
}
END_TEST

START_TEST(nothing_there_says_nothing)
{
	assert_text(place_cloud(&tree), NULL, "cloud");
	assert_text(place_container(&tree), NULL, "container");
}
END_TEST

START_TEST(a_file_without_end_is_cut)
{
	char *text = malloc(1024 * 1024 + 1);

	memset(text, 'A', 1024 * 1024);
	text[1024 * 1024] = '\0';
	put("/sys/class/dmi/id/sys_vendor", text);
	put("/proc/self/cgroup", text);
	put("/run/systemd/container", text);
	assert_text(place_cloud(&tree), NULL, "cloud");
	assert_text(place_container(&tree), NULL, "container");
	free(text);
}
END_TEST

/* ---- containers ------------------------------------------------------------------------------- */

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *path, *text, *container;
} container_cases[] = {
	{ "/.dockerenv", "x", "docker" },
	{ "/run/.containerenv", "engine=\"podman\"\n", "podman" },
	{ "/run/systemd/container", "systemd-nspawn\n", "systemd-nspawn" },
	{ "/run/systemd/container", "wsl\n", "wsl" },
	{ "/run/systemd/container", "\033]0;pwned\007\n", NULL },
	{ "/proc/self/cgroup", "0::/kubepods.slice/kubepods-burstable.slice\n", "kubernetes" },
	{ "/proc/self/cgroup", "12:pids:/docker/0123456789abcdef\n", "docker" },
	{ "/proc/1/cgroup", "0::/machine.slice/libpod-abc.scope\n", "podman" },
	{ "/proc/1/cgroup", "1:name=systemd:/lxc/web\n", "lxc" },
	{ "/proc/self/cgroup", "0::/user.slice/user-1000.slice\n", NULL },
	{ "/proc/self/cgroup", "0::/system.slice/docker.service\n", NULL },
	{ "/proc/self/cgroup", "0::/system.slice/docker-compose-web.service\n", NULL },
	{ "/proc/self/cgroup", "0::/system.slice/docker-" ID64 ".scope\n", "docker" },
	{ "/proc/1/cgroup", "2:cpu:/docker-gc\n0::/docker-" ID64 ".scope\n", "docker" },
	{ "/proc/1/cgroup", "9:perf_event:/ecs/" ID64 "\n", "ecs" },
	{ "/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n", "wsl" },
	{ "/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft\n", "wsl" },
	{ "/proc/sys/kernel/osrelease", "6.8.0-1021-azure\n", NULL },
};

START_TEST(a_container_is_known_by_its_traces)
{
	put(container_cases[_i].path, container_cases[_i].text);
	assert_text(place_container(&tree), container_cases[_i].container, container_cases[_i].text);
}
END_TEST

START_TEST(ecs_is_known_by_its_variable)
{
	put("/.dockerenv", "");
	variable = "ECS_CONTAINER_METADATA_URI_V4";
	value = "http://169.254.170.2/v4/0";
	assert_text(place_container(&tree), "ecs", "ECS");
	assert_text(place_cloud(&tree), NULL, "ECS also runs beyond Amazon");
}
END_TEST

/* As root the effective user is another for a while; for others mode 0 does. */
START_TEST(a_mark_need_not_be_readable)
{
	char *mark = mem_printf("%s/run/.containerenv", root), *container;
	bool privileged = geteuid() == 0;

	put("/run/.containerenv", "");
	ck_assert_int_eq(chmod(mark, 0), 0);
	ck_assert_int_eq(chmod(root, 0711), 0);
	ck_assert(!privileged || seteuid(65534) == 0);
	container = place_container(&tree);
	ck_assert(!privileged || seteuid(0) == 0);
	assert_text(container, "podman", "a mark of mode 0");
	free(mark);
}
END_TEST

/* ---- gateways --------------------------------------------------------------------------------- */

#define HEAD4 "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

/* The numbers are in the byte order of a little-endian machine, which all of the tests' are. */
static const struct {
	const char *name, *routes, *gateway;
} gateway4_cases[] = {
	{ "the default route", HEAD4 "eth0\t00000000\t0109630A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
	  "10.99.9.1" },
	{ "the lower metric wins",
	  HEAD4 "wlan0\t00000000\t0102000A\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
	  "eth0\t00000000\t0101000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n", "10.0.1.1" },
	{ "a route to a network is none",
	  HEAD4 "eth0\t0001000A\t0101000A\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0\n", NULL },
	{ "half of the Internet is no default route",
	  HEAD4 "tun0\t00000000\t0101000A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n", NULL },
	{ "a link without a gateway has none",
	  HEAD4 "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n", NULL },
	{ "a reject route leads nowhere",
	  HEAD4 "*\t00000000\t0101000A\t0203\t0\t0\t0\t00000000\t0\t0\t0\n", NULL },
	{ "empty", "", NULL },
	{ "cut", HEAD4 "eth0\t000000", NULL },
	{ "a cut row does not go on in the next line",
	  HEAD4 "eth0\n00000000\n0101000A 0003 0 0\n0 00000000\n", NULL },
	{ "a gateway of IPv6 is shown as 0",
	  HEAD4 "d0\t00000000\t00000000\t0003\t0\t0\t0\t00000000\t0\t0\t0\n", NULL },
	{ "the highest metric is one too",
	  HEAD4 "d0\t00000000\t0101000A\t0003\t0\t0\t4294967295\t00000000\t0\t0\t0\n",
	  "10.0.1.1" },
	{ "garbage", "\xff\xfe\n\n\neth0 zz zz zz\n", NULL },
};

START_TEST(gateway_of_ipv4)
{
	assert_text(gateway4_parse(gateway4_cases[_i].routes), gateway4_cases[_i].gateway,
		    gateway4_cases[_i].name);
}
END_TEST

#define NONE32 "00000000000000000000000000000000"
#define VIA6(gateway, metric, flags, device)                                                       \
	NONE32 " 00 " NONE32 " 00 " gateway " " metric " 00000001 00000000 " flags "     " device "\n"

static const struct {
	const char *name, *routes, *gateway;
} gateway6_cases[] = {
	{ "a link-local gateway is told with its interface",
	  VIA6("fe800000000000000000000000000001", "00000400", "00000003", "eth0"), "fe80::1%eth0" },
	{ "a global one is not",
	  VIA6("fd990001000000000000000000000001", "00000400", "00000003", "eth0"), "fd99:1::1" },
	{ "the lower metric wins",
	  VIA6("fd990001000000000000000000000001", "00000400", "00000003", "eth0")
	  VIA6("fd990002000000000000000000000001", "00000100", "00000003", "eth1"), "fd99:2::1" },
	{ "an interface's name drives no terminal",
	  VIA6("fe800000000000000000000000000001", "00000400", "00000003", "e\033[31mX"),
	  "fe80::1%e\\x1B[31mX" },
	{ "the kernel's own reject route is none",
	  VIA6(NONE32, "ffffffff", "00200200", "lo"), NULL },
	{ "a route to a network is none",
	  "fd990001000000000000000000000000 40 " NONE32 " 00 " NONE32
	  " 00000100 00000001 00000000 00000001     eth0\n", NULL },
	{ "empty", "", NULL },
	{ "cut", NONE32 " 00 " NONE32 " 00 fe80", NULL },
};

START_TEST(gateway_of_ipv6)
{
	assert_text(gateway6_parse(gateway6_cases[_i].routes), gateway6_cases[_i].gateway,
		    gateway6_cases[_i].name);
}
END_TEST

START_TEST(private_addresses)
{
	static const char *const private[] = { "10.0.0.1", "172.16.0.1", "172.31.255.255",
					       "192.168.1.5", "100.64.0.1", "100.127.255.255",
					       "169.254.1.1" };
	static const char *const public[] = { "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1",
					      "100.63.0.1", "100.128.0.1", "8.8.8.8", "fd00::1", "" };

	for (int i = 0; i < COUNT(private); i++)
		ck_assert_msg(gateway_is_private4(private[i]), "%s", private[i]);
	for (int i = 0; i < COUNT(public); i++)
		ck_assert_msg(!gateway_is_private4(public[i]), "%s", public[i]);
}
END_TEST

/* ---- the kernel's counter --------------------------------------------------------------------- */

START_TEST(counter_of_refused_retransmits)
{
	static const struct {
		const char *text;
		bool there;
		unsigned long count;
	} cases[] = {
		{ "TcpExt: SyncookiesSent TCPRetransFail TCPMinTTLDrop\nTcpExt: 1 23 4\nIpExt: A\nIpExt: 1\n",
		  true, 23 },
		{ "TcpExt: TCPRetransFail\nTcpExt: 7\n", true, 7 },
		{ "TcpExt: A TCPRetransFailOver B\nTcpExt: 1 2 3\n", false, 0 },
		{ "TcpExt: A B TCPRetransFail\nTcpExt: 1 2\n", false, 0 },
		{ "TcpExt: A B\n", false, 0 },
		{ "", false, 0 },
	};

	for (int i = 0; i < COUNT(cases); i++) {
		unsigned long count = 0;

		ck_assert_msg(syn_watch_parse(cases[i].text, &count) == cases[i].there, "%s",
			      cases[i].text);
		ck_assert_msg(count == cases[i].count, "%s: %lu", cases[i].text, count);
	}
}
END_TEST

/* ---- what clouds do --------------------------------------------------------------------------- */

START_TEST(cloud_rows_are_well_formed)
{
	for (const struct cloud *c = clouds; c->name != NULL; c++) {
		struct buf text;

		buf_init(&text, BUF_NO_LIMIT);
		cloud_say(&text, c);
		ck_assert_msg(strncmp(buf_str(&text), c->name, strlen(c->name)) == 0, "%s", c->name);
		ck_assert_msg(strstr(buf_str(&text), c->source) != NULL, "%s", c->name);
		ck_assert_msg(text.data[text.len - 1] == '.', "%s", buf_str(&text));
		ck_assert_msg(c->ports[0] != 0 && cloud_blocks(c, c->ports[0]), "%s", c->name);
		ck_assert_msg(strlen(c->read) == 7 && strncmp(c->read, "20", 2) == 0, "%s", c->name);
		ck_assert_ptr_eq(cloud_find(c->name), c);
		buf_clear(&text);
	}
	ck_assert_ptr_null(cloud_find("Nimbus"));
	ck_assert_ptr_null(cloud_find(NULL));
	ck_assert(cloud_blocks(cloud_find("Hetzner Cloud"), 465));
	ck_assert(!cloud_blocks(cloud_find("Hetzner Cloud"), 587));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("place");
	TCase *trees = tcase_create("trees"), *tables = tcase_create("tables");

	tcase_add_checked_fixture(trees, set_up, tear_down);
	tcase_add_loop_test(trees, a_cloud_is_known_by_its_strings, 0, COUNT(dmi_cases));
	tcase_add_test(trees, a_platform_is_known_by_its_variable);
	tcase_add_test(trees, knative_elsewhere_is_no_cloud_run);
	tcase_add_test(trees, nothing_there_says_nothing);
	tcase_add_test(trees, a_file_without_end_is_cut);
	tcase_add_loop_test(trees, a_container_is_known_by_its_traces, 0, COUNT(container_cases));
	tcase_add_test(trees, ecs_is_known_by_its_variable);
	tcase_add_test(trees, a_mark_need_not_be_readable);
	suite_add_tcase(s, trees);
	tcase_add_loop_test(tables, gateway_of_ipv4, 0, COUNT(gateway4_cases));
	tcase_add_loop_test(tables, gateway_of_ipv6, 0, COUNT(gateway6_cases));
	tcase_add_test(tables, private_addresses);
	tcase_add_test(tables, counter_of_refused_retransmits);
	tcase_add_test(tables, cloud_rows_are_well_formed);
	suite_add_tcase(s, tables);
	return run_suite(s);
}
