; A sequence is known by its name in its file. Across files the language server knows.
(source_file) @local.scope

(sequence name: (identifier) @local.definition.function)
(goto sequence: (identifier) @local.reference)
(call sequence: (identifier) @local.reference)
(target sequence: (identifier) @local.reference)
