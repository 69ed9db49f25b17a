/* SPDX-License-Identifier: MIT
 *
 * The members that report/report_json.c writes beside those of the record. A member that is written
 * and has no row here is refused by the schema, which tests/cli/json_schema.sh sees. */
#include "schema/schema_tables.h"

#include "diagnose/clients.h"
#include "expect/expect.h"

#define TEXT(n) { .name = n, .type = MEMBER_TEXT, .needed = true }
#define TEXT_OR_NULL(n) { .name = n, .type = MEMBER_TEXT }
#define TEXTS(n) { .name = n, .type = MEMBER_TEXTS }
#define WORD(n, w) { .name = n, .type = MEMBER_WORD, .words = &w }
#define BOOL(n) { .name = n, .type = MEMBER_BOOL }
#define LIST(n, of) { .name = n, .type = MEMBER_LIST, .members = of }
#define END { .name = NULL }

static bool may_be_null(const void *object)
{
	return object == NULL;
}

static const struct member verdict_members[] = {
	WORD("role", role_words),
	WORD("state", verdict_state_words),
	TEXT("text"),
	END
};

static const struct member evidence_members[] = {
	TEXT_OR_NULL("endpoint"),
	TEXT("what"),
	END
};

static const struct member finding_members[] = {
	TEXT("code"),
	WORD("severity", severity_words),
	WORD("confidence", confidence_words),
	TEXT("summary"),
	LIST("evidence", evidence_members),
	TEXT("means"),
	TEXT("do"),
	TEXT_OR_NULL("others"),
	TEXTS("references"),
	END
};

static const struct member wrong_members[] = {
	WORD("setting", client_wrong_words),
	TEXT_OR_NULL("error"),
	END
};

static const struct member client_members[] = {
	TEXT("client"),
	TEXT("name"),
	WORD("mode", advice_mode_words),
	BOOL("possible"),
	TEXT_OR_NULL("impossible"),
	TEXTS("settings"),
	TEXTS("notes"),
	LIST("wrong", wrong_members),
	TEXTS("document"),
	END
};

static const struct member advice_members[] = {
	TEXT("host"),
	{ .name = "port", .type = MEMBER_COUNT, .most = UINT16_MAX },
	WORD("mode", advice_mode_words),
	TEXTS("auth"),
	WORD("role", role_words),
	BOOL("verified"),
	TEXT_OR_NULL("caution"),
	LIST("clients", client_members),
	END
};

static const struct member sight_members[] = {
	TEXT_OR_NULL("endpoint"),
	WORD("state", expect_state_words),
	TEXT_OR_NULL("seen"),
	END
};

static const struct member expectation_members[] = {
	TEXT("text"),
	WORD("state", expect_state_words),
	TEXT_OR_NULL("why"),
	TEXT_OR_NULL("do"),
	LIST("sights", sight_members),
	END
};

static const struct member change_members[] = {
	TEXT("code"),
	WORD("severity", severity_words),
	TEXT("where"),
	TEXT("what"),
	TEXT_OR_NULL("before"),
	TEXT_OR_NULL("after"),
	END
};

static const struct member changes_members[] = {
	BOOL("known"),
	LIST("list", change_members),
	TEXTS("unseen"),
	END
};

const struct member verdict_head_members[] = {
	WORD("status", status_words),
	END
};

const struct member verdict_body_members[] = {
	LIST("verdicts", verdict_members),
	TEXT_OR_NULL("recommendation"),
	LIST("findings", finding_members),
	LIST("advice", advice_members),
	{ .name = "expectations", .type = MEMBER_LIST, .members = expectation_members,
	  .is_absent = may_be_null },
	{ .name = "changes", .type = MEMBER_OBJECT, .members = changes_members,
	  .is_absent = may_be_null },
	{ .name = "exit_status", .type = MEMBER_COUNT, .most = 2 },
	END
};

const char *const schema_optional[] = { "advice.clients", NULL };
