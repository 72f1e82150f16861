;;; sayflow-mode-tests.el --- Tests of sayflow-mode  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs -q --batch -L .. -l sayflow-mode-tests.el -f ert-run-tests-batch-and-exit
;; What every flow of the repository looks like is compared in editors/colours.

;;; Code:

(require 'ert)
(require 'imenu)
(require 'seq)
(require 'sayflow-mode)

(defmacro sayflow-tests-with (text &rest body)
  "Evaluate BODY in a flow of TEXT."
  (declare (indent 1))
  `(with-temp-buffer
     (insert ,text)
     (sayflow-mode)
     (font-lock-ensure)
     (goto-char (point-min))
     ,@body))

(defun sayflow-tests-face (word)
  "The face of the next WORD."
  (search-forward word)
  (get-text-property (match-beginning 0) 'face))

(ert-deftest a-word-has-the-colour-of-its-place ()
  (sayflow-tests-with "attribute text: text\nsequence text {\n  text \"text\"\n  goto text\n  if text is empty {\n"
    (should (equal (seq-map #'sayflow-tests-face '("attribute" "text" "text"))
                   '(font-lock-keyword-face font-lock-variable-name-face font-lock-type-face)))
    (should (equal (seq-map #'sayflow-tests-face '("sequence" "text" "text" "text"))
                   '(font-lock-keyword-face font-lock-function-name-face font-lock-keyword-face
                     font-lock-string-face)))
    (should (equal (seq-map #'sayflow-tests-face '("goto" "text" "if" "text" "is" "empty"))
                   '(font-lock-keyword-face font-lock-function-name-face font-lock-keyword-face
                     font-lock-variable-name-face font-lock-keyword-face font-lock-constant-face)))))

(ert-deftest marks-in-a-text-stand-out ()
  (sayflow-tests-with "text \"Hi {{name|you}} \\\" // <<status>>\" else \"x\""
    (should (equal (seq-map #'sayflow-tests-face '("Hi" "{{" "name" "|" "you" "}}" "\\\"" "//" "<<" "status" "else"))
                   '(font-lock-string-face font-lock-preprocessor-face font-lock-variable-name-face
                     font-lock-preprocessor-face font-lock-doc-face font-lock-preprocessor-face
                     font-lock-preprocessor-face font-lock-string-face font-lock-preprocessor-face
                     font-lock-builtin-face font-lock-keyword-face)))))

(ert-deftest comments-of-three-kinds ()
  (sayflow-tests-with "// one\n/// two\n// allow check::unused_api: three\n"
    (should (equal (seq-map #'sayflow-tests-face '("one" "two" "three"))
                   '(font-lock-comment-face font-lock-doc-face font-lock-preprocessor-face)))))

(ert-deftest a-text-left-open-ends-with-its-line ()
  (sayflow-tests-with "sequence a {\n  text \"Hi\n  goto b\n}\n"
    (should (eq (sayflow-tests-face "Hi") 'font-lock-string-face))
    (should (eq (sayflow-tests-face "goto") 'font-lock-keyword-face))))

(ert-deftest a-mock-goes-on-behind-its-reply ()
  (sayflow-tests-with "test \"a\" {\n  mock a = reply ```\n    {\"then\": 1}\n  ```, then timeout\n}\n"
    (should (equal (seq-map #'sayflow-tests-face '("mock" "a" "reply" "then" "then" "timeout"))
                   '(font-lock-keyword-face font-lock-builtin-face font-lock-type-face font-lock-string-face
                     font-lock-keyword-face font-lock-constant-face)))))

(ert-deftest colours-follow-an-edit ()
  (sayflow-tests-with "sequence a {\n  text \"\"\"\n    goto b\n    \"\"\"\n}\n"
    (should (eq (sayflow-tests-face "goto") 'font-lock-string-face))
    (goto-char (point-min))
    (search-forward "\"\"\"")
    (replace-match "\"A\"")
    (search-forward "\"\"\"")
    (replace-match "text \"B\"")
    (font-lock-ensure)
    (goto-char (point-min))
    (should (eq (sayflow-tests-face "goto") 'font-lock-keyword-face))))

(ert-deftest indenting-a-formatted-flow-changes-nothing ()
  (let ((files (split-string (getenv "FLOWS") "\n" t)))
    (should (> (length files) 100))
    (dolist (file files)
      (with-temp-buffer
        (let ((coding-system-for-read 'utf-8-unix)) (insert-file-contents file))
        (sayflow-mode)
        (let ((before (buffer-string)))
          ;; Without their indent the lines get it back; in texts and replies blanks mean something.
          (goto-char (point-min))
          (while (not (eobp))
            (unless (nth 3 (syntax-ppss)) (delete-horizontal-space))
            (forward-line))
          (let ((inhibit-message t)) (indent-region (point-min) (point-max)))
          (should (equal (list file before) (list file (substring-no-properties (buffer-string))))))))))

(ert-deftest a-new-line-and-a-brace-find-their-column ()
  (sayflow-tests-with "sequence a {\nif b {\n"
    (goto-char (point-max))
    (sayflow-indent-line)
    (should (= (current-column) 4))
    (insert "}")
    (sayflow-indent-line)
    (should (= (current-indentation) 2))))

(ert-deftest the-index-has-every-item ()
  (sayflow-tests-with "attribute a: text\nsequence b {\n}\ntest \"c d\" {\n}\n"
    (let ((index (imenu--make-index-alist t)))
      (should (equal (seq-map (lambda (kind) (caadr (assoc kind index))) '("Attribute" "Sequence" "Test"))
                     '("a" "b" "\"c d\""))))))

(ert-deftest eglot-starts-the-server ()
  (require 'eglot)
  (let ((contact (cdr (assoc 'sayflow-mode eglot-server-programs)))
        (sayflow-program "/opt/sayflow"))
    (should (equal (funcall contact nil) '("/opt/sayflow" "lsp")))))

(ert-deftest a-flow-opens-in-this-mode ()
  (should (eq (cdr (assoc "\\.flow\\'" auto-mode-alist)) 'sayflow-mode)))

;;; sayflow-mode-tests.el ends here
