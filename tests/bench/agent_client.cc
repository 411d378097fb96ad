#include "agent_client.h"

#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace bench {
namespace {

constexpr int k_events = 20;

double number_in(std::string_view report, std::string_view member) {
    const std::size_t at = report.find(member);
    return at == std::string_view::npos ? 0 : std::atof(report.data() + at + member.size());
}

} // namespace

Sample spawn(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    if (::posix_spawn_file_actions_init(&actions) != 0) throw std::runtime_error("out of memory");
    (void)::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0); // shows below
    const double start = now_us();
    pid_t pid = 0;
    const int error =
        ::posix_spawnp(&pid, command[0].c_str(), &actions, nullptr, arguments.data(), environ);
    int status = 0;
    rusage usage{};
    if (error == 0)
        while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {}
    const double took_us = now_us() - start;
    (void)::posix_spawn_file_actions_destroy(&actions); // cannot fail on glibc
    if (error != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(command[0] + ": failed");
    rusage own{}; // until it executes, the child lives in our memory: less than that is not told
    (void)::getrusage(RUSAGE_SELF, &own); // cannot fail
    return {took_us, 0, usage.ru_maxrss > own.ru_maxrss ? usage.ru_maxrss : 0};
}

AgentHost::AgentHost(const std::string& workspace) : store_(open_store(workspace)) {
    kato_error* error = nullptr;
    kato_chat* raw = nullptr;
    check(kato_chat_create(store_.get(), nullptr, &raw, &error), error);
    const Owned<kato_chat> chat(raw);
    chat_ = kato_chat_id(chat.get(), nullptr);
    for (int i = 0; i < k_events; ++i) {
        kato_event_options options = KATO_EVENT_OPTIONS_INIT;
        options.role = i % 2 == 0 ? "user" : "assistant";
        options.role_len = KATO_NTS;
        options.text = "The kiln overshoots by nine degrees at the end of each hold.";
        options.text_len = KATO_NTS;
        check(
            kato_event_append(store_.get(), chat_.data(), chat_.size(), &options, nullptr, &error),
            error);
    }
}

Sample AgentHost::run(const char* program, std::int32_t isolation, std::int32_t audit) const {
    kato_agent_options options = KATO_AGENT_OPTIONS_INIT;
    options.command = &program;
    options.command_count = 1;
    options.isolation = isolation;
    options.audit = audit;
    options.flags = KATO_AGENT_FILTER;
    kato_error* error = nullptr;
    kato_agent_run* raw = nullptr;
    const double start = now_us();
    check(kato_agent_run_start(store_.get(), chat_.data(), chat_.size(), &options, &raw, &error),
          error);
    const Owned<kato_agent_run> run(raw);
    check(kato_agent_run_wait(run.get(), UINT64_MAX, nullptr, &error), error);
    const double took_us = now_us() - start;
    const std::string report = kato_agent_run_report(run.get(), nullptr);
    if (kato_agent_run_outcome(run.get()) != KATO_RUN_OK) throw std::runtime_error(report);
    return {took_us, number_in(report, "\"wall_us\":"),
            static_cast<long>(number_in(report, "\"memory_bytes\":") / 1024)};
}

} // namespace bench
