from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.language_server.client import Client

FILE = "b2b_saas/ruleset.yaml"
BROKEN = (
    "leadline: 1\nmodel: m\nscores:\n  one:\n    actions:\n"
    "      a: {event: x, points: 1, note: 'Grüße 😀🚀', grup: e}\n"
)


def position(text: str, piece: str, plus: int = 0) -> dict[str, int]:
    at = text.index(piece) + plus
    line = text.count("\n", 0, at)
    start = text.rfind("\n", 0, at) + 1
    return {"line": line, "character": len(text[start:at].encode("utf-16-le")) // 2}


def about(uri: str, text: str, piece: str, plus: int = 0) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": position(text, piece, plus)}


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: tuple(e["range"]["start"].values()), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        before = lines[start["line"]][: start["character"]]
        after = lines[end["line"]][end["character"] :]
        lines[start["line"] : end["line"] + 1] = (before + edit["newText"] + after).split("\n")
    return "\n".join(lines)


def test_a_whole_conversation(client: Client, project: Path):
    text = (project / FILE).read_text(encoding="utf-8")
    capabilities = client.begin()["capabilities"]
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["textDocumentSync"]["change"] == 2

    # Findings, as soon as the data are known, and what mends them
    uri = client.open(FILE, text.replace("kind is", "knd is"))
    file = {"uri": uri}
    named = client.wait("textDocument/publishDiagnostics", lambda p: p["diagnostics"])
    assert [d["code"] for d in named["diagnostics"]] == ["LL040"] * 3
    first = named["diagnostics"][0]
    assert (first["severity"], first["source"]) == (1, "leadline")
    assert first["data"] == {"code": "LL040", "name": "unknown-field"}
    assert "did you mean `kind`?" in first["message"]
    hover = client.ask("textDocument/hover", **about(uri, text, "kind is"))
    assert hover["contents"]["value"].startswith("**LL040 unknown-field**\n\n")
    [action, *_] = client.ask(
        "textDocument/codeAction",
        textDocument=file,
        range=first["range"],
        context={"diagnostics": [first]},
    )
    assert action["kind"] == "quickfix"
    [edit] = action["edit"]["changes"][uri]
    client.change(uri, 2, {"range": edit["range"], "text": edit["newText"]})
    assert [d["code"] for d in client.findings(uri, 2)] == ["LL040"] * 2
    client.change(uri, 3, {"text": text})
    assert [d for d in client.findings(uri, 3) if d["severity"] == 1] == []

    # What stands in the text
    items = client.ask("textDocument/completion", **about(uri, text, '"case study"'))["items"]
    assert [item["label"] for item in items][:2] == ["page", "form"]
    assert items[0]["textEdit"]["newText"] == "page"
    hover = client.ask("textDocument/hover", **about(uri, text, "case_study"))
    assert "gives 12 points" in hover["contents"]["value"]
    symbols = client.ask("textDocument/documentSymbol", textDocument=file)
    assert [s["name"] for s in symbols][:2] == ["define", "scores"]
    options = {"tabSize": 2, "insertSpaces": True}
    spread = text.replace("points: 40", "points:   40")
    client.change(uri, 4, {"text": spread})
    edits = client.ask("textDocument/formatting", textDocument=file, options=options)
    assert edited(spread, edits) == text
    client.change(uri, 5, {"text": text})
    assert client.ask("textDocument/formatting", textDocument=file, options=options) == []

    # Names
    where = about(uri, text, "score.fit", 7)
    [target] = client.ask("textDocument/definition", **where)
    assert target["range"]["start"] == position(text, "fit:\n")
    assert client.ask("textDocument/prepareRename", **where)["placeholder"] == "fit"
    found = client.ask("textDocument/references", **where, context={"includeDeclaration": False})
    assert len(client.ask("textDocument/documentHighlight", **where)) > 3
    assert target not in found
    answer = client.answer("textDocument/rename", **where, newName="readiness")
    assert answer["error"]["message"] == "there is a score called `readiness` already"
    changes = client.ask("textDocument/rename", **where, newName="match")["changes"]
    tests = project / "b2b_saas/ruleset.test.yaml"
    cases = tests.read_text(encoding="utf-8")
    assert set(changes) == {uri, tests.as_uri()}
    assert "0.4 * score.match" in edited(text, changes[uri])
    renamed = re.sub(r"\bfit(?=: |\.)", "match", cases)
    assert edited(cases, changes[tests.as_uri()]) == renamed != cases

    # What the data say, once the text is at rest
    client.notes.clear()
    client.wait("workspace/codeLens/refresh")
    lenses = client.ask("textDocument/codeLens", textDocument=file)
    said = {lens["command"]["title"] for lens in lenses}
    assert {"matched 1 lead in the last 30 days", "true of 2 leads"} <= said
    assert client.end() == 0
    assert [note for note in client.notes if "logMessage" in note["method"]] == []


def test_columns_are_counted_as_the_client_asks_and_old_texts_are_passed_over(client: Client):
    column = len(BROKEN.split("\n")[5].split("grup")[0].encode())
    result = client.begin(positionEncodings=["utf-7", "utf-8", "utf-16"])
    assert result["capabilities"]["positionEncoding"] == "utf-8"

    uri = client.open("m.yaml", BROKEN)
    [found] = client.findings(uri, 1)
    assert found["range"]["start"] == {"line": 5, "character": column}
    assert found["range"]["end"] == {"line": 5, "character": column + 4}
    for version in range(2, 12):
        client.change(uri, version, {"range": found["range"], "text": f"gr{version:02}"})
    assert "gr11" in client.findings(uri, 11)[0]["message"]
    told = [n["params"]["version"] for n in client.notes if "Diagnostics" in n["method"]]
    assert told == []

    # All that is safe, at once: the comment that ignores nothing goes away
    unused = BROKEN.replace(", grup: e}", "}  # leadline: ignore LL100")
    client.change(uri, 12, {"text": unused})
    said = client.wait(
        "textDocument/publishDiagnostics", lambda p: p["version"] == 12 and p["diagnostics"]
    )
    assert [d["data"]["name"] for d in said["diagnostics"]] == ["unused-ignore"]
    [action] = client.ask(
        "textDocument/codeAction",
        textDocument={"uri": uri},
        range=found["range"],
        context={"diagnostics": [], "only": ["source.fixAll"]},
    )
    [edit] = action["edit"]["changes"][uri]
    assert edit["range"]["start"]["line"] == 5

    # The word in the place of the wrong one: nothing else has changed on the way.
    client.change(uri, 13, {"text": BROKEN}, {"range": found["range"], "text": "owner"})
    assert client.findings(uri, 13) == []
    client.notify("textDocument/didClose", textDocument={"uri": uri})
    said = client.wait("textDocument/publishDiagnostics", lambda p: p.get("version") is None)
    assert (said["uri"], said["diagnostics"]) == (uri, [])
    assert client.end() == 0


def test_nothing_ends_the_server_but_its_client(client: Client, project: Path):
    client.begin()
    tests = project / "b2b_saas/ruleset.test.yaml"
    text = tests.read_text(encoding="utf-8").replace("stage: aware", "stage: awre", 1)
    uri = client.open("b2b_saas/ruleset.test.yaml", text)
    [found] = client.findings(uri, 1)
    assert found["range"]["start"]["line"] == position(text, "stage: awre")["line"]
    uri = client.open("leadline.yaml", "stor: x\n")
    [found] = client.findings(uri, 1)
    assert found["data"]["name"] == "unknown-project-key"
    uri = client.open("other.yaml", "services: {}\n")
    assert client.ask("textDocument/hover", **about(uri, "services: {}\n", "serv")) is None
    assert client.ask("textDocument/completion", **about(uri, "services: {}\n", "{}", 1)) is None

    (project / "leadline.yaml").write_bytes(b"\xff\xfe store")
    uri = client.open(FILE, "a: [")
    file = {"uri": uri}
    assert client.findings(uri, 1)
    nowhere = {"textDocument": {"uri": "file:///no/such.yaml"}}
    here = {"position": {"line": 99, "character": 99}}
    assert client.ask("textDocument/hover", **nowhere, **here) is None
    assert "error" in client.answer("textDocument/rename", **nowhere, **here, newName="x")
    assert "error" in client.answer("textDocument/noSuchThing")
    assert "error" in client.answer("textDocument/hover", position="nonsense")
    options = {"tabSize": 2, "insertSpaces": True}
    assert client.ask("textDocument/formatting", textDocument=file, options=options) is None
    logged = client.wait("window/logMessage", lambda p: "formatting" in p["message"])
    assert "\n" not in logged["message"]
    client.change(uri, 2, {"text": "leadline: 1\nmodl: m\n"})
    assert client.findings(uri, 2)

    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(10) == 1  # its client went away without a word
