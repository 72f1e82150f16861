"""An author at an editor without windows: texts, positions, and what the server says about them."""

import asyncio
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pytest_lsp import LanguageClient

WAIT_SECONDS = 10
EXPECTED = Path(os.environ["SAYFLOW_EXPECTED"])
NAMES = sorted(path.name for path in Path(os.environ["SAYFLOW_FLOW"]).glob("*.flow"))
BROKEN = (EXPECTED / "findings.txt").read_text(encoding="utf-8").splitlines()
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def expected(folder: str, name: str) -> str:
    """What a file is when a test is over."""
    return (EXPECTED / folder / name).read_text(encoding="utf-8")


def without_former_name(text: str) -> str:
    """A text without the former name that a rename may leave beside a declaration."""
    return re.sub(r'^(sequence \S+) was "track"', r"\1", text, flags=re.MULTILINE)


class Desk:
    """The files of one flow, as the editor has them."""

    def __init__(self, client: LanguageClient, folder: Path, encoding: str):
        self.client = client
        self.folder = folder
        self.encoding = encoding
        self.hello = client.hello
        self.texts = {name: (folder / name).read_text(encoding="utf-8") for name in NAMES}
        self.versions: dict[str, int] = {}

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=(self.folder / name).as_uri())

    def name(self, uri: str) -> str:
        """The name of the file at an address; clients and servers differ in what they escape."""
        path = Path(unquote(urlsplit(uri).path))
        assert path.parent == self.folder
        return path.name

    def open(self, name: str) -> None:
        self.versions[name] = 1
        item = types.TextDocumentItem(self.document(name).uri, "sayflow", 1, self.texts[name])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    # Positions: a line and a column in units of the encoding that was agreed upon.

    def units(self, text: str) -> int:
        return len(text.encode("utf-16-le")) // 2 if self.encoding == "utf-16" else len(text.encode())

    def position(self, name: str, offset: int) -> types.Position:
        before = self.texts[name][:offset]
        return types.Position(before.count("\n"), self.units(before.rpartition("\n")[2]))

    def offset(self, name: str, position: types.Position) -> int:
        lines = self.texts[name].splitlines(keepends=True)
        start = sum(len(line) for line in lines[: position.line])
        if position.line == len(lines):
            assert position.character == 0
            return start
        line = lines[position.line]
        ends = [end for end in range(len(line) + 1) if self.units(line[:end]) == position.character]
        assert ends, f"{position} is inside of a letter, or behind its line"
        return start + ends[0]

    def between(self, name: str, before: str, after: str) -> types.TextDocumentPositionParams:
        """The place between two texts that stand side by side."""
        at = self.texts[name].index(before + after) + len(before)
        return types.TextDocumentPositionParams(self.document(name), self.position(name, at))

    def covered(self, name: str, range: types.Range) -> str:
        """What a range covers."""
        return self.texts[name][self.offset(name, range.start) : self.offset(name, range.end)]

    # Changes.

    def edited(self, name: str, edits) -> str:
        """A file with edits that all refer to the text as it is."""
        spots = [(self.offset(name, edit.range.start), self.offset(name, edit.range.end)) for edit in edits]
        text = self.texts[name]
        later = len(text) + 1
        for (start, end), edit in sorted(zip(spots, edits), key=lambda pair: pair[0], reverse=True):
            assert start <= end <= later, "edits overlap"
            text = text[:start] + edit.new_text + text[end:]
            later = start
        return text

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Does in the editor what the server proposes, in every file."""
        if edit.document_changes is not None:
            changes = {change.text_document.uri: change.edits for change in edit.document_changes}
        else:
            changes = edit.changes or {}
        texts = {self.name(uri): self.edited(self.name(uri), edits) for uri, edits in changes.items()}
        self.texts |= texts

    def type(self, name: str, before: str, after: str, typed: str) -> types.TextDocumentPositionParams:
        """Types between two texts, letter by letter, and gives the place behind."""
        for letter in typed:
            place = self.between(name, before, after)
            here = types.Range(place.position, place.position)
            change = types.TextDocumentContentChangePartial(range=here, text=letter)
            self.tell_change(name, change)
            at = self.offset(name, place.position)
            self.texts[name] = self.texts[name][:at] + letter + self.texts[name][at:]
            before += letter
        return self.between(name, before, after)

    def replace(self, name: str, text: str) -> None:
        """Gives a file another text as a whole."""
        self.tell_change(name, types.TextDocumentContentChangeWholeDocument(text=text))
        self.texts[name] = text

    def tell_change(self, name: str, change: types.TextDocumentContentChangeEvent) -> None:
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.document(name).uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    # Findings.

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What the server said last about a file."""
        known = {self.name(uri): found for uri, found in self.client.diagnostics.items()}
        return list(known.get(name, []))

    def findings(self) -> list[str]:
        """All that was found, as `file:line severity code text`; the text is what the range covers."""
        lines = []
        for name in NAMES:
            for found in self.diagnostics(name):
                covered = self.covered(name, found.range)
                place = f"{name}:{found.range.start.line + 1}"
                lines.append(f"{place} {SEVERITIES[found.severity]} {found.code} {covered}")
        return sorted(lines)

    async def wait_for_findings(self, wanted: list[str]) -> None:
        """Waits until exactly this was found. A range that does not fit the text is waited out: it may be old."""
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            try:
                if self.findings() == wanted:
                    return
            except AssertionError:
                pass
            await asyncio.sleep(0.01)
        assert self.findings() == wanted
