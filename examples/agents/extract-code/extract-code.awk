#!/usr/bin/awk -f
# extract-code: every fenced code block of a chat, in order, as one Markdown file. A filter: the chat
# on standard input, the file on standard output. awk alone: an agent may start no other program.

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

# Of a title and the like, one line.
function one_line(text) {
    text = plain(text)
    gsub(/[\n\t]+/, " ", text)
    return text
}

function show_blocks(text,    lines, count, i, line, mark, fence, indent, space) {
    count = split(plain(text), lines, "\n")
    fence = ""
    for (i = 1; i <= count; i++) {
        line = lines[i]
        if (fence == "") {
            if (line !~ /^[ \t]*(```|~~~)/) continue
            match(line, /^[ \t]*/)
            indent = RLENGTH
            line = substr(line, indent + 1)
            mark = substr(line, 1, 1)
            match(line, mark == "`" ? "^`+" : "^~+")
            if (mark == "`" && index(substr(line, RLENGTH + 1), "`") != 0) continue
            fence = substr(line, 1, RLENGTH)
            begin_block(fence, substr(line, RLENGTH + 1))
        } else if (closes(line, fence)) {
            printf "%s\n", fence
            fence = ""
        } else {
            match(line, /^[ \t]*/)
            space = RLENGTH < indent ? RLENGTH : indent
            printf "%s\n", substr(line, space + 1)
        }
    }
    if (fence != "") printf "%s\n", fence # the message ended first
}

function closes(line, fence) {
    sub(/^[ \t]+/, "", line)
    sub(/[ \t]+$/, "", line)
    if (length(line) < length(fence) || substr(line, 1, length(fence)) != fence) return 0
    return line ~ (substr(fence, 1, 1) == "`" ? "^`+$" : "^~+$")
}

function begin_block(fence, info) {
    sub(/^[ \t{.]+/, "", info)
    match(info, /^[A-Za-z0-9_+#.-]*/)
    info = substr(info, 1, RLENGTH)
    printf "\n## %d%s\n\n%s, event %s%s\n\n%s%s\n", ++blocks, info == "" ? "" : ": " info,
        member["role"], member["id"], "time" in member ? ", " member["time"] : "", fence, info
}

BEGIN { bad = "\357\277\275" }

{ read_line($0) }

member["type"] == "chat" {
    title = one_line("user.title" in member ? member["user.title"] : member["title"])
    printf "# Code of: %s\n", title == "" ? member["id"] : title
}

member["type"] == "event" && member["shown"] != "false" && member["kind"] ~ /^(user|assistant)\.message$/ {
    show_blocks(member["text"])
}

END { if (blocks == 0) print "\nThere is no code block in it." }
