// Lenses whose command is one of the editor's own: it wants the editor's values, not the protocol's.

const SHOW_REFERENCES = 'editor.action.showReferences';

/** The lens with places that the editor understands; `convert` is the converter of a client. */
exports.withPlaces = (lens, convert) => {
  const { command } = lens ?? {};
  if (command?.command !== SHOW_REFERENCES) return lens;
  const [uri, position, locations] = command.arguments;
  command.arguments = [convert.asUri(uri), convert.asPosition(position), locations.map((one) => convert.asLocation(one))];
  return lens;
};
