[
  (settings)
  (keys)
  (values)
  (block)
  (steps)
] @indent

"}" @outdent
