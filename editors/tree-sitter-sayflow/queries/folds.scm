[
  (settings)
  (keys)
  (values)
  (block)
  (steps)
  (raw)
  (string)
] @fold
