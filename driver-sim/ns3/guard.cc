/* SPDX-License-Identifier: GPL-2.0-only */
/* The terminate handler is in force only while a guard is: std::terminate() anywhere else does what it did. Its
 * frames on the stack have no destructors that matter to us; those of ns-3 that it leaves are the reason why ns-3 is
 * not called again. */
#include "guard.h"

#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <streambuf>
#include <thread>

namespace weft_shim
{

namespace
{

/* What NS_FATAL_ERROR writes first. */
constexpr char FATAL_MARK[] = "msg=\"";

/* What goes to std::cerr, or std::clog, while ns-3 runs: the last of it is kept, in case it is what ns-3 dies of. */
class Tail : public std::streambuf
{
  public:
    void Begin(std::ostream &stream)
    {
        m_through = stream.rdbuf(this);
    }
    void End(std::ostream &stream)
    {
        stream.rdbuf(m_through);
        PassOn(m_length);
    }
    /* The last message of NS_FATAL_ERROR, without file and line in ns-3; else all that is kept. As one line. What came
     * before it goes on. */
    void TakeMessage(char *text, size_t bytes)
    {
        char *end = m_text + m_length,
             *found = std::find_end(m_text, end, FATAL_MARK, FATAL_MARK + strlen(FATAL_MARK));
        if (found != end) {
            char *line = found;
            while (line > m_text && line[-1] != '\n')
                line--;
            memmove(line, found,
                    static_cast<size_t>(end - found)); /* without the condition of NS_ABORT_MSG_IF */
            m_length -= static_cast<size_t>(found - line);
            PassOn(static_cast<size_t>(line - m_text));
            Unquote();
        }
        size_t length = std::min(m_length, bytes - 1);
        std::replace_copy(m_text, m_text + length, text, '\n', ' ');
        while (length > 0 && text[length - 1] == ' ')
            length--;
        text[length] = '\0';
        m_length = 0;
    }
    /* A line that was begun is forgotten: NS_FATAL_ERROR writes the instant and the node to std::clog. */
    void ForgetBegun()
    {
        while (m_length > 0 && m_text[m_length - 1] != '\n')
            m_length--;
    }

  protected:
    int_type overflow(int_type c) override
    {
        char byte = traits_type::to_char_type(c);
        return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
    }
    std::streamsize xsputn(const char *text, std::streamsize length) override
    {
        for (std::streamsize done = 0; done < length;) {
            if (m_length == sizeof m_text)
                PassOn(m_length);
            size_t bytes = std::min(static_cast<size_t>(length - done), sizeof m_text - m_length);
            memcpy(m_text + m_length, text + done, bytes);
            m_length += bytes;
            done += static_cast<std::streamsize>(bytes);
        }
        return length;
    }

  private:
    /* msg="TEXT", file=... becomes TEXT. */
    void Unquote()
    {
        static const char quote[] = "\", ";
        char *text = m_text + strlen(FATAL_MARK);
        char *end = std::find_end(text, m_text + m_length, quote, quote + strlen(quote));
        m_length = static_cast<size_t>(end - text);
        memmove(m_text, text, m_length);
    }
    /* The first bytes go to where the stream went before. */
    void PassOn(size_t bytes)
    {
        if (m_through && bytes > 0)
            m_through->sputn(m_text, static_cast<std::streamsize>(bytes));
        m_length -= bytes;
        memmove(m_text, m_text + bytes, m_length);
    }

    std::streambuf *m_through = nullptr;
    char m_text[4096];
    size_t m_length = 0;
};

struct Frame {
    jmp_buf jump;
    Frame *outer;
};

struct Process {
    Frame *top = nullptr;
    std::thread::id thread;
    std::terminate_handler before = nullptr;
    struct sigaction on_segv = {}; /* ns-3 replaces what the program does when it is dying */
    Tail errors, log;
    bool dead = false;
    char death[sizeof(weft_error::text)];
};
Process process;

[[noreturn]] void Leave()
{
    if (!process.top || std::this_thread::get_id() != process.thread) {
        if (process.before)
            process.before();
        std::abort();
    }
    process.dead = true;
    process.errors.TakeMessage(process.death, sizeof process.death);
    process.log.ForgetBegun();
    longjmp(process.top->jump, 1);
}

void Enter(Frame *frame)
{
    frame->outer = process.top;
    if (!process.top) {
        process.thread = std::this_thread::get_id();
        process.errors.Begin(std::cerr);
        process.log.Begin(std::clog);
        process.before = std::set_terminate(Leave);
        sigaction(SIGSEGV, nullptr, &process.on_segv);
    }
    process.top = frame;
}

void Exit(Frame *frame)
{
    process.top = frame->outer;
    if (!process.top) {
        std::set_terminate(process.before);
        process.errors.End(std::cerr);
        process.log.End(std::clog);
    }
}

int Died(struct weft_error *error)
{
    sigaction(SIGSEGV, &process.on_segv, nullptr);
    return weft_fail(error, WEFT_FAILED, "ns-3: %s", process.death[0] ? process.death : "std::terminate()");
}

int Catch(struct weft_error *error, void (*work)(void *ctx), void *ctx)
{
    try {
        work(ctx);
        return WEFT_OK;
    } catch (const Refusal &refusal) {
        return weft_fail(error, WEFT_INVALID, "%s", refusal.what());
    } catch (const std::bad_alloc &) {
        return weft_fail(error, WEFT_FAILED, "ns-3: out of memory");
    } catch (const std::exception &exception) {
        return process.dead ? Died(error) : weft_fail(error, WEFT_FAILED, "ns-3: %s", exception.what());
    } catch (...) {
        return weft_fail(error, WEFT_FAILED, "ns-3: an exception of unknown type");
    }
}

} // namespace

void Refuse(const char *format, ...)
{
    char text[sizeof(weft_error::text)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    throw Refusal(text);
}

int Guard(struct weft_error *error, void (*work)(void *ctx), void *ctx)
{
    Frame frame;
    Enter(&frame);
    volatile int status = WEFT_FAILED;
    if (setjmp(frame.jump) == 0)
        status = Catch(error, work, ctx);
    else
        status = Died(error);
    Exit(&frame);
    return status;
}

bool IsInside()
{
    return process.top != nullptr;
}

const char *GetDeath()
{
    return process.dead ? process.death : nullptr;
}

void ThrowIfDead()
{
    if (process.dead)
        throw std::runtime_error(process.death);
}

} // namespace weft_shim
