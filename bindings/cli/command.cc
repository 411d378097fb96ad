// Declaring commands to the argument parser.
#include "command.h"

#include <CLI/CLI.hpp>

namespace kato_cli {

Command Command::add(const std::string& name, const std::string& summary, const std::string& notes,
                     std::function<void()> chosen) {
    CLI::App* command = app_->add_subcommand(name, summary);
    command->footer(notes);
    command->callback(std::move(chosen));
    return Command(*command);
}

Command Command::add_group(const std::string& name, const std::string& summary) {
    CLI::App* group = app_->add_subcommand(name, summary);
    group->require_subcommand(1);
    group->footer(""); // not the program's
    return Command(*group);
}

void Command::flag(const char* names, bool& target, const char* text) {
    app_->add_flag(names, target, text);
}

void Command::option(const char* names, std::string& target, const char* value, const char* text) {
    app_->add_option(names, target, text)->type_name(value);
}

void Command::option(const char* names, std::optional<std::string>& target, const char* value,
                     const char* text) {
    const auto take = [&target](const std::string& given) { target = given; };
    app_->add_option_function<std::string>(names, take, text)->type_name(value);
}

void Command::options(const char* names, std::vector<std::string>& targets, const char* value,
                      const char* text) {
    const auto take = [&targets](const CLI::results_t& results) {
        targets = results;
        return true;
    };
    app_->add_option(names, take, text)
        ->type_name(value)
        ->type_size(1)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Command::number(const char* names, std::uint64_t& target, const char* text,
                     std::uint64_t least, std::uint64_t most) {
    CLI::Option* option = app_->add_option(names, target, text)->type_name("N");
    if (least > 0 || most < UINT64_MAX) option->check(CLI::Range(least, most));
}

void Command::choice(const char* names, std::string& target, const Choices& choices,
                     const char* text, Need need) {
    app_->add_option(names, target, text)
        ->required(need == Need::required)
        ->check(CLI::IsMember(choices));
}

void Command::argument(const char* name, std::string& target, const char* text, Need need) {
    app_->add_option(name, target, text)->required(need == Need::required);
}

void Command::argument(const char* name, std::string& target, const Choices& choices,
                       const char* text) {
    app_->add_option(name, target, text)->required()->check(CLI::IsMember(choices));
}

void Command::arguments(const char* name, std::vector<std::string>& targets, const char* text,
                        Need need) {
    // Given the texts themselves CLI11 has no occasion to read "{}" as an empty list.
    const auto take = [&targets](const CLI::results_t& results) {
        targets = results;
        return true;
    };
    app_->add_option(name, take, text)
        ->expected(CLI::detail::expected_max_vector_size)
        ->required(need == Need::required);
    // Behind "--" CLI11 goes on with the parent's arguments unless one of these is missing. One is:
    // all words go to the list before it.
    app_->add_option("BEHIND", [](const CLI::results_t&) { return true; })->group("");
}

} // namespace kato_cli
