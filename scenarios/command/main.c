/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft: one command, its subcommands from a table. */

#include "command.h"

#include <locale.h>
#include <signal.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_run,   &command_compare,   &command_sweep,    &command_size, &command_plot, &command_report,
    &command_agree, &command_calibrate, &command_validate, &command_list, NULL};

static char *help_text(void)
{
    GString *text = g_string_new(
        "Usage:\n  weft COMMAND [OPTION...] [ARGUMENT]\n\n"
        "One write for many destinations, sent interleaved: what it saves in processor cycles and\n"
        "switch buffer.\n\nCommands:\n");
    for (size_t i = 0; commands[i]; i++)
        g_string_append_printf(text, "  %-10s%s\n            weft %s %s\n", commands[i]->name,
                               commands[i]->help, commands[i]->name, commands[i]->arguments);
    g_string_append(
        text, "\nOptions:\n  --help      Show this help; weft COMMAND --help shows a command's options\n"
              "  --version   Show the version\n\n"
              "Exit status: 0 done, 1 failed while running, 2 bad usage or bad input.\n");
    return g_string_free(text, FALSE);
}

static int print(const char *text)
{
    GError *error = NULL;
    return command_print(text, &error) ? STATUS_OK : failure_report(error);
}

static int dispatch(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    g_autofree char *help = help_text();
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return print(help);
    if (strcmp(name, "--version") == 0)
        return print("weft " WEFT_VERSION "\n");
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i]->run(commands[i], argc - 1, argv + 1);
        g_string_append_printf(names, "%s%s", i ? ", " : "", commands[i]->name);
    }
    GError *error = NULL;
    failure(&error, STATUS_INPUT, "weft: %s%s%s; allowed: %s, --help, --version",
            *name ? "unknown command \"" : "no command", name, *name ? "\"" : "", names->str);
    return failure_report(error);
}

/* Who waits for the process sees the signal that ended it: a shell then ends its script. */
static int obey(int status)
{
    if (status > STATUS_SIGNAL) {
        signal(status - STATUS_SIGNAL, SIG_DFL);
        raise(status - STATUS_SIGNAL);
    }
    return status;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");  /* file names; numbers look the same everywhere */
    signal(SIGCHLD, SIG_DFL); /* who ignores it before an exec would not be told how children end */
    return obey(dispatch(argc, argv));
}
