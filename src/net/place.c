/* SPDX-License-Identifier: MIT
 *
 * DMI strings: as systemd-detect-virt (src/basic/virt.c, dmi_vendor_table) and cloud-init
 * (tools/ds-identify) look for them, and as the clouds' own documents have them. */
#include "net/place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/small_file.h"

enum { DMI_MOST = 256, CGROUP_MOST = 8192 };

/* ---- clouds --------------------------------------------------------------------------------- */

/* Platforms whose machines say nothing by DMI, or say it of the cloud below them. */
static const struct variable_row {
	const char *variable, *cloud;
	const char *unless; /* this one is set as well */
} variables[] = {
	{"AWS_LAMBDA_FUNCTION_NAME", "AWS Lambda", NULL},
	/* Any Knative sets it (its runtime contract), but Cloud Run has no Kubernetes to be seen. */
	{"K_SERVICE", "Google Cloud Run", "KUBERNETES_SERVICE_HOST"},
	{"WEBSITE_INSTANCE_ID", "Azure App Service", NULL},
	{"FLY_APP_NAME", "Fly.io", NULL},
	{"DYNO", "Heroku", NULL},
	{"RENDER_SERVICE_ID", "Render", NULL},
	{"VERCEL", "Vercel", NULL},
	{"CIRCLECI", "CircleCI", NULL},
	{"GITPOD_WORKSPACE_ID", "Gitpod", NULL},
};

/* The whole line, or its beginning where the text ends in "*". Hyper-V is not Azure: only the asset
 * tag is (the same for every Azure machine). The vendor "Google" is no cloud either: Chromebooks have
 * it (MrChromebox/scripts#222). */
static const struct dmi_row {
	const char *file, *text, *cloud;
} dmi_rows[] = {
	{"sys_vendor", "Amazon EC2", "Amazon EC2"},
	{"bios_vendor", "Amazon EC2", "Amazon EC2"},
	{"product_version", "*amazon", "Amazon EC2"},
	{"product_name", "Google Compute Engine", "Google Compute Engine"},
	{"chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77", "Microsoft Azure"},
	{"sys_vendor", "DigitalOcean", "DigitalOcean"},
	{"sys_vendor", "Hetzner", "Hetzner Cloud"},
	{"chassis_asset_tag", "OracleCloud.com", "Oracle Cloud"},
	{"sys_vendor", "Vultr", "Vultr"},
	{"sys_vendor", "Linode", "Linode (Akamai)"},
	{"sys_vendor", "Akamai", "Linode (Akamai)"},
	{"sys_vendor", "Alibaba Cloud", "Alibaba Cloud"},
	{"product_name", "Alibaba Cloud ECS", "Alibaba Cloud"},
	{"sys_vendor", "Tencent Cloud", "Tencent Cloud"},
	{"sys_vendor", "Baidu Cloud", "Baidu AI Cloud"},
	{"sys_vendor", "Scaleway", "Scaleway"},
	{"sys_vendor", "UpCloud", "UpCloud"},
	{"product_name", "Exoscale*", "Exoscale"},
	{"sys_vendor", "OVHcloud", "OVH"},
	{"sys_vendor", "OVH", "OVH"},
};

static char *first_line(const char *root, const char *path, size_t most)
{
	char *whole = mem_printf("%s%s", root, path), *text = small_file_read(whole, most);

	free(whole);
	if (text != NULL)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

/* "Exoscale*": begins so; "*amazon": ends so; else the whole. */
static bool fits(const char *text, const char *pattern)
{
	size_t n = strlen(pattern), has = strlen(text);

	if (*pattern == '*')
		return has >= n - 1 && strcmp(text + has - (n - 1), pattern + 1) == 0;
	if (n > 0 && pattern[n - 1] == '*')
		return strncmp(text, pattern, n - 1) == 0;
	return strcmp(text, pattern) == 0;
}

static bool dmi_says(const struct place_source *s, const struct dmi_row *row)
{
	char *path = mem_printf("/sys/class/dmi/id/%s", row->file);
	char *text = first_line(s->root, path, DMI_MOST);
	bool says = text != NULL && fits(text, row->text);

	free(text);
	free(path);
	return says;
}

static bool is_set(const struct place_source *s, const char *variable)
{
	const char *value = s->variable(variable);

	return value != NULL && *value != '\0';
}

static bool variable_says(const struct place_source *s, const struct variable_row *row)
{
	return is_set(s, row->variable) && (row->unless == NULL || !is_set(s, row->unless));
}

char *place_cloud(const struct place_source *s)
{
	for (size_t i = 0; i < COUNT(variables); i++)
		if (variable_says(s, &variables[i]))
			return mem_strdup(variables[i].cloud);
	for (size_t i = 0; i < COUNT(dmi_rows); i++)
		if (dmi_says(s, &dmi_rows[i]))
			return mem_strdup(dmi_rows[i].cloud);
	return NULL;
}

/* ---- containers ------------------------------------------------------------------------------- */

/* What an orchestrator sets in its containers, which have a runtime's marks as well. ECS also runs
 * beyond Amazon (ECS Anywhere), so that it names no cloud. */
static const struct {
	const char *variable, *container;
} orchestrators[] = {
	{"KUBERNETES_SERVICE_HOST", "kubernetes"},
	{"ECS_CONTAINER_METADATA_URI_V4", "ecs"},
	{"ECS_CONTAINER_METADATA_URI", "ecs"},
};

/* Files that a runtime leaves in the container, by their being there. */
static const struct {
	const char *path, *container;
} marks[] = {
	{"/.dockerenv", "docker"},
	{"/run/.containerenv", "podman"},
};

/* Parts of the paths in /proc/self/cgroup and of /proc/1/cgroup (cgroup v1, or v2 without a
 * namespace of its own). "docker-" begins the names of services of the host as well, such as
 * docker-compose.service: there the container's id must follow, which has 64 hexadecimal digits. */
static const struct cgroup_row {
	const char *part, *container;
	size_t id_digits;
} cgroups[] = {
	{"kubepods", "kubernetes", 0}, {"/docker/", "docker", 0}, {"/docker-", "docker", 64},
	{"/libpod-", "podman", 0},     {"/lxc/", "lxc", 0},       {"/lxc.payload", "lxc", 0},
	{"/ecs/", "ecs", 0},           {"/garden/", "garden", 0},
};

static bool has_part(const char *text, const struct cgroup_row *row)
{
	for (; (text = strstr(text, row->part)) != NULL; text++)
		if (strspn(text + strlen(row->part), "0123456789abcdef") >= row->id_digits)
			return true;
	return false;
}

static const char *by_cgroup(const char *text)
{
	for (size_t i = 0; i < COUNT(cgroups); i++)
		if (has_part(text, &cgroups[i]))
			return cgroups[i].container;
	return NULL;
}

static const char *of_cgroup(const struct place_source *s, const char *path)
{
	char *whole = mem_printf("%s%s", s->root, path);
	char *text = small_file_read(whole, CGROUP_MOST);
	const char *container = text != NULL ? by_cgroup(text) : NULL;

	free(text);
	free(whole);
	return container;
}

/* What systemd wrote for its payload, https://systemd.io/CONTAINER_INTERFACE: a word. */
static char *of_systemd(const struct place_source *s)
{
	char *word = first_line(s->root, "/run/systemd/container", DMI_MOST);

	if (word != NULL && *word != '\0' && strlen(word) <= 32 &&
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0')
		return word;
	free(word);
	return NULL;
}

/* By its name alone: a mark may be readable to root only. */
static bool is_there(const struct place_source *s, const char *path)
{
	char *whole = mem_printf("%s%s", s->root, path);
	bool there = access(whole, F_OK) == 0;

	free(whole);
	return there;
}

/* As systemd-detect-virt knows it; WSL 2: "5.15.153.1-microsoft-standard-WSL2". */
static bool is_wsl(const struct place_source *s)
{
	char *release = first_line(s->root, "/proc/sys/kernel/osrelease", DMI_MOST);
	bool is = release != NULL &&
		  (strstr(release, "Microsoft") != NULL || strstr(release, "WSL") != NULL);

	free(release);
	return is;
}

char *place_container(const struct place_source *s)
{
	const char *cgroup;
	char *word;

	for (size_t i = 0; i < COUNT(orchestrators); i++)
		if (is_set(s, orchestrators[i].variable))
			return mem_strdup(orchestrators[i].container);
	for (size_t i = 0; i < COUNT(marks); i++)
		if (is_there(s, marks[i].path))
			return mem_strdup(marks[i].container);
	word = of_systemd(s);
	if (word != NULL)
		return word;
	cgroup = of_cgroup(s, "/proc/self/cgroup");
	if (cgroup == NULL)
		cgroup = of_cgroup(s, "/proc/1/cgroup");
	if (cgroup == NULL && is_wsl(s))
		cgroup = "wsl";
	return mem_strdup(cgroup);
}
