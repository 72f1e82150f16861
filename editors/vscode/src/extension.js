// Starts `sayflow lsp` for flows, and again when its settings change.
//
// The server's own commands (`sayflow.runTest`, `sayflow.call`) are registered by the client library
// when the server names them; registering them here as well would fail.

const { commands, l10n, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { withPlaces } = require('./lenses');
const { optionsOf, programOf, serverOf } = require('./server');
const { mayRun, mayShow } = require('./trust');

/** Settings that the server is started with. */
const OF_THE_SERVER = ['path', 'arguments', 'inlayHints', 'servers'].map((name) => `sayflow.${name}`);

let client;

/** A lens is converted where it already has its command, and where it gets one later. */
const converted = (lens) => withPlaces(lens, client.protocol2CodeConverter);
const middleware = {
  provideCodeLenses: async (document, token, next) =>
    mayShow(await next(document, token), workspace.isTrusted)?.map(converted),
  resolveCodeLens: async (lens, token, next) => converted(await next(lens, token)),
  // A keybinding, or a lens from before, may still name the command.
  executeCommand: (command, args, next) => (mayRun(command, workspace.isTrusted) ? next(command, args) : refuse()),
};

const refuse = async () => {
  const manage = l10n.t('Manage trust');
  const message = l10n.t('A flow says where a call goes, and with which secrets: none is made in a folder that is not trusted.');
  if ((await window.showWarningMessage(message, manage)) === manage) {
    await commands.executeCommand('workbench.trust.manage');
  }
};

const start = async () => {
  const settings = workspace.getConfiguration('sayflow');
  try {
    client = new LanguageClient('sayflow', 'sayflow', serverOf(settings), {
      documentSelector: [
        { scheme: 'file', language: 'sayflow' },
        { scheme: 'untitled', language: 'sayflow' },
      ],
      initializationOptions: optionsOf(settings),
      middleware,
    });
    await client.start();
  } catch (error) {
    // Not awaited: what comes next does not wait until somebody has read it.
    explain(programOf(settings), error);
  }
};

const stop = async () => {
  const stopped = client;
  client = undefined;
  if (stopped?.isRunning()) await stopped.stop();
};

/** One after the other, for two events at once would leave two servers. */
let last = Promise.resolve();
const restart = () => (last = last.then(stop, stop).then(start, start));

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
      if (OF_THE_SERVER.some((name) => change.affectsConfiguration(name))) await restart();
    }),
    // The lenses are asked for again, and the folder's settings count from now on.
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  await restart();
};

exports.deactivate = () => last.then(stop, stop);
