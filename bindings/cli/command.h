// The commands: each file cmd_*.cc declares its options and says what to run.
#pragma once

#include "session.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace kato_cli {

void add_init(CLI::App& app, Session& session);
void add_chat_new(CLI::App& chat, Session& session);
void add_chat_list(CLI::App& chat, Session& session);
void add_chat_show(CLI::App& chat, Session& session);
void add_chat_append(CLI::App& chat, Session& session);
void add_chat_edit(CLI::App& chat, Session& session); // rename, tag, untag, delete, restore
void add_import(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_search(CLI::App& app, Session& session);
void add_stats(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);
void add_formats(CLI::App& app, Session& session);
void add_help(CLI::App& app, Session& session);

// Adds a command whose options live in an Options that `run(session, options)` gets.
// `declare(command, options)` ties the two together. The text after the options shows examples.
template <class Options, class Declare, class Run>
CLI::App* add_command(CLI::App& parent, Session& session, const std::string& name,
                      const std::string& summary, const std::string& examples, Declare declare,
                      Run run) {
    CLI::App* command = parent.add_subcommand(name, summary);
    command->footer("Examples:\n" + examples);
    auto options = std::make_shared<Options>();
    declare(*command, *options);
    command->callback([&session, options, run] {
        session.run = [&session, options, run] { return run(session, *options); };
    });
    return command;
}

struct NoOptions {};

// A positional that takes any number of values exactly as they are typed.
inline CLI::Option* add_values(CLI::App& command, const std::string& name,
                               std::vector<std::string>& values, const std::string& text) {
    // Given the texts themselves CLI11 has no occasion to read "{}" as an empty list.
    const auto take = [&values](const CLI::results_t& results) {
        values = results;
        return true;
    };
    return command.add_option(name, take, text)->expected(CLI::detail::expected_max_vector_size);
}

} // namespace kato_cli
