// How the server is started.

const { homedir } = require('node:os');

/** A path as people write it: `~` is their folder. */
const expanded = (path) => path.replace(/^~(?=[/\\]|$)/, homedir());

/** Command and arguments by the settings, which may have been emptied. */
exports.serverOf = (settings) => ({
  command: expanded(settings.get('path')?.trim() || 'sayflow'),
  args: settings.get('arguments') ?? ['lsp'],
});

/** What the server is told when it is started. */
exports.optionsOf = (settings) => ({
  inlayHints: settings.get('inlayHints') ?? true,
  servers: settings.get('servers') ?? {},
  // This client shows the places of a count; see `lenses.js`.
  showReferences: true,
});
