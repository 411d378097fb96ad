// Runs a program's test cases; 99 (Meson's hard error) when the filters match none.
#include "program.h"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

namespace {

unsigned g_matched = 0; // doctest makes the listener itself and gives no way to reach it

struct CountMatched : doctest::IReporter {
    explicit CountMatched(const doctest::ContextOptions&) {}
    void test_run_end(const doctest::TestRunStats& stats) override {
        g_matched = stats.numTestCasesPassingFilters;
    }
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_LISTENER("matched", 1, CountMatched);

} // namespace

int main(int argc, char** argv) {
    kato::test::before_all();
    doctest::Context context(argc, argv);
    const int result = context.run();
    if (context.shouldExit()) return result; // a query such as --list-test-cases
    return g_matched == 0 ? 99 : result;
}
