import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import server from '../src/server.js';

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
