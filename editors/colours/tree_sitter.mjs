// What tree-sitter colours, as one class a character.

import { execFileSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteOffsets } from './offsets.mjs';

const folder = new URL('../tree-sitter-sayflow/', import.meta.url).pathname;
const CAPTURE = /capture: (?:\d+ - )?([\w.]+), start: \((\d+), (\d+)\), end: \((\d+), (\d+)\)/;

/** The captures of each flow: name, start and end. */
export const captures = (flows, query = join(folder, 'queries/highlights.scm')) => {
  const scratch = mkdtempSync(join(tmpdir(), 'flows-'));
  const list = join(scratch, 'list');
  writeFileSync(list, flows.map((flow) => flow.file).join('\n') + '\n');
  const out = execFileSync('tree-sitter', ['query', '--captures', '--paths', list, query], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  rmSync(scratch, { recursive: true });
  const found = new Map(flows.map((flow) => [flow.file, []]));
  let current;
  let at;
  for (const line of out.split('\n')) {
    if (found.has(line)) {
      current = found.get(line);
      at = byteOffsets(flows.find((flow) => flow.file === line).text, { countsMark: true });
    }
    const match = CAPTURE.exec(line);
    if (!match) continue;
    const [, name, ...numbers] = match;
    const [row, column, endRow, endColumn] = numbers.map(Number);
    current.push({ name, start: at(row, column), end: at(endRow, endColumn) });
  }
  return found;
};
