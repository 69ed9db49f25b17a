/* SPDX-License-Identifier: MIT
 *
 * confine HOW PORT COMMAND...: runs a command that may not reach one TCP port, as service managers,
 * containers and sandboxes do it. With "-" for the command: does nothing, and fails where this is
 * not to be had here. HOW:
 *   landlock  the command may connect to no other port than PORT[,PORT...] (landlock(7), ABI 4;
 *             needs no privilege)
 *   connect   a BPF program of the command's control group refuses connect() to PORT, IPv4 and IPv6
 *   egress    such a program drops what is sent to PORT over IPv4, which is how systemd does
 *             IPAddressDeny= (systemd.resource-control(5))
 * The last two need root and a control group version 2 that may be written to. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/landlock.h>
#include <mntent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* linux/landlock.h of Linux 6.7: Debian 12 has an older one, whatever the kernel. */
enum { CONNECT_TCP = 1 << 1, RULE_NET_PORT = 2, ABI_WITH_NET = 4 };
struct network_only {
	uint64_t files, network;
};
struct port_rule {
	uint64_t allowed, port;
} __attribute__((packed));

enum { PATH_MOST = 512 };

static void need(bool fine, const char *what)
{
	if (!fine) {
		fprintf(stderr, "confine: %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

static void run(char **command)
{
	execvp(command[0], command);
	need(false, command[0]);
}

/* ---- Landlock ----------------------------------------------------------------------------- */

static void allow(int rules, const char *ports)
{
	for (const char *at = ports; *at != '\0';) {
		struct port_rule rule = { CONNECT_TCP, 0 };
		char *end;

		rule.port = strtoul(at, &end, 10);
		need(end > at, ports);
		need(syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &rule, 0) == 0, "a port");
		at = end + (*end == ',');
	}
}

static void landlock(const char *ports)
{
	struct network_only handled = { 0, CONNECT_TCP };
	int rules;

	need(syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >=
	     ABI_WITH_NET, "Landlock knows no ports here");
	rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	need(rules >= 0, "Landlock");
	allow(rules, ports);
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	need(syscall(SYS_landlock_restrict_self, rules, 0) == 0, "Landlock");
}

/* ---- control groups ----------------------------------------------------------------------- */

#define INSN(op, to, from, offset, value) \
	((struct bpf_insn){ .code = (op), .dst_reg = (to), .src_reg = (from), .off = (offset), \
			    .imm = (value) })
#define RETURN(value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, value), \
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static int load(const struct bpf_insn *code, size_t count, unsigned type, unsigned attach_type)
{
	union bpf_attr attr = { 0 };

	attr.prog_type = type;
	attr.insns = (uintptr_t)code;
	attr.insn_cnt = (uint32_t)count;
	attr.license = (uintptr_t)"MIT";
	attr.expected_attach_type = attach_type;
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
}

static void attach(int group, int program, unsigned attach_type)
{
	union bpf_attr attr = { 0 };

	need(program >= 0, "BPF program");
	attr.target_fd = (uint32_t)group;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = attach_type;
	need(syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof attr) == 0, "BPF_PROG_ATTACH");
}

/* Returns 0, which makes EPERM of connect(), for the port. */
static void refuse_connect(int group, unsigned port)
{
	const unsigned kinds[] = { BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT };
	const struct bpf_insn code[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 1, 1, offsetof(struct bpf_sock_addr, user_port), 0),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, htons((uint16_t)port)),
		RETURN(1),
		RETURN(0),
	};

	for (int i = 0; i < 2; i++)
		attach(group, load(code, sizeof code / sizeof *code, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
				   kinds[i]), kinds[i]);
}

/* Returns 0, which drops, for what has that port where a TCP header without IP options has it. */
static void drop_egress(int group, unsigned port)
{
	const struct bpf_insn code[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 20 + 2),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 3, 10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, -8),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, 2),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_H, 1, 10, -8, 0),
		INSN(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, htons((uint16_t)port)),
		RETURN(1),
		RETURN(0),
	};

	attach(group, load(code, sizeof code / sizeof *code, BPF_PROG_TYPE_CGROUP_SKB,
			   BPF_CGROUP_INET_EGRESS), BPF_CGROUP_INET_EGRESS);
}

/* A group below this process's own would be tidier, but that one may hold other processes and
 * controllers, which forbids it; one below the root of the hierarchy is always allowed. */
static void new_group(char *path)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *m;

	need(mounts != NULL, "/proc/self/mounts");
	*path = '\0';
	while ((m = getmntent(mounts)) != NULL && *path == '\0')
		if (strcmp(m->mnt_type, "cgroup2") == 0)
			snprintf(path, PATH_MOST, "%s/smtpprobe-lab-XXXXXX", m->mnt_dir);
	endmntent(mounts);
	need(*path != '\0', "no control groups of version 2 here");
	need(mkdtemp(path) != NULL, path);
	need(chmod(path, 0755) == 0, path);
}

static void join(const char *group)
{
	char path[PATH_MOST + sizeof "/cgroup.procs"];
	int fd;

	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	need(fd >= 0 && write(fd, "0", 1) == 1, path);
	close(fd);
}

/* The command runs in a child, so that its group can be taken away again, with its programs. */
static int in_group(void (*confine)(int group, unsigned port), const char *port, char **command)
{
	char path[PATH_MOST];
	int status = 0;
	pid_t child;

	new_group(path);
	child = fork();
	if (child == 0) {
		int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		need(group >= 0, path);
		confine(group, (unsigned)strtoul(port, NULL, 10));
		join(path);
		if (strcmp(command[0], "-") == 0)
			_exit(0);
		run(command);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	need(rmdir(path) == 0, path);
	need(child > 0, "fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: confine landlock|connect|egress PORT[,PORT...] COMMAND...\n", stderr);
		return 64;
	}
	if (strcmp(argv[1], "connect") == 0)
		return in_group(refuse_connect, argv[2], argv + 3);
	if (strcmp(argv[1], "egress") == 0)
		return in_group(drop_egress, argv[2], argv + 3);
	landlock(argv[2]);
	if (strcmp(argv[3], "-") != 0)
		run(argv + 3);
	return 0;
}
