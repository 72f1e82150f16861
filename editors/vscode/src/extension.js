// Starts `sayflow lsp` for flows, and again when its settings change.
//
// The server's own commands (`sayflow.runTest`, `sayflow.call`) are registered by the client library
// when the server names them; registering them here as well would fail.

const { commands, l10n, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { serverOf } = require('./server');

let client;

const start = async () => {
  const server = serverOf(workspace.getConfiguration('sayflow'));
  client = new LanguageClient('sayflow', 'sayflow', server, {
    documentSelector: [
      { scheme: 'file', language: 'sayflow' },
      { scheme: 'untitled', language: 'sayflow' },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    await explain(server.command, error);
  }
};

const stop = async () => {
  const stopped = client;
  client = undefined;
  if (stopped?.isRunning()) await stopped.stop();
};

const restart = async () => {
  await stop();
  await start();
};

/** The program is missing, or is another one. */
const explain = async (command, error) => {
  const open = l10n.t('Open the setting');
  const message = l10n.t('sayflow could not be started as `{0}`: {1}', command, error.message);
  if ((await window.showErrorMessage(message, open)) === open) {
    await commands.executeCommand('workbench.action.openSettings', 'sayflow.path');
  }
};

exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand('sayflow.restart', restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration('sayflow.path') || change.affectsConfiguration('sayflow.arguments')) {
        await restart();
      }
    }),
  );
  await start();
};

exports.deactivate = stop;
