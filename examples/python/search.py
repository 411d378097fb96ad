"""Imports conversations, lists the chats and searches them: search.py WORKSPACE PATH QUERY"""

import sys

import kato

with kato.open(sys.argv[1]) as store:
    report = store.import_path(sys.argv[2])
    print(f"{report.events_new} new events")
    for chat in store.chats():
        print(f"chat: {chat.title!r} from {chat.provider}")
    for hit in store.search(sys.argv[3]):
        print(f"hit: {hit.title!r}: {hit.snippet!r}")
