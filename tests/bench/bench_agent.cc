// bench agent: from the start of a trivial program to its end, in turns with a plain spawn and other
// sandboxes, in one session; several threads; a large host; with and without the audit log.
#include "agent_client.h"
#include "agent_peers.h"
#include "commands.h"
#include "scratch.h"

#include <sys/mman.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

constexpr unsigned k_rounds = 40; // for each of --runs
constexpr unsigned k_warm_up = 3; // the first run of a process tries out what can be enforced

// One way to run a program, and what came of it.
struct Variant {
    std::string name;
    std::function<Sample()> once;
    std::vector<double> times_us{};
    std::vector<double> process_us{}; // of the confined process alone
    long max_rss_kb = 0;
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// In turns, so that what else the machine does meets all of them alike.
void take_turns(std::vector<Variant>& variants, unsigned rounds) {
    for (unsigned round = 0; round < rounds + k_warm_up; ++round) {
        for (Variant& variant : variants) {
            const Sample sample = variant.once();
            if (round < k_warm_up) continue;
            variant.times_us.push_back(sample.time_us);
            if (sample.process_us != 0) variant.process_us.push_back(sample.process_us);
            variant.max_rss_kb = std::max(variant.max_rss_kb, sample.max_rss_kb);
        }
    }
}

void print(Report& report, const std::vector<Variant>& variants, const std::string& suffix) {
    double spawn_us = 0;
    for (const Variant& variant : variants)
        if (variant.name == "spawn") spawn_us = median(variant.times_us);
    const auto ratio = [&](const std::vector<double>& times) {
        return spawn_us != 0 ? median(times) / spawn_us : 0;
    };
    for (const Variant& variant : variants) {
        report.figures(variant.name + suffix,
                       {variant.times_us, ratio(variant.times_us), 0, variant.max_rss_kb});
        if (!variant.process_us.empty())
            report.figures(variant.name + ".process" + suffix,
                           {variant.process_us, ratio(variant.process_us), 0, 0});
    }
}

// Memory of the host that was written to: what a fork would have to copy the tables of.
class Touched {
public:
    explicit Touched(std::size_t size) : size_(size) {
        at_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (at_ == MAP_FAILED) throw std::runtime_error("there is not so much memory");
    }
    ~Touched() { ::munmap(at_, size_); }
    Touched(const Touched&) = delete;
    Touched& operator=(const Touched&) = delete;

private:
    void* at_;
    std::size_t size_;
};

// As many as two threads get done, one after the other in each.
void two_threads(Report& report, const std::string& name, const std::function<Sample()>& once,
                 unsigned rounds) {
    std::vector<double> times[2];
    std::exception_ptr failures[2];
    const double start = now_us();
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&, i] {
            try {
                for (unsigned round = 0; round < rounds; ++round)
                    times[i].push_back(once().time_us);
            } catch (...) {
                failures[i] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const double took_us = now_us() - start;
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    times[0].insert(times[0].end(), times[1].begin(), times[1].end());
    const auto count = static_cast<double>(times[0].size());
    report.figures(name + ".2threads", {times[0], 0, count * 1e6 / took_us, 0});
}

void measure_host_sizes(Report& report, const std::vector<Variant>& all, unsigned rounds) {
    for (const std::size_t gibibytes : {1U, 4U}) {
        std::vector<Variant> variants;
        for (const Variant& variant : all)
            if (variant.name == "spawn" || variant.name == "isolated" || variant.name == "confined")
                variants.push_back({variant.name, variant.once});
        const Touched touched(gibibytes << 30);
        take_turns(variants, rounds);
        print(report, variants, "." + std::to_string(gibibytes) + "gib");
    }
}

} // namespace

void bench_agent(Report& report, const Options& options) {
    const Scratch scratch;
    const AgentHost host(scratch / "kato");
    std::vector<Variant> variants;
    const auto add = [&](const std::string& name, std::function<Sample()> once) {
        if (report.wanted(name) || name == "spawn") variants.push_back({name, std::move(once)});
    };
    add("spawn", [] { return spawn({"/usr/bin/true"}); });
    const struct {
        const char* name;
        std::int32_t isolation;
        std::int32_t audit;
    } levels[] = {
        {"confined", KATO_ISOLATION_CONFINED, KATO_AUDIT_DENIALS},
        {"confined-no-audit", KATO_ISOLATION_CONFINED, KATO_AUDIT_NONE},
        {"isolated", KATO_ISOLATION_ISOLATED, KATO_AUDIT_DENIALS},
        {"isolated-no-audit", KATO_ISOLATION_ISOLATED, KATO_AUDIT_NONE},
    };
    for (const auto& level : levels) {
        const auto once = [&host, level] {
            return host.run("/usr/bin/true", level.isolation, level.audit);
        };
        if (works(level.name, once)) add(level.name, once);
    }
    std::vector<Peer> peers;
    if (options.peers) peers = find_peers(scratch / "peers");
    for (Peer& peer : peers) add(peer.name, std::move(peer.once));

    const unsigned rounds = report.runs() * k_rounds;
    take_turns(variants, rounds);
    print(report, variants, "");
    for (const Variant& variant : variants)
        if (variant.name != "deno-worker") // that is one process for all
            two_threads(report, variant.name, variant.once, rounds / 2);
    measure_host_sizes(report, variants, rounds);
}

} // namespace bench
