// What Vim colours.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteOffsets } from './offsets.mjs';

const here = new URL('./', import.meta.url).pathname;

/** The syntax groups of each flow: name, start and end. */
export const groups = (flows) => {
  const scratch = mkdtempSync(join(tmpdir(), 'vim-'));
  const list = join(scratch, 'list');
  const out = join(scratch, 'out');
  writeFileSync(list, flows.map((flow) => flow.file).join('\n') + '\n');
  execFileSync('vim', ['-u', 'NONE', '-i', 'NONE', '-n', '-es', '-S', join(here, 'dump.vim')], {
    env: { ...process.env, FLOWS: list, COLOURS: out, VIM_FOLDER: join(here, '../vim') },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  const files = readFileSync(out, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  rmSync(scratch, { recursive: true });
  return new Map(flows.map((flow, index) => [flow.file, parts(flow.text, files[index])]));
};

const parts = (text, lines) => {
  const at = byteOffsets(text);
  return lines.flatMap((changes, row) =>
    changes.map(([column, name], index) => ({
      name,
      start: at(row, column),
      end: at(row, changes[index + 1]?.[0] ?? Infinity),
    })),
  );
};
