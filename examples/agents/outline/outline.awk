#!/usr/bin/awk -f
# outline: what was asked and headed, what was decided, which questions are open, as Markdown. A
# filter: the chat on standard input. awk alone: an agent may start no other program.

# Reads the members of one canonical line into `member`, also those one level down ("user.title"); of
# a list of texts all of them. Values are as JSON has them, see plain().
function read_line(line,    parts, count, i, depth, key, at, begin, text, outside, opened) {
    split("", member)
    split("", key)
    count = split(line, parts, "\"")
    depth = 1
    at = length(parts[1]) + 2
    for (i = 2; i <= count; i++) {
        begin = at
        at += length(parts[i]) + 1
        while (i < count && ends_escaped(parts[i])) at += length(parts[++i]) + 1
        text = substr(line, begin, at - begin - 1)
        outside = parts[++i]
        at += length(outside) + 1
        if (depth <= 2) {
            if (substr(outside, 1, 1) == ":") {
                key[depth] = text
                if (outside ~ /^:[^\[{,}]/) {
                    sub(/^:/, "", outside)
                    text = outside
                    sub(/[,}\]].*/, "", text)
                    keep(depth, key, text)
                }
            } else {
                keep(depth, key, text)
            }
        }
        opened = outside
        depth += gsub(/[\[{]/, "", opened) - gsub(/[\]}]/, "", opened)
    }
}

function keep(depth, key, text,    name) {
    name = depth == 1 || !(2 in key) ? key[1] : key[1] "." key[2]
    if (depth == 1) delete key[2]
    if (name in member) text = member[name] " " text
    member[name] = text
}

# Whether the quote behind this is a part of the text: an odd number of backslashes.
function ends_escaped(part) {
    if (substr(part, length(part)) != "\\") return 0
    match(part, /\\+$/)
    return RLENGTH % 2
}

# The text of a JSON string. Control characters other than line ends and tabs become U+FFFD.
function plain(text) {
    gsub(/\\\\/, "\001", text)
    gsub(/\\r\\n/, "\\n", text)
    gsub(/\\n/, "\n", text)
    gsub(/\\t/, "\t", text)
    gsub(/\\"/, "\"", text)
    gsub(/\\[bfr]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]/, bad, text)
    gsub(/\001/, "\\\\", text)
    return text
}

# The beginning of a text, on one line. Whole characters, also where awk knows bytes only.
function brief(text, most,    cut) {
    gsub(/[\n\t ]+/, " ", text)
    sub(/^ /, "", text)
    sub(/ $/, "", text)
    if (length(text) <= most) return text
    cut = most
    if (bytes_only)
        while (cut > 0 && substr(text, cut + 1, 1) ~ continued) cut--
    return substr(text, 1, cut) "..."
}

# Goes through what somebody said, without code: headings, lines that say "decision" or "to do", and
# questions.
function read_message(text, who,    lines, count, i, line, fence, level) {
    count = split(text, lines, "\n")
    fence = ""
    for (i = 1; i <= count; i++) {
        line = lines[i]
        sub(/^[ \t]+/, "", line)
        sub(/[ \t]+$/, "", line)
        if (line ~ /^(```|~~~)/) {
            level = substr(line, 1, 3)
            if (fence == "") fence = level
            else if (fence == level) fence = ""
            continue
        }
        if (fence != "" || line == "") continue
        if (line ~ /^#+ /) {
            match(line, /^#+/)
            level = RLENGTH
            line = substr(line, level + 1)
            sub(/#+$/, "", line)
            heading[++headings] = indent(level) "- " brief(line, 120)
            continue
        }
        gsub(/^[-*>+] |\*\*|__/, "", line)
        if (tolower(line) ~ /^(decision|decided|we decided|agreed)[ :]/)
            decision[++decisions] = "- " who ": " brief(line, 300)
        else if (tolower(line) ~ /^(todo|to do|open|open question)[ :]/)
            left[++lefts] = "- " who ": " brief(line, 300)
        else if (line ~ /\?["')]*$/ || line ~ /\357\274\237$/)
            question[++questions] = "- " who ": " brief(line, 300)
    }
}

function indent(level,    out) {
    while (--level > 0 && length(out) < 12) out = out "  "
    return "  " out
}

function show(title, list, count,    i) {
    printf "\n## %s\n\n", title
    for (i = 1; i <= count; i++) print list[i]
    if (count == 0) print "None."
}

function end_chat(    i, line) {
    if (!(1 in about)) return
    printf "# Outline: %s\n\n%s\n", about[1], about[2]
    if (messages > 0) printf "%d messages, %s to %s\n", messages, first, last
    show("Headings", heading, headings)
    for (i = 1; i <= prompts; i++) {
        line = prompt[i]
        if (line in answer) decision[++decisions] = "- asked: " asked[line] "\n  answered: " answer[line]
        else left[++lefts] = "- not answered: " asked[line]
    }
    show("Decisions", decision, decisions)
    # A question is open until the other side has said something.
    for (i = 1; i <= questions; i++) left[++lefts] = question[i]
    show("Open questions", left, lefts)
}

BEGIN {
    bad = "\357\277\275"
    continued = "^[\200-\277]"
    bytes_only = length("\303\251") == 2
}

{ read_line($0) }

member["type"] == "chat" {
    about[1] = brief(plain("user.title" in member ? member["user.title"] : member["title"]), 200)
    about[2] = "chat " member["id"] ", " member["provider"]
    if ("project" in member) about[2] = about[2] ", " brief(plain(member["project"]), 200)
}

member["type"] != "event" || member["shown"] == "false" { next }

member["flags"] ~ /hidden|sidechain|superseded|injected/ { next }

"time" in member {
    if (first == "" || member["time"] < first) first = member["time"]
    if (member["time"] > last) last = member["time"]
}

member["kind"] ~ /^(user|assistant)\.message$/ {
    messages++
    if (member["role"] != speaker) questions = 0
    speaker = member["role"]
    text = plain(member["text"])
    if (speaker == "user" && text ~ /[^ \t\n]/) heading[++headings] = "- " brief(text, 120)
    read_message(text, speaker)
}

member["kind"] == "assistant.decision.prompt" {
    prompt[++prompts] = member["id"]
    asked[member["id"]] = brief(plain(member["text"]), 300)
}

member["kind"] == "user.decision.response" && "refers" in member {
    answer[member["refers"]] = brief(plain(member["text"]), 300)
}

END { end_chat() }
