[
  (settings)
  (keys)
  (values)
  (block)
  (steps)
] @indent.begin

"}" @indent.end @indent.branch

[
  (string)
  (raw)
] @indent.auto
