"""A copy of the flow for each test, and a server of its own that knows it."""

import os
import shutil
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from desk import Desk

COUNTS = {
    "utf-16": types.PositionEncodingKind.Utf16,
    "utf-8": types.PositionEncodingKind.Utf8,
}


def make_client() -> LanguageClient:
    """A client that also takes what the server registers, as it says that it can."""
    client = make_test_lsp_client()
    client.registrations = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        client.registrations.extend(params.registrations)

    return client


CONFIG = ClientServerConfig(server_command=[os.environ["SAYFLOW_SERVER"]], client_factory=make_client)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the flow, with what addresses have to escape in its name."""
    return Path(shutil.copytree(os.environ["SAYFLOW_FLOW"], tmp_path / "Café & flow"))


def capabilities(encoding: str) -> types.ClientCapabilities:
    """Those of Visual Studio Code, which counts in UTF-16, or of an editor that can count in bytes."""
    known = client_capabilities("visual-studio-code")
    if encoding == "utf-8":
        offered = [types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16]
        known.general = types.GeneralClientCapabilities(position_encodings=offered)
    return known


@pytest_lsp.fixture(config=CONFIG, params=["utf-16", "utf-8"])
async def client(lsp_client: LanguageClient, folder: Path, request: pytest.FixtureRequest):
    """A client whose server has greeted it; in the end the server leaves when it is asked to."""
    workspace = types.WorkspaceFolder(uri=folder.as_uri(), name="flow")
    params = types.InitializeParams(capabilities=capabilities(request.param), workspace_folders=[workspace])
    hello = await lsp_client.initialize_session(params)
    assert hello.server_info is not None and hello.server_info.name == "sayflow"
    assert hello.capabilities.position_encoding == COUNTS[request.param]
    lsp_client.encoding = request.param
    lsp_client.hello = hello
    yield
    await lsp_client.shutdown_session()
    assert lsp_client._server is not None and lsp_client._server.returncode == 0


@pytest.fixture
def desk(client: LanguageClient, folder: Path) -> Desk:
    """An author at an editor without windows."""
    return Desk(client, folder, client.encoding)
