; What is coloured how. The headings are groups of the table of words (`sayflow::syntax::words`),
; whose words `tests/editors.rs` compares. No node is matched twice: editors disagree about who wins.

; ---- items
(attribute "attribute" @keyword)
(server "server" @keyword)
(api "api" @keyword)
(action "action" @keyword)
(sequence "sequence" @keyword)
(handler "on" @keyword)
(test "test" @keyword)

; ---- settings
(request ["get" "post"] @keyword)
(setting ["header" "param" "field"] @keyword)
(timeout "timeout" @keyword)
(leads_to ["leads" "to"] @keyword)
(sets "sets" @keyword)

; ---- statements
(say ["text" "image" "audio" "video"] @keyword)
(expected ["text" "image" "audio" "video"] @keyword)
(gallery "gallery" @keyword)
(expected "gallery" @keyword)
(options ["buttons" "quick" "replies"] @keyword)
(expected ["buttons" "quick" "replies"] @keyword)
(card "card" @keyword)
(expected "card" @keyword)
(detail ["subtitle" "url"] @keyword)
(expected ["subtitle" "url"] @keyword)
(button "button" @keyword)
(expected "button" @keyword)
(ask "ask" @keyword)
(accept "accept" @keyword)
(retry "retry" @keyword)
(no_match ["no" "match"] @keyword)
(no_reply ["no" "reply"] @keyword)
(no_interrupts ["no" "interrupts"] @keyword)
(set "set" @keyword)
(clear "clear" @keyword)
(if "if" @keyword.control.conditional)
(goto "goto" @keyword)
(call "call" @keyword)
(end) @keyword ; "end"
(once "once" @keyword)
(wait "wait" @keyword)
(pass "wait" @keyword)
(handover "handover" @keyword)
(expected "handover" @keyword)
(do "do" @keyword)
(expected "do" @keyword)

; ---- steps
(given "given" @keyword)
(mock "mock" @keyword)
(at "at" @keyword)
(flow "flow" @keyword)
(restart) @keyword ; "restart"
(start "start" @keyword)
(customer "customer" @keyword)
(tap "tap" @keyword)
(intent "intent" @keyword)
(again) @keyword ; "again"
(expected ["pause" "event" "called"] @keyword)
(expect "expect" @keyword)

; ---- types
(type ["text" "number" "yes" "/" "no" "date" "one" "of" "any"] @type.builtin)

; ---- outputs
(output ["text" "image" "gallery" "buttons" "quick" "replies" "nothing"] @type.builtin)

; ---- triggers
(trigger ["start" "words" "intent" "unmatched" "api" "failure" "stale" "moved"] @constant.builtin)

; ---- answers
(answer
  [
    "text" "email" "phone" "number" "date" "url" "yes" "/" "no" "one" "of" "image" "file" "location"
    "pattern" "regex"
  ] @type.builtin)

; ---- operators
(binary ["and" "or" "is" "not" "contains" "starts" "with"] @keyword.operator)
(unary "not" @keyword.operator)
(expected "not" @keyword.operator)

; ---- values
(constant ["yes" "no"] @constant.builtin.boolean)
(constant ["empty" "extra"] @constant.builtin)

; ---- functions
(visits "visits" @function.builtin)

; ---- clauses
(sequence ["id" "was"] @keyword)
(attribute "key" @keyword)
(ask "save" @keyword)
(option ["extra" "if"] @keyword)
(button ["extra" "if"] @keyword)
(expected "extra" @keyword)
(handover "priority" @keyword)
(expected "priority" @keyword)
(else ["else" "if"] @keyword.control.conditional)
(secret "secret" @keyword)

; ---- targets
(target ["url" "phone"] @type.builtin)

; ---- priorities
(priority ["low" "normal" "high" "urgent"] @constant.builtin)

; ---- outcomes
(outcome
  [
    "blocked" "timeout" "unreachable" "status" "too" "large" "not" "json" "declined" "contract"
    "empty" "ok"
  ] @constant.builtin)

; ---- test_clauses
(mocked "sets" @keyword)
(mock "then" @keyword)
(tap "of" @keyword)
(expected ["times" "time" "with"] @keyword)

; ---- mocked
(mocked ["file" "reply" "status" "image" "audio" "video"] @type.builtin)

; ---- sent
(customer ["image" "audio" "video" "file" "location"] @type.builtin)

; ---- events
(event ["limit" "reached" "value" "error" "bot" "disabled"] @constant.builtin)

; ---- names

(sequence name: (identifier) @function)
(goto sequence: (identifier) @function)
(call sequence: (identifier) @function)
(target sequence: (identifier) @function)
(leads_to sequence: (identifier) @function)
(visits sequence: (identifier) @function)
(start sequence: (identifier) @function)

(api name: (identifier) @function.method)
(api_reference api: (identifier) @function.method)
(mock api: (identifier) @function.method)
(expected api: (identifier) @function.method)

(action name: (identifier) @function)
(do action: (identifier) @function)
(expected action: (identifier) @function)

(server name: (identifier) @namespace)
(request server: (identifier) @namespace)

(secret name: (identifier) @constant)

(attribute name: (identifier) @variable)
(placeholder attribute: (identifier) @variable)
(ask attribute: (identifier) @variable)
(set attribute: (identifier) @variable)
(clear attribute: (identifier) @variable)
(sets attribute: (identifier) @variable)
(assignment name: (identifier) @variable)
(claim name: (identifier) @variable)

(attribute default: (identifier) @variable)
(setting value: (identifier) @variable)
(set value: (identifier) @variable)
(value value: (identifier) @variable)
(assignment value: (identifier) @variable)
(claim value: (identifier) @variable)
(claim . (identifier) @variable .)
(if condition: (identifier) @variable)
(else condition: (identifier) @variable)
(option condition: (identifier) @variable)
(button condition: (identifier) @variable)
(binary (identifier) @variable)
(unary (identifier) @variable)
(group (identifier) @variable)

(key name: (identifier) @variable.other.member)
(value name: (identifier) @variable.other.member)

(priority (identifier) @constant)
(outcome (identifier) @constant)
(event (identifier) @constant)

(id) @label

; ---- texts, numbers, signs

(string ["\"" "“" "”" "\"\"\""] @string)
(string_content) @string
(regex) @string.regexp
(raw ["`" "```"] @string)
(raw_content) @string
(escape) @constant.character.escape
(default) @string.special
(placeholder ["{{" "|" "}}"] @punctuation.special)
(api_reference ["<<" ">>"] @punctuation.special)

(number) @constant.numeric
(duration) @constant.numeric

(arrow) @operator
(binary ["==" "!=" "<=" ">=" "<" ">" "+" "-" "*" "/"] @operator)
(unary "-" @operator)
(answer "-" @operator)
(customer "-" @operator)
"=" @operator
"~" @operator
".." @operator
["{" "}" "(" ")"] @punctuation.bracket
["," ":"] @punctuation.delimiter
(skip) @punctuation.special

(comment) @comment
(note) @comment.line.documentation
(allow) @keyword.directive
