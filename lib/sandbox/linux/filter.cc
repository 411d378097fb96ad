#include "sandbox/linux/filter.h"

#include "sandbox/linux/bpf.h"
#include "sandbox/linux/calls.h"
#include "sandbox/linux/filter_rules.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <map>
#include <utility>

#include <linux/audit.h>
#include <linux/seccomp.h>

namespace kato::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t k_architecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t k_architecture = AUDIT_ARCH_AARCH64;
#endif
constexpr std::uint32_t k_x32_bit = 0x40000000;

using Label = BpfAssembler::Label;

constexpr std::uint32_t low_half(std::uint32_t argument) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * argument; // little-endian
}

class Generator {
public:
    explicit Generator(const FilterOptions& options) : options_(options) {}

    std::vector<sock_filter> run() {
        for (Label* label : {&kill_, &refuse_, &allow_, &absent_, &report_})
            *label = assembler_.make_label();
        choose();
        check_processor();
        search();
        for (const auto& [rule, label] : rules_) check_arguments(*rule, label);
        for (const auto& [label, action] : actions()) {
            assembler_.bind(label);
            assembler_.give(action);
        }
        return assembler_.finish();
    }

private:
    void put(std::span<const std::string_view> names, Label label) {
        for (const std::string_view name : names)
            if (const auto number = call_number(name)) choice_[*number] = label;
    }

    // What happens with each number; later lines overrule earlier ones.
    void choose() {
        put(allowed_calls(), allow_);
        if (options_.signals) put(signal_calls(), allow_);
        if (options_.audit == Audit::files) put(path_calls(), report_);
        put(absent_calls(), absent_);
        for (const CallRule& rule : ruled_calls()) {
            if (!call_number(rule.call)) continue;
            const Label label = assembler_.make_label();
            rules_.emplace_back(&rule, label);
            choice_[*call_number(rule.call)] = label;
        }
    }

    void check_processor() {
        const Label ours = assembler_.make_label();
        assembler_.load(offsetof(seccomp_data, arch));
        assembler_.jump_if_equal(k_architecture, ours);
        assembler_.give(SECCOMP_RET_KILL_PROCESS);
        assembler_.bind(ours);
        assembler_.load(offsetof(seccomp_data, nr));
        assembler_.jump_if_equal(0xffffffff, absent_); // syscall(-1), by which programs test
        if (k_architecture == AUDIT_ARCH_X86_64) assembler_.jump_if_any_bit(k_x32_bit, kill_);
    }

    // Runs of numbers with one label, then a binary search for the run.
    void search() {
        Label before = refuse_;
        runs_.push_back({0, refuse_});
        for (std::int32_t number = 0; number <= k_newest_call; ++number) {
            const auto found = choice_.find(number);
            const Label label = found == choice_.end() ? refuse_ : found->second;
            if (label != before) runs_.push_back({static_cast<std::uint32_t>(number), label});
            before = label;
        }
        runs_.push_back({static_cast<std::uint32_t>(k_newest_call) + 1, absent_});
        search(0, runs_.size() - 1);
    }

    void search(std::size_t first, std::size_t last) {
        if (first == last) return leaf(runs_[first].label);
        const std::size_t middle = first + (last - first + 1) / 2;
        const Label right = assembler_.make_label();
        assembler_.jump_if_at_least(runs_[middle].from, right);
        search(first, middle - 1);
        assembler_.bind(right);
        search(middle, last);
    }

    // The action at once where it is one, not a jump to it.
    void leaf(Label label) {
        for (const auto& [action, value] : actions())
            if (action == label) return assembler_.give(value);
        assembler_.jump(label);
    }

    void check_arguments(const CallRule& rule, Label label) {
        assembler_.bind(label);
        for (const ArgumentRule& argument : rule.arguments) {
            const Label holds = assembler_.make_label();
            if (argument.whole) {
                const Label low = assembler_.make_label();
                assembler_.load(low_half(argument.argument) + 4);
                assembler_.jump_if_equal(0, low);
                assembler_.jump(refuse_);
                assembler_.bind(low);
            }
            assembler_.load(low_half(argument.argument));
            if (argument.mask != 0xffffffff) assembler_.mask(argument.mask);
            for (const std::uint32_t value : argument.values)
                assembler_.jump_if_equal(value, holds);
            assembler_.jump(refuse_);
            assembler_.bind(holds);
        }
        assembler_.jump(allow_);
    }

    std::array<std::pair<Label, std::uint32_t>, 5> actions() const {
        const bool told = options_.audit != Audit::none;
        return {{{kill_, SECCOMP_RET_KILL_PROCESS},
                 {allow_, SECCOMP_RET_ALLOW},
                 {absent_, SECCOMP_RET_ERRNO | ENOSYS},
                 {report_, SECCOMP_RET_USER_NOTIF},
                 {refuse_, told ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ERRNO | EPERM}}};
    }

    struct Run {
        std::uint32_t from;
        Label label;
    };
    FilterOptions options_;
    BpfAssembler assembler_;
    Label kill_ = 0, refuse_ = 0, allow_ = 0, absent_ = 0, report_ = 0;
    std::map<std::int32_t, Label> choice_;
    std::vector<std::pair<const CallRule*, Label>> rules_;
    std::vector<Run> runs_;
};

} // namespace

std::vector<sock_filter> build_filter(const FilterOptions& options) {
    return Generator(options).run();
}

const std::vector<sock_filter>& filter_for(const FilterOptions& options) {
    static const std::array<std::vector<sock_filter>, 6> all{
        build_filter({Audit::none, false}),    build_filter({Audit::none, true}),
        build_filter({Audit::denials, false}), build_filter({Audit::denials, true}),
        build_filter({Audit::files, false}),   build_filter({Audit::files, true})};
    return all[2 * static_cast<std::size_t>(options.audit) + (options.signals ? 1 : 0)];
}

} // namespace kato::sandbox
