/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WEFT_NS3_GUARD_H
#define WEFT_NS3_GUARD_H

/* Where C calls ns-3: nothing but a status leaves. Exceptions are caught; a fatal condition of ns-3 is left by a long
 * jump, after which ns-3 in this process is dead. */

#include "weft/ns3.h"

#include <stdexcept>

namespace weft_shim
{

/* What a caller did wrong: becomes WEFT_INVALID. */
class Refusal : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/* Refusal with a printf-style text. */
[[noreturn]] void Refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Call work(ctx). WEFT_OK, or why it did not come to its end. May be nested: a fatal condition leaves the innermost
 * one. */
int Guard(struct weft_error *error, void (*work)(void *ctx), void *ctx);

/* The same for anything that can be called without arguments. Nothing that it makes on its stack survives a fatal
 * condition, nor is destroyed. */
template <class Work> int Guarded(struct weft_error *error, Work &&work)
{
    return Guard(
        error, [](void *ctx) { (*static_cast<std::remove_reference_t<Work> *>(ctx))(); }, &work);
}

/* Whether a guard is in force: C is called from within ns-3. */
bool IsInside();

/* What ns-3 said in its fatal condition; nullptr: there was none. */
const char *GetDeath();

/* After anything that may have met a fatal condition inside another guard: on, by an exception, out of ns-3. */
void ThrowIfDead();

} // namespace weft_shim

#endif
