// Fuzz target: Markdown of others as HTML of ours, and plain text as HTML.
#include "fuzz/fuzz.h"

#include "codec/html/prose.h"
#include "codec/html/text.h"
#include "support/html_check.h"

using kato::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = kato::fuzz::as_text(data, size);
    std::string html;
    expect(kato::html::append_markdown(html, bytes).ok(), "Markdown is refused");
    expect(html.size() <= 20 * size + (128 << 10), "HTML grows beyond reason");
    std::string problem = kato::test::html_problem(html);
    expect(problem.empty(), "HTML that is not ours: " + problem);

    html.clear();
    kato::html::append_plain(html, bytes);
    problem = kato::test::html_problem(html);
    expect(problem.empty(), "plain text became HTML: " + problem);

    html = "<a href=\"" + kato::html::link_target(bytes) + "\" rel=\"noopener noreferrer\">" +
           kato::html::shown_line(bytes, 50) + "</a>";
    if (!html.starts_with("<a href=\"\"")) problem = kato::test::html_problem(html);
    expect(problem.empty(), "a link that is not one: " + problem);
    return 0;
}
