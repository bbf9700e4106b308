/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/caps.h"

#include <string.h>
#include <strings.h>

/* In the order of their numbers, which are part of Linux's interface. */
static const char cap_names[] =
    "chown dac_override dac_read_search fowner fsetid kill setgid setuid "
    "setpcap linux_immutable net_bind_service net_broadcast net_admin "
    "net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace "
    "sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time "
    "sys_tty_config mknod lease audit_write audit_control setfcap "
    "mac_override mac_admin syslog wake_alarm block_suspend audit_read "
    "perfmon bpf checkpoint_restore";

static int
find_cap(char *name)
{
	char *p;

	for (p = name; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return parse_word(
	    cap_names, strncmp(name, "cap_", 4) == 0 ? name + 4 : name);
}

int
caps_parse(struct spec_process *process, const char *text, struct reason *why)
{
	char item[PARSE_ITEM_ROOM];
	uint64_t mask = 0;
	int cap;

	if (strcmp(text, "none") == 0)
		text = NULL;
	while (parse_item(&text, ',', item)) {
		cap = find_cap(item);
		if (cap == -1)
			return reason_set(why,
			    "'%.64s' is no capability, such "
			    "as net_bind_service, and not none",
			    item);
		mask |= UINT64_C(1) << cap;
	}
	process->caps.set = true;
	process->caps.mask = mask;
	return 0;
}

bool
caps_print(const struct spec_process *process, struct strbuf *text)
{
	const char *separator = "";
	const char *name;
	unsigned int cap;
	int length;

	if (!process->caps.set)
		return false;
	for (cap = 0; (name = parse_nth_word(cap_names, cap, &length)) != NULL;
	     cap++)
		if ((process->caps.mask >> cap & 1) != 0) {
			strbuf_addf(text, "%s%.*s", separator, length, name);
			separator = ",";
		}
	if (*separator == '\0')
		strbuf_add(text, "none");
	return true;
}
