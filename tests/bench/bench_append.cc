// bench append: one durable message after the other, beside a bare write and fdatasync.
#include "client.h"
#include "commands.h"
#include "scratch.h"
#include "words.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

namespace bench {
namespace {

constexpr int k_messages = 1000;

Outcome append_messages(const std::string& workspace) {
    const Owned<kato_store> store = open_store(workspace);
    const Words words(5);
    Random random(6);
    kato_error* error = nullptr;
    kato_chat* raw = nullptr;
    check(kato_chat_create(store.get(), nullptr, &raw, &error), error);
    const Owned<kato_chat> chat(raw);
    std::size_t id_length = 0;
    const char* id = kato_chat_id(chat.get(), &id_length);
    Outcome out;
    for (int i = 0; i < k_messages; ++i) {
        std::string text;
        words.prose(random, random.length(400), text);
        kato_event_options options = KATO_EVENT_OPTIONS_INIT;
        options.role = i % 2 == 0 ? "user" : "assistant";
        options.role_len = KATO_NTS;
        options.text = text.data();
        options.text_len = text.size();
        const double start = now_us();
        check(kato_event_append(store.get(), id, id_length, &options, nullptr, &error), error);
        out.times_us.push_back(now_us() - start);
    }
    return out;
}

Outcome bare_writes(const std::string& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) throw std::runtime_error(file + ": cannot be written");
    const std::string page(4096, 'x');
    Outcome out;
    for (int i = 0; i < k_messages; ++i) {
        const double start = now_us();
        if (::write(fd, page.data(), page.size()) < 0 || ::fdatasync(fd) != 0)
            throw std::runtime_error(file + ": cannot be written");
        out.times_us.push_back(now_us() - start);
    }
    ::close(fd);
    return out;
}

} // namespace

void bench_append(Report& report, const Options& options) {
    const Scratch scratch;
    const std::string workspace = scratch / "kato";
    report.prepare([&] { (void)import_path(open_store(workspace).get(), options.directory); });
    report.run("append.message", [&] { return append_messages(workspace); });
    if (options.peers)
        report.run("peer.write_fdatasync", [&] { return bare_writes(scratch / "bare"); });
}

} // namespace bench
