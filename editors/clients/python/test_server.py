"""`sayflow lsp` from a client library, once counting in UTF-16 and once in bytes."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcRequestCancelled

from desk import BROKEN, NAMES, Desk, expected, without_former_name


async def offers(desk: Desk, place: types.TextDocumentPositionParams) -> list[types.CompletionItem]:
    """What is offered at a place, in its order."""
    params = types.CompletionParams(place.text_document, place.position)
    answer = await desk.client.text_document_completion_async(params)
    items = answer.items if isinstance(answer, types.CompletionList) else answer
    return sorted(items, key=lambda item: item.sort_text)


async def test_findings_of_every_file(desk: Desk):
    await desk.wait_for_findings(BROKEN)
    desk.open("shop.flow")
    await desk.wait_for_findings(BROKEN)
    point, ofers = sorted(desk.diagnostics("shop.flow"), key=lambda found: found.range.start.line)
    assert point.source == "sayflow"
    assert "did you mean `points`?" in point.message
    assert point.code_description.href.endswith("docs/diagnostics.md#checkunknown_attribute")
    # An emoji is one letter, two units of UTF-16, and four bytes.
    column = 47 if desk.encoding == "utf-16" else 49
    assert point.range.start == types.Position(9, column)
    assert point.range.end == types.Position(9, column + len("point"))
    assert ofers.range.start == types.Position(12, 24)


async def test_the_apis_behind_angles(desk: Desk):
    desk.open("orders.flow")
    found = await offers(desk, desk.between("orders.flow", "{{order_no}}: <<", ""))
    assert [item.label for item in found] == ["opening_hours", "order_status"]
    assert found[1].detail == "text, GET https://api.shop.example/orders/{{order_no}}"
    desk.texts["orders.flow"] = desk.edited("orders.flow", [found[1].text_edit])
    assert '  text "🎉 Order {{order_no}}: <<order_status>>\n' in desk.texts["orders.flow"]


async def test_the_apis_behind_angles_that_are_typed(desk: Desk):
    desk.open("orders.flow")
    place = desk.type("orders.flow", "save order_no\n", "", '  text "🎉 🎉 <<ord\n')
    place.position = types.Position(place.position.line - 1, desk.units('  text "🎉 🎉 <<ord'))
    found = await offers(desk, place)
    assert [item.label for item in found] == ["opening_hours", "order_status"]
    text = desk.edited("orders.flow", [found[1].text_edit])
    assert '\n  text "🎉 🎉 <<order_status>>\n' in text


async def test_other_blocks_offer_other_apis(desk: Desk):
    desk.open("orders.flow")
    found = await offers(desk, desk.between("orders.flow", "<<", "picks"))
    assert [item.label for item in found] == ["picks"]


async def test_a_sequence_has_another_name_in_every_file(desk: Desk):
    desk.open("help.flow")
    place = desk.between("help.flow", '🎉 Track an order" -> ', "track")
    prepare = types.PrepareRenameParams(place.text_document, place.position)
    prepared = await desk.client.text_document_prepare_rename_async(prepare)
    assert desk.covered("help.flow", getattr(prepared, "range", prepared)) == "track"
    params = types.RenameParams(place.text_document, place.position, "follow")
    desk.apply(await desk.client.text_document_rename_async(params))
    for name in NAMES:
        assert without_former_name(desk.texts[name]) == expected("renamed", name)


async def test_a_name_that_is_taken_is_refused(desk: Desk):
    desk.open("orders.flow")
    place = desk.between("orders.flow", "sequence ", "track")
    params = types.RenameParams(place.text_document, place.position, "offers")
    with pytest.raises(JsonRpcException, match="there is a sequence `offers` already"):
        await desk.client.text_document_rename_async(params)


async def test_the_form_of_every_file(desk: Desk):
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    for name in NAMES:
        desk.open(name)
        params = types.DocumentFormattingParams(desk.document(name), options)
        edits = await desk.client.text_document_formatting_async(params)
        desk.replace(name, desk.edited(name, edits))
        assert desk.texts[name] == expected("formatted", name)
        assert not await desk.client.text_document_formatting_async(params)


async def test_nothing_is_found_once_all_is_mended(desk: Desk):
    desk.open("shop.flow")
    await desk.wait_for_findings(BROKEN)
    for found in desk.diagnostics("shop.flow"):
        context = types.CodeActionContext([found], only=[types.CodeActionKind.QuickFix])
        params = types.CodeActionParams(desk.document("shop.flow"), found.range, context)
        actions = await desk.client.text_document_code_action_async(params)
        nearest = next(action for action in actions if action.title.startswith("replace with `"))
        desk.apply(nearest.edit)
        desk.replace("shop.flow", desk.texts["shop.flow"])
    assert desk.texts["shop.flow"] == expected("mended", "shop.flow")
    await desk.wait_for_findings(BROKEN[:2])
    desk.open("orders.flow")
    desk.type("orders.flow", "{{order_no}}: <<", "\n", 'order_status>>." else "Nothing is known of it yet."')
    assert desk.texts["orders.flow"] == expected("mended", "orders.flow")
    await desk.wait_for_findings([])


async def test_what_another_program_writes_is_found(desk: Desk):
    await desk.wait_for_findings(BROKEN)
    (watched,) = [it for it in desk.client.registrations if it.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
    assert watched.register_options["watchers"][0]["globPattern"] == "**/*.flow"
    desk.texts["shop.flow"] = expected("mended", "shop.flow")
    (desk.folder / "shop.flow").write_text(desk.texts["shop.flow"], encoding="utf-8")
    event = types.FileEvent(desk.document("shop.flow").uri, types.FileChangeType.Changed)
    desk.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await desk.wait_for_findings(BROKEN[:2])


# Requests about a place and about a file, under the capability that promises an answer.
OF_PLACES = {
    "call_hierarchy_provider": (types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, types.CallHierarchyPrepareParams),
    "completion_provider": (types.TEXT_DOCUMENT_COMPLETION, types.CompletionParams),
    "definition_provider": (types.TEXT_DOCUMENT_DEFINITION, types.DefinitionParams),
    "document_highlight_provider": (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, types.DocumentHighlightParams),
    "hover_provider": (types.TEXT_DOCUMENT_HOVER, types.HoverParams),
}
OF_FILES = {
    "code_lens_provider": (types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensParams),
    "document_link_provider": (types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkParams),
    "document_symbol_provider": (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolParams),
    "folding_range_provider": (types.TEXT_DOCUMENT_FOLDING_RANGE, types.FoldingRangeParams),
    "semantic_tokens_provider": (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensParams),
}


async def test_what_the_server_promises_the_library_can_read(desk: Desk):
    """The library refuses an answer that is none of the protocol, or that this client cannot take."""
    desk.open("orders.flow")
    document, text = desk.document("orders.flow"), desk.texts["orders.flow"]
    ask = desk.client.protocol.send_request_async
    promised = [name for name in OF_PLACES | OF_FILES if getattr(desk.hello.capabilities, name)]
    assert len(promised) >= 6
    for name in promised:
        if name in OF_FILES:
            method, params = OF_FILES[name]
            assert await ask(method, params(document)) is not None, f"{method} says nothing"
        else:
            method, params = OF_PLACES[name]
            places = [desk.position("orders.flow", at) for at in range(0, len(text), 5)]
            answers = [await ask(method, params(document, place)) for place in places]
            assert any(answers), f"{method} says nothing"


async def test_what_is_cancelled_is_not_done(desk: Desk):
    desk.open("orders.flow")
    sequences = "".join(f'sequence s{number} {{\n  text   "Hi"\n}}\n' for number in range(5000))
    desk.replace("orders.flow", desk.texts["orders.flow"] + sequences)
    place = desk.between("orders.flow", "{{order_no}}: <<", "")
    assert len(await offers(desk, place)) == 2
    # While the server is at the form of all this, the list behind it is asked for and no longer wanted.
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    wanted = types.DocumentFormattingParams(desk.document("orders.flow"), options)
    form = asyncio.create_task(desk.client.text_document_formatting_async(wanted))
    params = types.CompletionParams(place.text_document, place.position)
    asked = desk.client.protocol.send_request_async(types.TEXT_DOCUMENT_COMPLETION, params, msg_id="unwanted")
    unwanted = asyncio.create_task(asked)
    # Both tasks send before this one goes on.
    await asyncio.sleep(0)
    desk.client.cancel_request(types.CancelParams(id="unwanted"))
    with pytest.raises(JsonRpcRequestCancelled):
        await unwanted
    assert (await form)[-1].new_text.endswith('  text "Hi"\n')
    assert len(await offers(desk, place)) == 2


async def test_no_text_takes_the_server_down(desk: Desk):
    """Every seventh beginning of a file, as it stands while it is typed, and places that are none."""
    desk.open("orders.flow")
    whole = desk.texts["orders.flow"]
    for end in range(0, len(whole), 7):
        desk.replace("orders.flow", whole[:end])
        place = types.TextDocumentPositionParams(desk.document("orders.flow"), desk.position("orders.flow", end))
        await offers(desk, place)
    desk.replace("orders.flow", whole)
    emoji = desk.between("orders.flow", "", "🎉").position
    places = [(emoji.line, emoji.character + 1), (0, 10_000), (10_000, 0), (2**31 - 1, 2**31 - 1)]
    for line, column in places:
        place = types.TextDocumentPositionParams(desk.document("orders.flow"), types.Position(line, column))
        await offers(desk, place)
    await desk.wait_for_findings(BROKEN)
