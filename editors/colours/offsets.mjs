// Places in a text, as JavaScript counts them.

/** A function from a row and a column in bytes to an offset. A byte order mark counts as no column. */
export const byteOffsets = (text, { countsMark = false } = {}) => {
  const lines = text.split('\n');
  const starts = [];
  lines.reduce((start, line) => (starts.push(start), start + line.length + 1), 0);
  const mark = !countsMark && text.startsWith('\ufeff') ? 3 : 0;
  return (row, bytes) => {
    const line = Buffer.from(lines[row] ?? '');
    const width = Math.min(line.length, bytes + (row === 0 ? mark : 0));
    return (starts[row] ?? text.length) + line.subarray(0, width).toString().length;
  };
};
