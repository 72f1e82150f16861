import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import lenses from '../src/lenses.js';
import server from '../src/server.js';
import trust from '../src/trust.js';

const settings = (values) => ({ get: (name) => values[name] });

test('the program of the PATH is started where nothing is set', () => {
  assert.deepEqual(server.serverOf(settings({ path: ' ' })), { command: 'sayflow', args: ['lsp'] });
});

test('a path may begin at home', () => {
  const { command } = server.serverOf(settings({ path: '~/bin/sayflow' }));
  assert.equal(command, `${homedir()}/bin/sayflow`);
});

test('arguments are those that are set', () => {
  const { args } = server.serverOf(settings({ path: 'cargo', arguments: ['run', '--', 'lsp'] }));
  assert.deepEqual(args, ['run', '--', 'lsp']);
});

test('the server is told what the settings say, and that places can be shown', () => {
  const told = server.optionsOf(settings({ inlayHints: false, servers: { shop: 'http://127.0.0.1:1' } }));
  assert.deepEqual(told, { inlayHints: false, servers: { shop: 'http://127.0.0.1:1' }, showReferences: true });
  assert.deepEqual(server.optionsOf(settings({})), { inlayHints: true, servers: {}, showReferences: true });
});

test('a count gets places of the editor, and every other lens stays', () => {
  const convert = { asUri: (uri) => ({ uri }), asPosition: (at) => ({ at }), asLocation: (place) => ({ place }) };
  const count = { command: { command: 'editor.action.showReferences', arguments: ['file:///a', 1, [2, 3]] } };
  assert.deepEqual(lenses.withPlaces(count, convert).command.arguments, [
    { uri: 'file:///a' },
    { at: 1 },
    [{ place: 2 }, { place: 3 }],
  ]);
  const run = { command: { command: 'sayflow.runTest', arguments: ['file:///a', 'b'] } };
  assert.deepEqual(lenses.withPlaces(run, convert).command.arguments, ['file:///a', 'b']);
  assert.equal(lenses.withPlaces(undefined, convert), undefined);
});

test('nothing but a call is kept from a folder that is not trusted', () => {
  const lenses = ['sayflow.call', 'sayflow.runTest', undefined].map((command) => ({ command: command && { command } }));
  assert.deepEqual(trust.mayShow(lenses, true), lenses);
  assert.deepEqual(trust.mayShow(lenses, false), lenses.slice(1));
  assert.equal(trust.mayShow(null, false), undefined);
  assert.ok(trust.mayRun('sayflow.call', true) && trust.mayRun('sayflow.runTest', false));
  assert.ok(!trust.mayRun('sayflow.call', false));
});
