/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An image: a list of words that grows. */
#include "weft/image.h"

#include <stdlib.h>

enum { FIRST_WORDS = 256 };

void weft_image_clear(struct weft_image *image)
{
    free(image->word);
    *image = (struct weft_image){0};
}

void weft_image_keep(struct weft_image *image)
{
    image->words = 0;
    image->compares = image->differs = false;
}

void weft_image_compare(struct weft_image *image)
{
    image->at = 0;
    image->compares = true;
    image->differs = false;
}

bool weft_image_equals(const struct weft_image *image)
{
    assert(image->compares);
    return !image->differs && image->at == image->words;
}

void weft_image_grow(struct weft_image *image)
{
    image->room = image->room ? 2 * image->room : FIRST_WORDS;
    image->word = weft_resize(image->word, image->room, sizeof *image->word);
}
