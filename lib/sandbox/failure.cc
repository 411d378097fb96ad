#include "sandbox/failure.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace kato::sandbox {

std::string_view name(Layer layer) {
    switch (layer) {
    case Layer::none: return "none";
    case Layer::request: return "request";
    case Layer::hygiene: return "hygiene";
    case Layer::landlock: return "landlock";
    case Layer::seccomp: return "seccomp";
    case Layer::namespaces: return "namespaces";
    case Layer::start: return "start";
    }
    return "none";
}

std::string_view name(Step step) {
    switch (step) {
    case Step::none: return "none";
    case Step::check_request: return "check what is asked for";
    case Step::open_grant: return "open what is granted";
    case Step::make_ruleset: return "make a Landlock ruleset";
    case Step::prepare: return "prepare";
    case Step::clone: return "clone";
    case Step::map_user: return "map the user";
    case Step::close_descriptors: return "close descriptors";
    case Step::session: return "make a session";
    case Step::place_descriptors: return "place descriptors";
    case Step::open_source: return "open what is to be mounted";
    case Step::become_user: return "become another user";
    case Step::make_root: return "make a private root";
    case Step::fill_root: return "fill the private root";
    case Step::mount_source: return "mount what is granted";
    case Step::copy_file: return "copy a file";
    case Step::seal_root: return "seal the private root";
    case Step::enter_root: return "enter the private root";
    case Step::host_name: return "set the host's name";
    case Step::limits: return "set limits";
    case Step::parent_death: return "tie it to its parent";
    case Step::host_alive: return "see its parent alive";
    case Step::capabilities: return "drop capabilities";
    case Step::no_new_privileges: return "set no_new_privs";
    case Step::add_rule: return "add a Landlock rule";
    case Step::restrict_self: return "enforce Landlock";
    case Step::install_filter: return "install the system-call filter";
    case Step::send_descriptors: return "hand over descriptors";
    case Step::self_test: return "be refused what is forbidden";
    case Step::execute: return "execute the program";
    }
    return "none";
}

Layer layer_of(Step step, bool isolated) {
    switch (step) {
    case Step::none: return Layer::none;
    case Step::check_request:
    case Step::open_grant: return Layer::request;
    case Step::clone: return isolated ? Layer::namespaces : Layer::hygiene;
    case Step::map_user:
    case Step::open_source:
    case Step::make_root:
    case Step::fill_root:
    case Step::mount_source:
    case Step::copy_file:
    case Step::seal_root:
    case Step::enter_root:
    case Step::host_name: return Layer::namespaces;
    case Step::make_ruleset:
    case Step::add_rule:
    case Step::restrict_self:
    case Step::self_test: return Layer::landlock;
    case Step::install_filter:
    case Step::send_descriptors: return Layer::seccomp;
    case Step::execute: return Layer::start;
    default: return Layer::hygiene;
    }
}

Error failure_error(const Failure& failure, std::string_view about, Failure& out) {
    out = failure;
    Error error;
    error.os_error = failure.os_error;
    switch (failure.layer) {
    case Layer::request: error.code = Code::invalid; break;
    case Layer::start:
        error.code = failure.os_error == ENOENT   ? Code::not_found
                     : failure.os_error == EACCES ? Code::denied
                                                  : Code::failed;
        break;
    default: error.code = Code::unsupported;
    }
    error.message = fmt::format("{}: cannot {}", name(failure.layer), name(failure.step));
    if (!about.empty()) error.message += fmt::format(": {}", about);
    if (failure.os_error != 0)
        error.message += fmt::format(
            ": {}", std::error_code(failure.os_error, std::generic_category()).message());
    return error;
}

} // namespace kato::sandbox
