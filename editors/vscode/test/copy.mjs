// Copies the examples beside their snapshots: the snapshot tool looks there only.

import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../../../examples/', import.meta.url).pathname;
const folder = new URL('snapshots/', import.meta.url).pathname;

const found = readdirSync(root, { recursive: true }).filter((path) => path.endsWith('.flow'));
if (found.length < 10) throw new Error(`only ${found.length} examples under ${root}`);
for (const path of found) copyFileSync(join(root, path), join(folder, path.replaceAll('/', '__')));

const wanted = new Set(found.map((path) => `${path.replaceAll('/', '__')}.snap`));
const idle = readdirSync(folder).filter((name) => name.endsWith('.snap') && !wanted.has(name));
if (idle.length) throw new Error(`snapshots without an example: ${idle.join(', ')}`);
