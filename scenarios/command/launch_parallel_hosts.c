/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts: named, asked, counted. */

#include "launch_parallel.h"

#include "execute.h"
#include "failure.h"
#include "launch_program.h"
#include "sweep_merge.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SSH   "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
#define PROBE "weft-probe"

char **parallel_environment(void)
{
    return g_environ_setenv(g_get_environ(), "PARALLEL_SSH", SSH, FALSE);
}

/* --- names --- */

static void add_name(GPtrArray *names, char *text)
{
    g_strstrip(text);
    if (*text && *text != '#')
        g_ptr_array_add(names, g_strdup(text));
}

/* As they are written, "JOBS/HOST" or "HOST". NULL and an error. The caller unrefs. */
static GPtrArray *names_of(const struct launch_options *options, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    if (options->login_file && !g_file_get_contents(options->login_file, &text, NULL, &cause)) {
        failure(error, STATUS_INPUT, "--sshloginfile: %s", cause->message);
        return NULL;
    }
    g_auto(GStrv) parts = g_strsplit(text ? text : options->hosts, text ? "\n" : ",", -1);
    for (char **part = parts; *part; part++)
        add_name(names, *part);
    if (names->len > 0)
        return g_steal_pointer(&names);
    failure(error, STATUS_INPUT, "%s: names no host; allowed: [JOBS/]HOST, ...",
            options->login_file ? "--sshloginfile" : "--hosts");
    return NULL;
}

/* Behind a number of jobs, which is `*jobs` (0: none is given). */
static const char *login_of(const char *name, guint *jobs)
{
    size_t digits = strspn(name, G_CSET_DIGITS);
    *jobs = 0;
    if (digits == 0 || name[digits] != '/')
        return name;
    *jobs = (guint)MIN(g_ascii_strtoull(name, NULL, 10), (guint64)JOBS_MAX);
    return name + digits + 1;
}

static char *joined(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i ? "," : "", (const char *)g_ptr_array_index(names, i));
    return g_string_free(text, FALSE);
}

/* --- asking --- */

/* What a host runs: it says its version of weft and its processors, or that it does not see the file. */
static char *question(const char *file)
{
    g_autofree char *here = g_get_current_dir(), *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *quoted_here = g_shell_quote(here), *quoted_file = g_shell_quote(file),
                    *quoted_program = g_shell_quote(program ? program : "weft");
    g_autofree char *script =
        g_strdup_printf("cd %s 2>/dev/null && [ -e %s ] || { echo " PROBE " unseen; exit 0; }; "
                        "echo " PROBE " seen $(nproc) $(%s --version 2>&1)",
                        quoted_here, quoted_file, quoted_program);
    g_autofree char *quoted = g_shell_quote(script);
    return g_strconcat("sh -c ", quoted, NULL);
}

static gboolean ask_all(const char *logins, const char *file, char **out, char **err, GError **error)
{
    g_autofree char *command = question(file);
    const char *const argv[] = {"parallel",   "--will-cite", "--nonall", "--tag",
                                "--sshlogin", logins,        command,    NULL};
    g_auto(GStrv) environment = parallel_environment();
    int status;
    return program_run(argv, environment, out, err, &status,
                       error); /* what counts is what each of them says */
}

/* A host's line: "LOGIN\tweft-probe ...". NULL: it said nothing. */
static const char *answer_of(const char *login, char **lines)
{
    g_autofree char *begins = g_strconcat(login, "\t" PROBE " ", NULL);
    for (; *lines; lines++)
        if (g_str_has_prefix(*lines, begins))
            return *lines + strlen(begins);
    return NULL;
}

static gboolean judge(const char *login, const char *answer, const char *directory, char *err,
                      guint *processors, GError **error)
{
    static const char good[] = "seen ", version[] = "weft " WEFT_VERSION;
    if (!answer) {
        const char *words = program_words(err), *tag = strchr(words, '\t');
        return failure(error, STATUS_FAILED, "weft sweep: host %s cannot be asked: %s", login,
                       tag ? tag + 1 : words);
    }
    if (!g_str_has_prefix(answer, good))
        return failure(
            error, STATUS_FAILED,
            "weft sweep: host %s does not see %s; allowed: a directory that is the same on all hosts", login,
            directory);
    char *end;
    *processors = (guint)g_ascii_strtoull(answer + strlen(good), &end, 10);
    end += strspn(end, " ");
    return strcmp(end, version) == 0 ||
           failure(error, STATUS_FAILED, "weft sweep: host %s has no %s where this machine has it: \"%s\"",
                   login, version, end);
}

/* Each name gets a number of jobs: its own, else that of --jobs, else its processors. */
static gboolean count(const struct launch *launch, GPtrArray *names, char *out, char *err,
                      struct parallel_hosts *hosts, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
    for (guint i = 0; i < names->len; i++) {
        char *name = g_ptr_array_index(names, i);
        guint own, processors = 0;
        const char *login = login_of(name, &own);
        if (!judge(login, answer_of(login, lines), launch->directory->path, err, &processors, error))
            return FALSE;
        guint jobs = own ? own : launch->options->jobs ? launch->jobs : MAX(processors, 1);
        hosts->jobs += jobs;
        names->pdata[i] = g_strdup_printf("%u/%s", jobs, login);
        g_free(name);
    }
    hosts->logins = joined(names);
    return TRUE;
}

static gboolean probe(const struct launch *launch, GPtrArray *names, const char *file,
                      struct parallel_hosts *hosts, GError **error)
{
    g_autofree char *logins = joined(names), *out = NULL, *err = NULL;
    return ask_all(logins, file, &out, &err, error) && count(launch, names, out, err, hosts, error);
}

gboolean parallel_hosts_find(const struct launch *launch, struct parallel_hosts *hosts, GError **error)
{
    *hosts = (struct parallel_hosts){.jobs = launch->jobs};
    if (!launch->options->hosts && !launch->options->login_file)
        return TRUE;
    hosts->jobs = 0;
    g_autoptr(GPtrArray) names = names_of(launch->options, error);
    g_autofree char *file = g_build_filename(launch->directory->path, ".probe.XXXXXX", NULL);
    int fd = names ? g_mkstemp(file) : -1;
    if (!names)
        return FALSE;
    if (fd < 0)
        return failure(error, STATUS_FAILED, "%s: cannot be written: %s", file, g_strerror(errno));
    close(fd);
    gboolean good = probe(launch, names, file, hosts, error);
    g_unlink(file);
    return good;
}

void parallel_hosts_clear(struct parallel_hosts *hosts)
{
    g_clear_pointer(&hosts->logins, g_free);
}
