// The built client against the real server. VS Code itself cannot be had here, so its module is a
// stand-in that answers everything and knows the few things that this client and its library use.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { SAYFLOW } = process.env;

/** Whatever is asked of it, it is there. */
const anything = (known = {}) =>
  new Proxy(function () {}, {
    get: (_, name) => {
      if (name in known) return known[name];
      if (name === 'then') return undefined;
      if (name === Symbol.toPrimitive) return () => '';
      if (name === Symbol.iterator) return [][Symbol.iterator].bind([]);
      return anything();
    },
    apply: () => anything(),
    construct: () => anything(),
  });

/** The editor with the documents and the trust of `window`, and what the client has told it. */
const editor = (window) => {
  const told = new EventEmitter();
  const ran = new Map();
  const providers = [];
  const vscode = anything({
    version: '1.140.0',
    env: { appName: 'a stand-in', language: 'en' },
    workspace: anything({
      getConfiguration: () => ({ get: (name) => ({ path: SAYFLOW, arguments: ['lsp'] })[name] }),
      textDocuments: window.documents ?? [],
      workspaceFolders: undefined,
      get isTrusted() {
        return window.isTrusted;
      },
      onDidGrantWorkspaceTrust: (granted) => void told.on('trust', granted),
    }),
    window: anything({
      showErrorMessage: async (message) => void told.emit('error', new Error(message)),
      showWarningMessage: async (message) => void told.emit('warning', message),
      visibleTextEditors: [],
      tabGroups: anything({ all: [] }),
    }),
    commands: anything({
      registerCommand: (name, run) => {
        ran.set(name, run);
        return { dispose: () => ran.delete(name) };
      },
    }),
    languages: anything({
      match: () => 1,
      registerCodeLensProvider: (_, provider) => {
        providers.push(provider);
        return { dispose: () => {} };
      },
    }),
    CodeLens: class {},
    l10n: { t: (text, ...parts) => text.replace(/\{(\d)\}/g, (_, index) => parts[index]) },
  });
  return { vscode, told, ran, providers };
};

/** Runs something while the client is there. */
const withClient = async (window, use) => {
  assert.ok(SAYFLOW, 'SAYFLOW names the program');
  const { vscode, ...seen } = editor(window);
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
  const bundle = require.resolve('../out/extension.js');
  delete require.cache[bundle];
  let extension;
  try {
    extension = require(bundle);
    // Rejects with what the client would have shown.
    const shown = once(seen.told, 'end');
    await Promise.race([extension.activate({ subscriptions: [] }), shown]);
    await use(seen);
  } finally {
    await extension?.deactivate();
    Module._load = load;
  }
};

test('it starts the server and takes over its commands', { timeout: 30_000 }, async () => {
  await withClient({ isTrusted: true }, ({ ran }) => {
    assert.deepEqual([...ran.keys()].sort(), ['sayflow.call', 'sayflow.restart', 'sayflow.runTest']);
  });
});

test('no call is made in a folder that is not trusted', { timeout: 30_000 }, async () => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('{"success": true, "data": "there"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'sayflow-'));
  const path = join(folder, 'a.flow');
  const uri = { scheme: 'file', toString: () => pathToFileURL(path).href };
  const api = `api collect: text {\n  get "http://127.0.0.1:${server.address().port}/collect"\n}\n`;
  const text = `${api}on start {\n  text "<<collect>>"\n}\n`;
  writeFileSync(path, text);
  const document = { uri, languageId: 'sayflow', version: 1, getText: () => text };
  const call = [uri.toString(), 'collect'];
  const window = { isTrusted: false, documents: [document] };
  try {
    await withClient(window, async ({ ran, told, providers }) => {
      const lenses = async () => {
        const found = await providers.at(-1).provideCodeLenses(document, { onCancellationRequested: () => {} });
        return found.map(({ command }) => command?.command).filter(Boolean);
      };
      const warned = once(told, 'warning');
      await ran.get('sayflow.call')(...call);
      assert.match((await warned)[0], /not trusted/);
      assert.deepEqual(asked, []);
      assert.deepEqual(await lenses(), []);

      window.isTrusted = true;
      await Promise.all(told.listeners('trust').map((granted) => granted()));
      assert.deepEqual(await lenses(), ['sayflow.call']);
      const answered = once(server, 'request');
      await ran.get('sayflow.call')(...call);
      await answered;
      assert.deepEqual(asked, ['/collect']);
    });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
});
