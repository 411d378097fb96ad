// The commands: each file cmd_*.cc declares its options and says what to run.
#pragma once

#include "session.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kato_cli {

// A command being declared. Hides the argument parser, whose header costs each file that includes
// it seconds to compile and the program time to start.
class Command {
public:
    enum class Need : std::uint8_t { optional, required };
    using Choices = std::vector<std::string>;

    explicit Command(CLI::App& app) : app_(&app) {}
    CLI::App& app() const { return *app_; }

    // `notes`: examples and the like. `chosen` is called when the command line names this command.
    Command add(const std::string& name, const std::string& summary, const std::string& notes,
                std::function<void()> chosen);
    // A command that only holds others.
    Command add_group(const std::string& name, const std::string& summary);

    // `names`: "-o,--output"; `value`: what stands for the value in help, FILE. What they set must
    // live as long as the parser.
    void flag(const char* names, bool& target, const char* text);
    void option(const char* names, std::string& target, const char* value, const char* text);
    void option(const char* names, std::optional<std::string>& target, const char* value,
                const char* text);
    // May be given several times, one value each.
    void options(const char* names, std::vector<std::string>& targets, const char* value,
                 const char* text);
    void number(const char* names, std::uint64_t& target, const char* text, std::uint64_t least = 0,
                std::uint64_t most = UINT64_MAX);
    void choice(const char* names, std::string& target, const Choices& choices, const char* text,
                Need need = Need::optional);

    // By their place, exactly as they are typed.
    void argument(const char* name, std::string& target, const char* text,
                  Need need = Need::required);
    void argument(const char* name, std::string& target, const Choices& choices, const char* text);
    void arguments(const char* name, std::vector<std::string>& targets, const char* text,
                   Need need = Need::optional);

private:
    CLI::App* app_; // owned by the parser
};

void add_agent_annotate(Command agent, Session& session);
void add_agent_grants(Command agent, Session& session);
void add_agent_new(Command agent, Session& session);
void add_agent_run(Command agent, Session& session);
void add_agent_list(Command agent, Session& session); // list, show, host
void add_audit(Command program, Session& session);
void add_init(Command program, Session& session);
void add_chat_new(Command chat, Session& session);
void add_chat_list(Command chat, Session& session);
void add_chat_show(Command chat, Session& session);
void add_chat_append(Command chat, Session& session);
void add_chat_edit(Command chat, Session& session); // rename, tag, untag, delete, restore
void add_import(Command program, Session& session);
void add_export(Command program, Session& session);
void add_search(Command program, Session& session);
void add_stats(Command program, Session& session);
void add_doctor(Command program, Session& session);
void add_formats(Command program, Session& session);
void add_help(Command program, Session& session);

// Adds a command whose options live in an Options that `run(session, options)` gets.
// `declare(command, options)` ties the two together.
template <class Options, class Declare, class Run>
void add_command(Command parent, Session& session, const std::string& name,
                 const std::string& summary, const std::string& examples, Declare declare,
                 Run run) {
    auto options = std::make_shared<Options>();
    Command command = parent.add(name, summary, "Examples:\n" + examples, [&session, options, run] {
        session.run = [&session, options, run] { return run(session, *options); };
    });
    declare(command, *options);
}

struct NoOptions {};

} // namespace kato_cli
