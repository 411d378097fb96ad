"""Everything a typed program does with the package; checked by mypy --strict, not run."""

from __future__ import annotations

import datetime
import io
import pathlib
from typing import Optional

import kato


def use(folder: pathlib.Path) -> None:
    with kato.open(folder, busy_timeout=1.5) as store:
        report: kato.ImportReport = store.import_path(folder / "a.jsonl", on_row=lambda row: print(row["type"]))
        total: int = report.events_new + report.size_bytes
        store.import_stream(io.BytesIO(b""), name="x")
        store.import_stream([b"a", b"b"])
        text: str = store.export()
        markdown: str = store.export(format="markdown", head_path=True)
        original: bytes = store.export(format="original")
        store.export(to=folder / "out.jsonl")
        store.export(to=io.StringIO())
        for chat in store.chats(provider="codex", after=datetime.datetime.now(datetime.timezone.utc)):
            title: str = chat.title
            project: Optional[str] = chat.project
            tags: tuple[str, ...] = chat.tags
            created: Optional[datetime.datetime] = chat.created
            for event in chat.events(tree=True):
                parent: Optional[str] = event.parent
                outcome: Optional[bool] = event.outcome
                hidden: bool = kato.EventFlag.HIDDEN in event.flags
                for attachment in event.attachments:
                    if attachment.sha256 is not None:
                        data: bytes = store.read_blob(attachment.sha256)
            appended: kato.Event = chat.append("user", "text", data={"a": 1}, parent=event)
            chat.set_head(appended)
        hits = store.search("query", limit=5)
        matches: int = hits.matches
        scores: list[float] = [hit.score for hit in hits]
        for source in store.sources():
            name: str = source.name
            source_bytes: bytes = store.read_source(source)
        cancel = kato.Cancel()
        ok: bool = store.verify(cancel=cancel, progress=lambda done, of, what: None).ok
        with store.run_agent(chat, ["wc", folder], filter=True, timeout=1.5, allow={"read": [folder]}) as run:
            for message in run.messages():
                print(message["type"])
            ended: Optional[str] = run.wait(timeout=10)
            report_of_run: dict[str, object] = run.report
            output: Optional[str] = run.output_path
        policy = kato.Policy(manifest=folder, deny={"read": ["/x"]}, on_grant=lambda grant: "paths" in grant)
        policy.allow("env", "TZ")
        described: dict[str, object] = policy.describe()
        granted: int = policy.recall(store, ["wc", folder])
        store.run_agent(chat, policy=policy).cancel()
        grant_ids: list[str] = [row["id"] for row in store.grants()]
        run_ids: list[str] = [row["id"] for row in store.runs(chat)]
        records: list[int] = [row["seq"] for row in store.audit(run)]
        log_ok: bool = store.verify_audit().ok and kato.agent_host()["supported"]
    try:
        kato.open(read_only=True)
    except kato.NotFound as error:
        hint: object = error.detail["hint"]
        status: int = error.status
