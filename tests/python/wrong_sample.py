"""Each line marked E is a type error that mypy must find; see test_typing.py. Not run."""

import kato

store = kato.open("w")
number: int = store.export()  # E
store.chats(provider=7)  # E
store.chat(7)  # E
for chat in store.chats():
    chat.append("user", 7)  # E
    chat.title = "x"  # E
    for event in chat.events():
        text: int = event.text  # E
        event.no_such_member  # E
store.search("x", limit="many")  # E
kato.open(create="yes")  # E
store.run_agent("x", ["true"], isolation="strong")  # E
store.run_agent("x", ["true"], memory_bytes="much")  # E
ended: str = store.run_agent("x", ["true"]).wait()  # E
