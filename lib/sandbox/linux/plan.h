// Turns a Confinement into a ChildPlan: all that can fail or allocate happens here, before the clone.
#pragma once

#include "base/file.h"
#include "sandbox/confinement.h"
#include "sandbox/enforced.h"
#include "sandbox/failure.h"
#include "sandbox/linux/child_plan.h"
#include "sandbox/linux/root.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace kato::sandbox {

struct PlanOptions {
    Level level = Level::confined; // decided, never `automatic`
    Audit audit = Audit::none;     // decided: a listener can be had
    int landlock_abi = 0;
    bool self_test = false; // no program: try what is forbidden
};

// Owns everything that the child's plan points to. Stays where it was made.
class Plan {
public:
    static Result<std::unique_ptr<Plan>> make(const Confinement& confinement,
                                              const PlanOptions& options, Failure& failure);
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    ChildPlan& child() { return child_; }
    const UserMap& user() const { return user_; }
    const Enforced& enforced() const { return enforced_; }
    // `confined` with an output file: a descriptor that reads it.
    Fd take_output() { return std::move(output_); }
    // Gives the child its end of the socket pair. Nothing may be added afterwards.
    Status set_control(const Fd& control, Failure& failure);
    void close_control(); // our copy, after the clone

private:
    Plan(const Confinement& confinement, const PlanOptions& options);

    Status choose_identity(const std::vector<Found>& grants, Failure& failure);
    Status open_grants(std::vector<Found>& out, Failure& failure);
    Status restrict_files(const std::vector<Found>& grants, Failure& failure);
    Status add_output(Failure& failure);
    Status fill_root(const std::vector<Found>& grants, Failure& failure);
    Status place_descriptors(Failure& failure);
    void set_limits();
    void set_filter();
    void set_strings();
    void describe();
    Result<int> keep(int fd, Step step, Failure& failure); // a copy at or above k_first_planned
    void add_rule_inside(const std::string& path, std::uint64_t rights);

    bool isolated() const { return options_.level == Level::isolated; }

    const Confinement& confinement_; // only while make() runs
    PlanOptions options_;
    ChildPlan child_;
    UserMap user_;
    Enforced enforced_;
    std::unique_ptr<RootPlan> root_;
    Fd ruleset_;
    Fd output_;
    std::deque<Fd> kept_;
    std::vector<int> keep_list_;
    std::deque<std::string> strings_;
    std::vector<PlannedRule> rules_;
    std::vector<PlannedLimit> limits_;
    std::vector<const char*> arguments_;
    std::vector<const char*> environment_;
};

} // namespace kato::sandbox
