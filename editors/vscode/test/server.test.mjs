import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { test } from 'node:test';
import lenses from '../src/lenses.js';
import server from '../src/server.js';
import trust from '../src/trust.js';

const settings = (values) => ({ get: (name) => values[name] });

/** A machine with these programs. */
const machine = (platform, path, ...programs) => ({ platform, path, isProgram: (path) => programs.includes(path) });

const commandOf = (path, machine) => server.serverOf(settings({ path }), machine).command;

test('the program of the PATH is started where nothing is set', () => {
  const found = server.serverOf(settings({ path: ' ' }), machine('linux', '/a:/b', '/b/sayflow', '/c/sayflow'));
  assert.deepEqual(found, { command: '/b/sayflow', args: ['lsp'] });
});

test('a name is never looked for in the opened folder', () => {
  const unix = machine('linux', ':.:bin:/b', 'sayflow', 'bin/sayflow', '/b/sayflow');
  assert.equal(commandOf('sayflow', unix), '/b/sayflow');
  const windows = machine('win32', String.raw`;.;bin;C:bin;"D:\a b";E:\c`, 'sayflow.exe', String.raw`bin\sayflow.exe`,
    String.raw`C:bin\sayflow.exe`, String.raw`D:\a b\sayflow.exe`, String.raw`E:\c\sayflow.com`);
  assert.equal(commandOf('sayflow', windows), String.raw`D:\a b\sayflow.exe`);
  assert.equal(commandOf('sayflow.EXE', machine('win32', 'C:\\b', 'C:\\b\\sayflow.EXE')), 'C:\\b\\sayflow.EXE');
  for (const platform of ['linux', 'win32']) {
    const nowhere = machine(platform, undefined, 'sayflow', 'sayflow.exe');
    assert.throws(() => commandOf('sayflow', nowhere), /no such program on the PATH/);
  }
});

test('this machine knows what it can start', () => {
  assert.equal(commandOf('node'), process.env.PATH.split(':').map((folder) => `${folder}/node`).find(existsSync));
  assert.throws(() => commandOf('no-such-program'), /no such program/);
});

test('a path stays, and may begin at home', () => {
  const nothing = machine('linux', '/b');
  assert.equal(commandOf('/opt/sayflow', nothing), '/opt/sayflow');
  assert.equal(commandOf('~/bin/sayflow', nothing), `${homedir()}/bin/sayflow`);
});

test('arguments are those that are set', () => {
  const cargo = settings({ path: '/b/cargo', arguments: ['run', '--', 'lsp'] });
  assert.deepEqual(server.serverOf(cargo).args, ['run', '--', 'lsp']);
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
