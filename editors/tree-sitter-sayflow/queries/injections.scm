; The reply of a mock is JSON, good or bad.
((raw_content) @injection.content
  (#set! injection.language "json"))

((pattern) @injection.content
  (#set! injection.language "regex"))

(answer
  "regex"
  (string
    (string_content) @injection.content
    (#set! injection.language "regex")))
