/* SPDX-License-Identifier: MIT
 *
 * To bring it up to date: read the provider's own page, correct the row, and give it the new day.
 * What only users report is marked so, and told so. */
#include "diagnose/clouds.h"

#include <string.h>

/* When the documents and reports below were gathered. */
#define GATHERED "2026-11"

const struct cloud clouds[] = {
	{
		.name = "Amazon EC2", .blocks = "restricts outgoing 25 by default; 465 and 587 are open",
		.ports = {25}, .cure = "It is lifted on request (the form \"Request to remove email "
				       "sending limitations\").",
		.source = "AWS re:Post: EC2 port 25 throttle; SES: troubleshooting SMTP", .read = GATHERED,
	},
	{
		.name = "AWS Lambda", .blocks = "restricts outgoing 25 by default; 465 and 587 are open",
		.ports = {25}, .cure = "It is lifted only for functions in a VPC with a NAT gateway, on "
				       "request.",
		.source = "AWS re:Post: EC2 port 25 throttle", .read = GATHERED,
	},
	{
		.name = "Google Compute Engine", .blocks = "always blocks outgoing 25; 465 and 587 are open",
		.ports = {25}, .cure = "It is not lifted.",
		.source = "Google Cloud: Sending email from an instance", .read = GATHERED,
	},
	{
		.name = "Microsoft Azure",
		.blocks = "blocks outgoing 25 for most kinds of subscription made since 15 November 2017, "
			  "not for Enterprise and MCA-E ones; 587 is open",
		.ports = {25}, .cure = "The kind of subscription decides; it is not lifted for the others.",
		.source = "Microsoft Learn: Troubleshoot outbound SMTP connectivity in Azure",
		.read = GATHERED,
	},
	{
		.name = "Azure App Service",
		.blocks = "lets outgoing 25 pass only by a virtual network's integration or an App Service "
			  "Environment v3, and only for some kinds of subscription; 587 is open",
		.ports = {25}, .cure = "Integrate a virtual network if the subscription is an Enterprise "
				       "or MCA-E one; else it is not lifted.",
		.source = "Microsoft Learn: Troubleshoot outbound SMTP connectivity in Azure",
		.read = GATHERED,
	},
	{
		.name = "DigitalOcean",
		.blocks = "blocks outgoing 25 on the Droplets of new accounts, and by users' reports 465 "
			  "and 587 on some",
		.ports = {25, 465, 587}, .cure = "It is rarely lifted; other ports of a relay, such as "
						 "2525, or its HTTPS interface are open.",
		.source = "DigitalOcean Docs: Why is SMTP blocked?", .read = GATHERED,
	},
	{
		.name = "Hetzner Cloud", .blocks = "blocks outgoing 25 and 465 by default; 587 is open",
		.ports = {25, 465}, .cure = "It is lifted by a ticket, after the first weeks.",
		.source = "pentacent/keila#278; stalwartlabs discussion 23", .read = GATHERED,
		.hearsay = true,
	},
	{
		.name = "Oracle Cloud", .blocks = "blocks outgoing 25", .ports = {25},
		.cure = "Paid accounts may ask for it.", .source = "analogic/mailserver#975",
		.read = GATHERED, .hearsay = true,
	},
	{
		.name = "Vultr", .blocks = "blocks outgoing 25", .ports = {25},
		.cure = "Users report that requests are refused.",
		.source = "LukeSmithxyz/emailwiz#172", .read = GATHERED, .hearsay = true,
	},
	{
		.name = "Linode (Akamai)", .blocks = "blocks outgoing 25 by default", .ports = {25},
		.cure = "Ask its support.", .source = "postalserver/docs#46", .read = GATHERED,
		.hearsay = true,
	},
	{
		.name = "Alibaba Cloud", .blocks = "keeps outgoing 25 closed by default; 465 is open",
		.ports = {25}, .cure = "It is opened on application.", .source = "wubase.com",
		.read = GATHERED, .hearsay = true,
	},
	{
		.name = "Tencent Cloud", .blocks = "keeps outgoing 25 closed by default; 465 is open",
		.ports = {25}, .cure = "It is opened on application.", .source = "bayidc.com 42812",
		.read = GATHERED, .hearsay = true,
	},
	{
		.name = "Baidu AI Cloud", .blocks = "blocks outgoing 25; 465 and 587 are open",
		.ports = {25}, .cure = "Use 465 or 587 of a relay.",
		.source = "intl.cloud.baidu.com: EIP, TCP port 25", .read = GATHERED,
	},
	{
		.name = "CircleCI", .blocks = "blocks or slows outgoing 25", .ports = {25},
		.cure = "Use 587 of a relay.", .source = "typedb PR 5448", .read = GATHERED,
		.hearsay = true,
	},
	{
		.name = "Gitpod", .blocks = "blocks outgoing 25, and at times 587 and 2525",
		.ports = {25, 587, 2525}, .cure = "Use the HTTPS interface of a relay.",
		.source = "gitpod-io/gitpod#7795", .read = GATHERED, .hearsay = true,
	},
	{
		.name = "Vercel", .blocks = "blocks outgoing 25", .ports = {25},
		.cure = "Use 587 of a relay.", .source = "vercel/docs#192", .read = GATHERED,
		.hearsay = true,
	},
	{ .name = NULL },
};

const struct cloud *cloud_find(const char *name)
{
	for (const struct cloud *c = clouds; name != NULL && c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

bool cloud_blocks(const struct cloud *c, unsigned port)
{
	for (size_t i = 0; i < sizeof c->ports / sizeof *c->ports && c->ports[i] != 0; i++)
		if (c->ports[i] == port)
			return true;
	return false;
}

void cloud_say(struct buf *to, const struct cloud *c)
{
	buf_addf(to, "%s %s (%s%s, %s). %s", c->name, c->blocks,
		 c->hearsay ? "as users report: " : "", c->source, c->read, c->cure);
}
