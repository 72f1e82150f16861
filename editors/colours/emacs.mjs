// What Emacs colours.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = new URL('./', import.meta.url).pathname;

/** The faces of each flow: name, start and end. */
export const faces = (flows) => {
  const scratch = mkdtempSync(join(tmpdir(), 'emacs-'));
  const list = join(scratch, 'list');
  const out = join(scratch, 'out');
  writeFileSync(list, flows.map((flow) => flow.file).join('\n') + '\n');
  execFileSync('emacs', ['-Q', '--batch', '-L', join(here, '../emacs'), '-l', join(here, 'dump.el')], {
    env: { ...process.env, FLOWS: list, COLOURS: out },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  const files = readFileSync(out, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  rmSync(scratch, { recursive: true });
  return new Map(flows.map((flow, index) => [flow.file, parts(flow.text, files[index])]));
};

/** Emacs counts characters. */
const parts = (text, changes) => {
  const offsets = [];
  let offset = 0;
  for (const character of text) {
    offsets.push(offset);
    offset += character.length;
  }
  return changes.map(([position, name], index) => ({
    name: name.replace('comment-delimiter', 'comment'),
    start: offsets[position],
    end: offsets[changes[index + 1]?.[0]] ?? text.length,
  }));
};
