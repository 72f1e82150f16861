// How the server is started.

const { accessSync, constants, statSync } = require('node:fs');
const { homedir } = require('node:os');
const { posix, win32 } = require('node:path');

/** A path as people write it: `~` is their folder. */
const expanded = (path) => path.replace(/^~(?=[/\\]|$)/, homedir());

/** The program by the settings, which may have been emptied. */
const programOf = (settings) => expanded(settings.get('path')?.trim() || 'sayflow');

/** Whether a path leads to something that can be started. */
const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const here = { platform: process.platform, path: process.env.PATH, isProgram };

/**
 * A bare name as the first program of that name on the `PATH`. The system would look in the opened folder as well: on
 * Windows before the `PATH`, elsewhere where an entry is empty or relative. Whoever made the folder would choose the program.
 */
const found = (name, { platform, path, isProgram }) => {
  if (/[/\\]/.test(name)) return name;
  const isWindows = platform === 'win32';
  const { delimiter, isAbsolute, join } = isWindows ? win32 : posix;
  // Scripts (`.cmd`) are started by a shell only.
  const names = isWindows && !/\.(exe|com)$/i.test(name) ? [`${name}.com`, `${name}.exe`] : [name];
  // On Windows an entry may stand in quotes.
  const entries = (path ?? '').split(delimiter).map((entry) => (isWindows ? entry.replaceAll('"', '') : entry));
  const paths = entries.filter(isAbsolute).flatMap((folder) => names.map((name) => join(folder, name)));
  const program = paths.find(isProgram);
  if (!program) throw new Error('there is no such program on the PATH');
  return program;
};

/** Command and arguments by the settings. Fails where the program is a name that the `PATH` does not know. */
exports.serverOf = (settings, machine = here) => ({
  command: found(programOf(settings), machine),
  args: settings.get('arguments') ?? ['lsp'],
});

exports.programOf = programOf;

/** What the server is told when it is started. */
exports.optionsOf = (settings) => ({
  inlayHints: settings.get('inlayHints') ?? true,
  servers: settings.get('servers') ?? {},
  // This client shows the places of a count; see `lenses.js`.
  showReferences: true,
});
