#include "codec/html/style.h"

#include "base/base64.h"
#include "base/hash.h"

namespace kato::html {
namespace {

// System fonts only. Colours have a contrast of 4.5 and more on their grounds in both themes.
constexpr std::string_view k_style = R"css(
:root {
  color-scheme: light dark;
  --ground: #fcfbf9; --text: #22252a; --quiet: #5d646e; --line: #e3dfd7; --card: #f3f0ea;
  --code: #f6f4ef; --link: #0a5a92; --user: #0a5a92; --user-card: #eaf2f8; --assistant: #8a4b12;
  --system: #6b5b00; --bad: #a8261c; --good: #1d6b3a; --mark: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --text: #e2e4e8; --quiet: #9aa2ad; --line: #30353c; --card: #1f2328;
    --code: #1b1e23; --link: #84c1f2; --user: #84c1f2; --user-card: #1a2733; --assistant: #e8a870;
    --system: #d3c06a; --bad: #ff8f85; --good: #7fd0a0; --mark: #453c14;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: auto; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .25rem .5rem; z-index: 1; }
.chat, .chats { max-width: 50rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
.top { border-bottom: 1px solid var(--line); padding-bottom: 1.25rem; margin-bottom: 1.5rem; }
.top nav { font-size: .875rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .35rem 0 .5rem; letter-spacing: -.01em; font-weight: 650; }
.facts { margin: 0; color: var(--quiet); font-size: .9rem; }
.facts > *:not(:last-child)::after { content: " \0000b7  "; }
.about, .contents { margin-top: .75rem; font-size: .9rem; }
.about > summary, .contents > summary { color: var(--quiet); cursor: pointer; width: fit-content; }
.about dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0 0; }
.about dt { color: var(--quiet); } .about dd { margin: 0; }
.contents ol { margin: .6rem 0 0; padding-left: 2rem; max-height: 24rem; overflow: auto; }
.turn { margin: 0 0 1.6rem; scroll-margin-top: 1rem; }
.turn > header { display: flex; flex-wrap: wrap; gap: .1rem .6rem; align-items: baseline; margin-bottom: .3rem; }
.turn > header h2 { font-size: .9rem; margin: 0; font-weight: 650; }
.user > header h2 { color: var(--user); } .assistant > header h2 { color: var(--assistant); }
.system > header h2 { color: var(--system); } .provider > header h2 { color: var(--quiet); }
.turn > header, .meta { color: var(--quiet); font-size: .8rem; }
.turn > header a, .meta a { color: inherit; text-decoration: none; }
.turn > header a:hover, .meta a:hover { text-decoration: underline; }
.user > .said, .user > .meta + .said { background: var(--user-card); border-radius: .7rem; padding: .65rem 1rem; }
.system > .said { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--quiet); }
.said { margin: .3rem 0; scroll-margin-top: 1rem; }
.said:target, details:target { box-shadow: 0 0 0 3px var(--mark); border-radius: .5rem; }
.said > :first-child, details > .inside > :first-child { margin-top: 0; }
.said > :last-child, details > .inside > :last-child { margin-bottom: 0; }
.flag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .75rem; color: var(--quiet); white-space: nowrap; }
.bad { color: var(--bad); font-weight: 600; }
.empty { color: var(--quiet); font-style: italic; }
p, ul, ol, blockquote, .code, .table { margin: .7rem 0; }
.typed { white-space: pre-wrap; }
h3, h4, h5, h6 { margin: 1.3rem 0 .5rem; line-height: 1.3; }
h3 { font-size: 1.2rem; } h4 { font-size: 1.08rem; } h5, h6 { font-size: 1rem; }
ul, ol { padding-left: 1.6rem; } li { margin: .2rem 0; } li > p { margin: .3rem 0; }
li.task { list-style: none; margin-left: -1.3rem; }
blockquote { border-left: 3px solid var(--line); padding-left: 1rem; margin-left: 0; color: var(--quiet); }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
img { max-width: 100%; height: auto; border-radius: .4rem; }
pre, code, kbd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
code { background: var(--code); border-radius: .3rem; padding: .1em .3em; }
pre { margin: 0; white-space: pre-wrap; tab-size: 4; line-height: 1.5; }
pre code { background: none; padding: 0; font-size: 1em; }
.code { position: relative; background: var(--code); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.code > pre { white-space: pre; overflow: auto; overflow-wrap: normal; }
.lang { display: block; color: var(--quiet); font-size: .72rem; margin: -.2rem 0 .35rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: .95em; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
th { background: var(--card); } .right { text-align: right; } .center { text-align: center; }
.address { color: var(--quiet); font-size: .9em; }
.fold { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; background: var(--ground); scroll-margin-top: 1rem; }
.fold > summary { cursor: pointer; padding: .35rem .75rem; font-size: .86rem; color: var(--quiet); }
.fold > summary b { color: var(--text); font-weight: 600; }
.fold > summary code { background: none; padding: 0; }
.fold > summary:hover { background: var(--card); border-radius: .5rem; }
.fold[open] > summary { border-bottom: 1px solid var(--line); border-radius: .5rem .5rem 0 0; }
.fold > .inside { padding: .7rem .9rem; }
.fold.thinking { border-style: dashed; } .fold.thinking > .inside { color: var(--quiet); }
.fold pre { max-height: 32rem; overflow: auto; }
.fold.aside { margin: 0 0 1.6rem; } .fold.aside > .inside { padding: 1rem; }
.arguments { margin: 0; } .arguments dt { color: var(--quiet); font-size: .8rem; } .arguments dd { margin: 0 0 .6rem; }
.arguments dd:last-child { margin-bottom: 0; }
.attachments { list-style: none; padding: 0; margin: .6rem 0 0; font-size: .86rem; color: var(--quiet); }
figure { margin: .6rem 0; } figcaption { font-size: .8rem; color: var(--quiet); }
.mark { color: var(--quiet); font-size: .86rem; border-top: 1px solid var(--line); padding-top: .6rem; margin: 2rem 0 1rem; }
.fork { position: relative; display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; margin: 1.2rem 0 0; }
.fork > .title { margin: 0 .25rem 0 0; font-size: .8rem; color: var(--quiet); }
.fork > input { position: absolute; opacity: 0; width: 1px; height: 1px; margin: 0; }
.fork > label { font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .75rem; cursor: pointer; }
.fork > label:hover { background: var(--card); }
.fork > input:checked + label { background: var(--text); color: var(--ground); border-color: var(--text); }
.fork > input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
.fork > .branch { order: 1; flex: 0 0 100%; min-width: 0; margin-top: .8rem; display: none; }
.fork > input:checked + label + .branch { display: block; }
.fork > .branch:has(:target) { display: block; }
.bottom { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .75rem; color: var(--quiet); font-size: .8rem; }
.chats ul { list-style: none; padding: 0; margin: 0; }
.chats li { border-bottom: 1px solid var(--line); padding: .75rem 0; margin: 0; }
.chats li a { font-weight: 600; text-decoration: none; } .chats li a:hover { text-decoration: underline; }
.chats h2 { font-size: .95rem; color: var(--quiet); margin: 2rem 0 .25rem; font-weight: 600; }
@media (max-width: 34rem) {
  .chat, .chats { padding: 1rem .85rem 2rem; } h1 { font-size: 1.4rem; }
  .about dl { grid-template-columns: 1fr; gap: 0; } .about dd { margin-bottom: .4rem; }
}
@media print {
  :root {
    --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --card: #fff; --code: #fff; --link: #000;
    --user: #000; --user-card: #fff; --assistant: #000; --system: #000; --bad: #000; --mark: #fff;
  }
  body { font-size: 10.5pt; }
  .chat, .chats { max-width: none; padding: 0; } .chat + .chat { break-before: page; }
  .skip, .top nav, .contents { display: none; }
  .turn > header, summary, h2, h3, h4 { break-after: avoid; }
  .user > .said { border: 1px solid var(--line); }
  .fold pre, .code > pre { max-height: none; overflow: visible; white-space: pre-wrap; }
  .said a[href^="http"]::after { content: " (" attr(href) ")"; font-size: .85em; }
  .fork > label { display: none; } .fork > input:checked + label { display: inline-block; }
  details::details-content { content-visibility: visible; display: block; }
}
)css";

} // namespace

std::string_view style_sheet() { return k_style; }

std::string security_policy() {
    const Digest hash = sha256(k_style);
    return "default-src 'none'; style-src 'sha256-" + base64_encode(as_view(hash)) +
           "'; img-src data:; base-uri 'none'; form-action 'none'";
}

} // namespace kato::html
