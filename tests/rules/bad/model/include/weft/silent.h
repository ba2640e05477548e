/* SPDX-License-Identifier: LGPL-2.1-or-later */

int weft_silent(void);
