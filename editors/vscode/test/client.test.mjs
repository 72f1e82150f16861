// The built client against the real server. VS Code itself cannot be had here, so its module is a
// stand-in that answers everything and knows the few things that this client and its library use.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import Module from 'node:module';
import { test } from 'node:test';

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

const vscode = (told) =>
  anything({
    version: '1.140.0',
    env: { appName: 'a stand-in', language: 'en' },
    workspace: anything({
      getConfiguration: () => ({ get: (name) => ({ path: SAYFLOW, arguments: ['lsp'] })[name] }),
      textDocuments: [],
      workspaceFolders: undefined,
    }),
    window: anything({
      showErrorMessage: async (message) => void told.emit('error', new Error(message)),
      visibleTextEditors: [],
      tabGroups: anything({ all: [] }),
    }),
    commands: anything({
      registerCommand: (name) => {
        told.emit('command', name);
        return { dispose: () => {} };
      },
    }),
    l10n: { t: (text, ...parts) => text.replace(/\{(\d)\}/g, (_, index) => parts[index]) },
  });

test('it starts the server and takes over its commands', { timeout: 30_000 }, async () => {
  assert.ok(SAYFLOW, 'SAYFLOW names the program');
  const told = new EventEmitter();
  const registered = [];
  told.on('command', (name) => registered.push(name));
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? vscode(told) : load(name, ...rest));
  try {
    const extension = require('../out/extension.js');
    // Rejects with what the client would have shown.
    const shown = once(told, 'end');
    await Promise.race([extension.activate({ subscriptions: [] }), shown]);
    assert.deepEqual([...registered].sort(), ['sayflow.call', 'sayflow.restart', 'sayflow.runTest']);
    await extension.deactivate();
  } finally {
    Module._load = load;
  }
});
