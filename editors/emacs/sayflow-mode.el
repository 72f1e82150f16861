;;; sayflow-mode.el --- Conversation flows in .flow files  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT OR Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "27.1"))
;; Keywords: languages
;; URL: https://github.com/sayflow/sayflow

;;; Commentary:

;; Colours, indentation and an index for flows, and the language server `sayflow lsp' for Eglot:
;; M-x eglot in a flow starts it.
;;
;; A word means something where it stands: `date' may be an attribute.  So lines are read from left
;; to right with what was read before, and not by a list of keywords.

;;; Code:

(require 'seq)

(defgroup sayflow nil
  "Conversation flows."
  :group 'languages
  :prefix "sayflow-")

(defcustom sayflow-program "sayflow"
  "The program that checks flows and answers Eglot."
  :type 'string)

(defcustom sayflow-indent-offset 2
  "Columns that a block is indented by.  The formatter writes two."
  :type 'integer
  :safe #'integerp)

(defconst sayflow-words
  '((items
     "attribute" "server" "api" "action" "sequence" "on" "test")
    (settings
     "get" "post" "header" "param" "field" "timeout" "leads to" "sets")
    (statements
     "text" "image" "audio" "video" "gallery" "buttons" "quick replies" "ask" "set" "clear"
     "if" "goto" "call" "end" "once" "wait" "handover" "do" "accept" "retry" "no match"
     "no reply" "no interrupts" "card" "subtitle" "url" "button")
    (steps
     "given" "mock" "at" "flow" "restart" "start" "customer" "tap" "intent" "again" "pause"
     "event" "expect" "called")
    (types
     "text" "number" "yes/no" "date" "one of" "any")
    (outputs
     "text" "image" "gallery" "buttons" "quick replies" "nothing")
    (triggers
     "start" "words" "intent" "unmatched" "api failure" "stale" "moved")
    (answers
     "text" "email" "phone" "number" "date" "url" "yes/no" "one of" "image" "file"
     "location" "pattern" "regex")
    (operators
     "and" "or" "not" "is" "contains" "starts with")
    (values
     "yes" "no" "empty" "extra")
    (functions
     "visits")
    (clauses
     "id" "was" "key" "save" "extra" "if" "priority" "else" "secret")
    (targets
     "url" "phone")
    (priorities
     "low" "normal" "high" "urgent")
    (outcomes
     "blocked" "timeout" "unreachable" "status" "too large" "not json" "declined"
     "contract" "empty" "ok")
    (test_clauses
     "sets" "then" "of" "times" "time" "with")
    (mocked
     "file" "reply" "status" "image" "audio" "video")
    (sent
     "image" "audio" "video" "file" "location")
    (events
     "limit reached" "value error" "bot disabled"))
  "The groups of the table of words, which `tests/editors.rs' compares.")

(defconst sayflow--name "\\(?:\\sw\\|\\s_\\)+")

(defconst sayflow--blanks " \t\r\u00a0\u2000-\u200b\u3000\ufeff")

(defconst sayflow--quotes
  '(("\"\"\"" . "\\\\.\\|\"\"\"")
    ("```" . "```")
    ("\"" . "\\\\.\\|[\"\n]")
    ("“" . "\\\\.\\|[”\n]")
    ("`" . "[`\n]"))
  "What opens a text or a reply, and what its end is searched with.")

(defun sayflow--words (&rest groups)
  "A pattern for the words of GROUPS."
  (let* ((words (seq-mapcat (lambda (group) (cdr (assq group sayflow-words))) groups))
         (spaced (lambda (word)
                   (replace-regexp-in-string
                    "/" "[ \t]*/[ \t]*" (replace-regexp-in-string " " "[ \t]+" word t t) t t))))
    (concat "\\_<\\(?:" (mapconcat spaced words "\\|") "\\)\\_>")))

(defconst sayflow--patterns
  `((line . ,(sayflow--words 'items 'settings 'statements 'steps 'test_clauses))
    (type . ,(sayflow--words 'types 'outputs))
    (trigger . ,(sayflow--words 'triggers))
    (answer . ,(sayflow--words 'answers))
    (event . ,(sayflow--words 'events))
    (sent . ,(sayflow--words 'sent))
    (target . ,(sayflow--words 'targets))
    (outcome . ,(sayflow--words 'outcomes))
    (mocked . ,(concat (sayflow--words 'mocked) "[ \t]*[\"“`0-9]"))
    (operator . ,(sayflow--words 'operators))
    (value . ,(sayflow--words 'values))
    (function . ,(concat (sayflow--words 'functions) "[ \t]*("))
    (clause . ,(concat (sayflow--words 'clauses) "[ \t]*[\"“]"))))

(defconst sayflow--behind
  '((attribute "attribute" "set" "clear" "save")
    (server "server" "get" "post")
    (api "api" "called")
    (action "action" "do")
    (sequence "sequence" "goto" "start" "call")
    (trigger "on")
    (answer "accept")
    (event "event")
    (sent "customer")
    (priority "priority")
    (mock "mock"))
  "What is expected behind a word.")

(defconst sayflow--values '("if" "with" "given" "expect" "sets")
  "Words that values follow.")

(defconst sayflow--faces
  '((attribute . font-lock-variable-name-face)
    (server . font-lock-constant-face)
    (api . font-lock-builtin-face)
    (mock . font-lock-builtin-face)
    (action . font-lock-function-name-face)
    (sequence . font-lock-function-name-face)
    (secret . font-lock-constant-face)
    (priority . font-lock-constant-face))
  "The faces of names.")

;;; Texts, replies and comments

(defvar sayflow-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry #x200c "w" table)
    (modify-syntax-entry #x200d "w" table)
    ;; Quotes are found by `sayflow--propertize', which knows the escapes of each.
    (dolist (sign (append "\"\\`'<>=@|~+-*&$%“”→–—…" nil))
      (modify-syntax-entry sign "." table))
    (modify-syntax-entry #xfeff " " table)
    table))

(defun sayflow--fence (position)
  "Let a text begin or end at POSITION."
  (put-text-property position (1+ position) 'syntax-table (string-to-syntax "|")))

(defun sayflow--to-end (mark end)
  "Go behind what MARK opens, at most to END."
  (let ((closing (cdr (assoc mark sayflow--quotes)))
        (done nil))
    (while (not done)
      (cond ((not (re-search-forward closing end 'move)) (setq done t))
            ((eq (char-after (match-beginning 0)) ?\\))
            (t (sayflow--fence (1- (point))) (setq done t))))))

(defun sayflow--mark-at (position)
  "What opens the text at POSITION."
  (save-excursion
    (goto-char position)
    (car (seq-find (lambda (quotes) (looking-at-p (regexp-quote (car quotes)))) sayflow--quotes))))

(defun sayflow--propertize (start end)
  "Find the texts between START and END."
  (goto-char start)
  (let* ((state (syntax-ppss))
         (mark (and (nth 3 state) (sayflow--mark-at (nth 8 state)))))
    (when mark (sayflow--to-end mark end)))
  (while (re-search-forward
          "//\\|\"\"\"\\|```\\|[\"“`]\\|[ \t]\\(/\\)[^/* \t\n]\\(?:\\\\.\\|[^/\\\n]\\)*/" end t)
    (let ((mark (match-string 0))
          (begin (match-beginning 0)))
      (cond ((equal mark "//") (end-of-line))
            ((match-beginning 1) (sayflow--fence (match-beginning 1)) (sayflow--fence (1- (point))))
            (t (sayflow--fence begin) (sayflow--to-end mark end))))))

(defun sayflow--syntactic-face (state)
  "The face of a text or a comment that STATE is in."
  (if (nth 3 state)
      'font-lock-string-face
    (save-excursion
      (goto-char (nth 8 state))
      (cond ((looking-at-p "///") 'font-lock-doc-face)
            ((looking-at-p "//[ \t]*allow[ \t]+[a-z_]+::[a-z_]+") 'font-lock-preprocessor-face)
            (t 'font-lock-comment-face)))))

;;; What stands in a line

(defvar sayflow--mode nil
  "What is read: `line', `value', `outcomes', `mock', `sets' of one, `sequences'.")
(defvar sayflow--next nil
  "What the word before has announced.")
(defvar sayflow--start nil
  "Whether nothing stands before in this line or block.")

(defun sayflow--is (pattern)
  "Whether PATTERN, a key of `sayflow--patterns', fits here."
  (looking-at (cdr (assq pattern sayflow--patterns))))

(defun sayflow--paint (face)
  "Give what was looked at FACE and go behind it."
  (put-text-property (match-beginning 0) (match-end 0) 'face face)
  (goto-char (match-end 0)))

(defun sayflow--paint-word (face)
  "Give the name here FACE."
  (looking-at sayflow--name)
  (sayflow--paint face))

(defun sayflow--announced ()
  "Paint a name by the word before it."
  (let ((next sayflow--next))
    (setq sayflow--next nil)
    (cond ((memq next '(type answer sent))
           (if (sayflow--is next) (sayflow--paint 'font-lock-type-face) (goto-char (match-end 0))))
          ((memq next '(trigger event))
           (if (sayflow--is next)
               (sayflow--paint 'font-lock-constant-face)
             (sayflow--paint-word 'font-lock-constant-face)))
          ((and (eq next 'target) (sayflow--is 'target)) (sayflow--paint 'font-lock-type-face))
          ((eq next 'target) (sayflow--paint-word 'font-lock-function-name-face))
          (t (sayflow--paint-word (cdr (assq next sayflow--faces)))))
    (when (eq next 'mock) (setq sayflow--mode 'mock))))

(defun sayflow--value ()
  "Paint a name in an expression."
  (cond ((sayflow--is 'function)
         (sayflow--paint-word 'font-lock-builtin-face)
         (setq sayflow--next 'sequence))
        ((and (eq sayflow--mode 'sets) (looking-at "then\\_>"))
         (sayflow--paint 'font-lock-keyword-face)
         (setq sayflow--mode 'mock))
        ((looking-at (concat "secret[ \t]+" sayflow--name))
         (sayflow--paint-word 'font-lock-keyword-face)
         (setq sayflow--next 'secret))
        ((sayflow--is 'operator) (sayflow--paint 'font-lock-keyword-face))
        ((sayflow--is 'value) (sayflow--paint 'font-lock-constant-face))
        (t (sayflow--paint-word 'font-lock-variable-name-face))))

(defun sayflow--outcome ()
  "Paint a name behind `else'."
  (cond ((looking-at "if\\_>")
         (sayflow--paint 'font-lock-keyword-face)
         (setq sayflow--mode 'value))
        ((sayflow--is 'outcome) (sayflow--paint 'font-lock-constant-face))
        (t (sayflow--paint-word 'font-lock-constant-face))))

(defun sayflow--answer ()
  "Paint a name behind `mock'."
  (cond ((sayflow--is 'mocked) (sayflow--paint-word 'font-lock-type-face))
        ((looking-at "\\(sets\\|then\\)\\_>")
         (when (equal (match-string 1) "sets") (setq sayflow--mode 'sets))
         (sayflow--paint 'font-lock-keyword-face))
        ((sayflow--is 'outcome) (sayflow--paint 'font-lock-constant-face))
        (t (goto-char (match-end 0)))))

(defun sayflow--word ()
  "Paint a name that begins a line, or goes on in one."
  (let ((word (match-string-no-properties 0))
        (end (match-end 0)))
    (cond ((and sayflow--start (looking-at (concat sayflow--name "[ \t]*\\(?::\\|=[^=]\\)")))
           (sayflow--paint-word 'font-lock-variable-name-face))
          ((sayflow--is 'clause)
           (sayflow--paint-word 'font-lock-keyword-face)
           (when (member word sayflow--values) (setq sayflow--mode 'value)))
          ((or (sayflow--is 'line) (looking-at "\\(?:save\\|priority\\|else\\|if\\|not\\)\\_>"))
           (sayflow--paint 'font-lock-keyword-face)
           (setq sayflow--next (car (seq-find (lambda (row) (member word (cdr row))) sayflow--behind)))
           (cond ((equal word "leads") (setq sayflow--mode 'sequences))
                 ((equal word "else") (setq sayflow--mode 'outcomes))
                 ((member word sayflow--values) (setq sayflow--mode 'value))))
          (t (goto-char end)))
    (setq sayflow--start nil)))

(defun sayflow--read-name ()
  "Paint the name here."
  (cond (sayflow--next (sayflow--announced))
        ((memq sayflow--mode '(value sets)) (sayflow--value))
        ((eq sayflow--mode 'outcomes) (sayflow--outcome))
        ((eq sayflow--mode 'mock) (sayflow--answer))
        ((eq sayflow--mode 'sequences) (sayflow--paint-word 'font-lock-function-name-face))
        (t (sayflow--word))))

(defun sayflow--sign ()
  "Read a sign, and what it announces."
  (cond ((looking-at "[{}]")
         (setq sayflow--mode 'line
               sayflow--next nil
               sayflow--start t))
        ((looking-at "->\\|→\\|–>\\|—>") (setq sayflow--next 'target))
        ((looking-at "<<") (setq sayflow--next 'api))
        ((looking-at "==\\|[!<>]="))
        ((looking-at ":") (setq sayflow--next 'type))
        ((looking-at "=") (unless (memq sayflow--mode '(mock sets)) (setq sayflow--mode 'value)))
        ((looking-at "\\(?:[^[:alnum:]]\\)")))
  (goto-char (match-end 0)))

(defun sayflow--line ()
  "Paint the line that begins here."
  (let ((state (syntax-ppss)))
    (setq sayflow--mode 'line
          sayflow--next nil
          sayflow--start t)
    (when (nth 3 state)
      ;; Behind a reply of several lines its mock goes on.
      (when (eq (char-after (nth 8 state)) ?`) (setq sayflow--mode 'mock))
      (sayflow--to-text-end state))
    ;; A text may lead some lines on.
    (while (progn (skip-chars-forward sayflow--blanks (line-end-position)) (not (eolp)))
      (cond ((sayflow--opens-text) (sayflow--to-text-end (syntax-ppss (1+ (point)))))
            ((looking-at "//") (end-of-line))
            ((looking-at (concat "@" sayflow--name)) (sayflow--paint 'font-lock-constant-face))
            ((looking-at "[0-9]+\\(?:\\.[0-9]+\\|[smhd]\\_>\\)?") (sayflow--paint 'font-lock-constant-face))
            ((looking-at "\\.\\.\\.\\|…") (sayflow--paint 'font-lock-preprocessor-face))
            ((looking-at sayflow--name) (sayflow--read-name))
            (t (sayflow--sign))))))

(defun sayflow--opens-text ()
  "Whether a text begins here."
  (equal (get-text-property (point) 'syntax-table) (string-to-syntax "|")))

(defun sayflow--to-text-end (state)
  "Go behind the text that STATE is in."
  (parse-partial-sexp (max (point) (1+ (nth 8 state))) (point-max) nil nil state 'syntax-table)
  (setq sayflow--next nil
        sayflow--start nil)
  (when (eq sayflow--mode 'outcomes) (setq sayflow--mode 'line)))

(defun sayflow--fontify (limit)
  "Paint every line up to LIMIT."
  (beginning-of-line)
  (while (< (point) limit)
    (sayflow--line)
    (forward-line))
  nil)

(defun sayflow--in-text (pattern)
  "A matcher of PATTERN within texts."
  (lambda (limit)
    (let ((found nil))
      (while (and (not found) (re-search-forward pattern limit t))
        (let ((state (save-excursion (syntax-ppss (match-beginning 0)))))
          (setq found (and (nth 3 state) (memq (char-after (nth 8 state)) '(?\" ?“))))))
      found)))

(defconst sayflow-font-lock-keywords
  `((sayflow--fontify)
    ("\\(<<\\)[ \t]*\\(?:\\sw\\|\\s_\\)+[ \t]*\\(>>\\)"
     (1 font-lock-preprocessor-face t) (2 font-lock-preprocessor-face t))
    (,(sayflow--in-text "<<[ \t]*\\(\\(?:\\sw\\|\\s_\\)+\\)[ \t]*>>") (1 font-lock-builtin-face t))
    (,(sayflow--in-text "\\\\.") (0 font-lock-preprocessor-face t))
    (,(sayflow--in-text
       (concat "\\({{\\)[ \t]*\\(\\(?:\\sw\\|\\s_\\)+\\)[ \t]*"
               "\\(?:\\(|\\)\\(\\(?:[^{}\"”\n]\\|}[^}\"”\n]\\)*\\)\\)?\\(}}\\)"))
     (1 font-lock-preprocessor-face t)
     (2 font-lock-variable-name-face t)
     (3 font-lock-preprocessor-face t t)
     (4 font-lock-doc-face t t)
     (5 font-lock-preprocessor-face t)))
  "The colours of `sayflow-mode'.")

;;; Indentation

(defun sayflow-indent-line ()
  "Indent this line as the formatter does."
  (interactive)
  (let* ((state (save-excursion (syntax-ppss (line-beginning-position))))
         (closing (save-excursion (back-to-indentation) (skip-chars-forward "}")))
         (column (max 0 (* sayflow-indent-offset (- (car state) closing)))))
    (if (nth 3 state)
        'noindent
      (if (<= (current-column) (current-indentation))
          (indent-line-to column)
        (save-excursion (indent-line-to column))))))

;;; The mode

(defvar sayflow-imenu-expressions
  (mapcar (lambda (word)
            (list (capitalize word) (concat "^" word "[ \t]+\\(\"[^\"\n]+\"\\|" sayflow--name "\\)") 1))
          '("sequence" "api" "server" "action" "attribute" "test"))
  "The index of a flow.")

;;;###autoload
(define-derived-mode sayflow-mode prog-mode "Sayflow"
  "Major mode for conversation flows."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "//+[ \t]*")
  (setq-local comment-end "")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'sayflow-indent-line)
  (setq-local electric-indent-chars (cons ?} electric-indent-chars))
  (setq-local syntax-propertize-function #'sayflow--propertize)
  (setq-local parse-sexp-lookup-properties t)
  (setq-local imenu-generic-expression sayflow-imenu-expressions)
  (setq-local font-lock-defaults
              '(sayflow-font-lock-keywords
                nil nil nil
                (font-lock-syntactic-face-function . sayflow--syntactic-face))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.flow\\'" . sayflow-mode))

(defvar eglot-server-programs)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons 'sayflow-mode (lambda (&rest _) (list sayflow-program "lsp")))))

(provide 'sayflow-mode)
;;; sayflow-mode.el ends here
