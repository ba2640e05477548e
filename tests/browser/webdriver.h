/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_BROWSER_WEBDRIVER_H
#define WEFT_TESTS_BROWSER_WEBDRIVER_H

/* A headless Chromium with a profile of its own, led through ChromeDriver (W3C WebDriver). */

#include <json-glib/json-glib.h>
#include <stdbool.h>

struct browser;

/* NULL: a program is missing; what to install was printed. Its profile lies in `directory`. Ends with browser_free(). */
struct browser *browser_new(const char *directory);
void browser_free(struct browser *browser);

/* A command of the session: POST to `path` with `body`, which is taken; its value, which the caller unrefs. Fails the test if it is an error. */
JsonNode *browser_post(struct browser *browser, const char *path, JsonBuilder *body);
/* A command of Chromium's own protocol with parameters in JSON. */
void browser_devtools(struct browser *browser, const char *command, const char *parameters);
/* What a script returns. */
JsonNode *browser_run(struct browser *browser, const char *script);
void browser_open(struct browser *browser, const char *url);

#endif
