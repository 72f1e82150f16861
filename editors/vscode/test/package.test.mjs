// What the .vsix holds. Run behind `package.sh`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { test } from 'node:test';

const folder = new URL('../', import.meta.url).pathname;
const described = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
const archive = `${folder}sayflow-${described.version}.vsix`;
const read = (path) => execFileSync('unzip', ['-p', archive, `extension/${path}`], { encoding: 'utf8' });
const listed = execFileSync('unzip', ['-Z1', archive], { encoding: 'utf8' }).trim().split('\n');

test('it holds what its description names, and nothing else', () => {
  const { contributes, main } = described;
  const named = [
    main,
    contributes.languages[0].configuration,
    contributes.grammars[0].path,
    contributes.snippets[0].path,
    'package.json',
    'readme.md',
    'LICENSE-MIT',
    'LICENSE-APACHE',
  ].map((path) => `extension/${path.replace('./', '')}`);
  assert.deepEqual(listed.sort(), [...named, '[Content_Types].xml', 'extension.vsixmanifest'].sort());
});

test('the client is whole: it asks for nothing but the editor and Node', () => {
  const asked = [...read('out/extension.js').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  const foreign = asked.filter((name) => name !== 'vscode' && !isBuiltin(name));
  assert.ok(asked.includes('vscode'));
  assert.deepEqual(foreign, []);
});

test('it registers its own command only', () => {
  const own = [...read('out/extension.js').matchAll(/\bregisterCommand\("(sayflow\.\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(own, ['sayflow.restart']);
});

test('every setting, command and file of the description is there', () => {
  assert.deepEqual(JSON.parse(read('package.json')).contributes, described.contributes);
  assert.doesNotThrow(() => JSON.parse(read('syntaxes/sayflow.tmLanguage.json')));
});
