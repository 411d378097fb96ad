"""Objects are released in any order."""

import gc
import itertools
import subprocess
import sys

import kato


def make(tmp_path, kiln):
    store = kato.open(tmp_path / "w")
    store.import_path(kiln)
    chats = store.chats()
    chat = store.chat(next(chats).id)
    walk = chat.events(tree=True)
    event = next(walk)
    return {"store": store, "chats": chats, "chat": chat, "walk": walk, "event": event}


def test_any_order_of_release_is_fine(tmp_path, kiln):
    names = list(make(tmp_path, kiln))
    for order in itertools.permutations(names):
        objects = make(tmp_path, kiln)
        for name in order:
            del objects[name]
            if "walk" in objects:
                next(objects["walk"], None)
            if "event" in objects:
                assert objects["event"].id
            if "chat" in objects:
                assert objects["chat"].id
    gc.collect()


def test_a_cycle_with_a_store_in_it_is_collected(tmp_path):
    class Holder:
        pass

    holder = Holder()
    holder.store = kato.open(tmp_path / "w")
    holder.self = holder
    del holder
    gc.collect()
    kato.open(tmp_path / "w").close()


def test_the_interpreter_ends_with_everything_open(tmp_path, kiln):
    program = (
        "import kato, sys\n"
        "store = kato.open(sys.argv[1])\n"
        "store.import_path(sys.argv[2])\n"
        "walk = next(store.chats()).events(tree=True)\n"
        "event = next(walk)\n"
        "cancel = kato.Cancel()\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "w"), str(kiln)], check=True)
