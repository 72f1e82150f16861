;;; test.el --- `sayflow lsp' from Emacs through eglot  -*- lexical-binding: t -*-

;; Started by test.sh: emacs --batch -l emacs/test.el -f ert-run-tests-batch-and-exit

;;; Code:

(require 'ert)
(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'subr-x)

(set-language-environment "UTF-8")
(setq find-file-suppress-same-file-warnings t
      make-backup-files nil
      create-lockfiles nil
      enable-local-variables nil
      eglot-confirm-server-initiated-edits nil)

(defconst desk-wait-seconds 10)

(define-derived-mode desk-flow-mode prog-mode "Flow"
  "Flows, as far as eglot has to know them."
  ;; Otherwise `<<' is part of the name that is being completed.
  (modify-syntax-entry ?< ".")
  (modify-syntax-entry ?> "."))
(add-to-list 'auto-mode-alist '("\\.flow\\'" . desk-flow-mode))
(add-to-list 'eglot-server-programs `(desk-flow-mode . (,(getenv "SAYFLOW_SERVER"))))

;;; An author at Emacs

(defvar desk-folder nil "The copy of the flow.")

(defun desk-names ()
  "The files of the flow."
  (directory-files (getenv "SAYFLOW_FLOW") nil "\\.flow\\'"))

(defun desk-text (path)
  "The text of the file at PATH."
  (with-temp-buffer
    (insert-file-contents path)
    (buffer-string)))

(defun desk-expected (folder name)
  "What the file NAME is when a test is over, as FOLDER of `expected' has it."
  (desk-text (format "%s/%s/%s" (getenv "SAYFLOW_EXPECTED") folder name)))

(defun desk-buffer (name)
  "The buffer of the file NAME of the flow, opened where it is not."
  (find-file-noselect (expand-file-name name desk-folder)))

(defun desk-buffer-text (name)
  "The text of the file NAME as the editor has it."
  (with-current-buffer (desk-buffer name)
    (buffer-string)))

(defmacro desk-with-flow (name &rest body)
  "Run BODY in the file NAME of a copy of the flow that a server of its own knows."
  (declare (indent 1))
  `(let* ((scratch (make-temp-file "flow" t))
          (desk-folder (file-name-as-directory (expand-file-name "Café & flow" scratch))))
     (unwind-protect
         (progn
           (copy-directory (getenv "SAYFLOW_FLOW") desk-folder nil t t)
           (with-current-buffer (desk-buffer ,name)
             (apply #'eglot (eglot--guess-contact))
             ,@body))
       (desk-leave)
       (delete-directory scratch t))))

(defun desk-leave ()
  "Ask the server to leave, and close every file."
  (let ((inhibit-message t)
        (servers (apply #'append (hash-table-values eglot--servers-by-project))))
    (eglot-shutdown-all)
    (dolist (server servers)
      (should-not (jsonrpc-running-p server)))
    (dolist (buffer (buffer-list))
      (when (buffer-file-name buffer)
        (with-current-buffer buffer (set-buffer-modified-p nil))
        (kill-buffer buffer)))
    (setq flymake-list-only-diagnostics nil)))

(defun desk-go-to (before after)
  "Put point between BEFORE and AFTER, which stand side by side."
  (goto-char (point-min))
  (search-forward (concat before after))
  (backward-char (length after)))

(defun desk-idle ()
  "What happens when the author pauses; without a terminal no idle timer runs."
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (accept-process-output nil 0.02))

(defun desk-finding (diagnostic)
  "DIAGNOSTIC as `file:line severity code text'; the text is what its range covers."
  (let ((sent (cdr (assq 'eglot-lsp-diag (flymake-diagnostic-data diagnostic)))))
    (format "%s:%d %s %s %s"
            (file-name-nondirectory (buffer-file-name))
            (line-number-at-pos (flymake-diagnostic-beg diagnostic))
            (nth (1- (plist-get sent :severity)) '("error" "warning" "information" "hint"))
            (plist-get sent :code)
            (buffer-substring (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic)))))

(defun desk-findings (name)
  "What was found in the file NAME."
  (with-current-buffer (desk-buffer name)
    (desk-idle)
    (sort (mapcar #'desk-finding (flymake-diagnostics)) #'string<)))

(defun desk-broken (name)
  "What is to be found in the file NAME of the flow."
  (let ((all (split-string (desk-text (concat (getenv "SAYFLOW_EXPECTED") "/findings.txt")) "\n" t)))
    (seq-filter (lambda (line) (string-prefix-p name line)) all)))

(defun desk-should-find (name expected)
  "Wait until what is found in the file NAME is EXPECTED, no more and no less."
  (let ((deadline (time-add nil desk-wait-seconds)))
    (while (and (not (equal (desk-findings name) expected))
                (time-less-p nil deadline)))
    (should (equal (desk-findings name) expected))))

(defun desk-offers ()
  "What completion offers at point, in its order."
  (pcase-let* ((`(,start ,end ,table . ,_) (eglot-completion-at-point))
               (offers (all-completions (buffer-substring start (min end (point))) table))
               (sort (completion-metadata-get (completion-metadata "" table nil) 'display-sort-function)))
    (mapcar #'substring-no-properties (funcall sort offers))))

(defmacro desk-answering-yes (&rest body)
  "Run BODY as an author who agrees to everything."
  `(cl-letf (((symbol-function 'y-or-n-p) #'always))
     ,@body))

;;; What the author sees

(ert-deftest findings-of-every-file ()
  (desk-with-flow "shop.flow"
    (dolist (name (desk-names))
      (desk-should-find name (desk-broken name)))
    (let ((said (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n")))
      (should (string-match-p "did you mean `points`\\?" said)))))

(ert-deftest findings-of-files-that-are-not-open ()
  (desk-with-flow "help.flow"
    (let ((deadline (time-add nil desk-wait-seconds)))
      (while (and (< (length flymake-list-only-diagnostics) 2)
                  (time-less-p nil deadline))
        (accept-process-output nil 0.02)))
    (let ((found (mapcar (lambda (file) (cons (file-name-nondirectory (car file)) (length (cdr file))))
                         flymake-list-only-diagnostics)))
      (should (equal (sort found (lambda (a b) (string< (car a) (car b))))
                     '(("orders.flow" . 2) ("shop.flow" . 2)))))))

(ert-deftest the-apis-behind-angles ()
  (desk-with-flow "orders.flow"
    (desk-go-to "{{order_no}}: <<" "")
    (should (equal (desk-offers) '("opening_hours" "order_status")))
    (insert "order")
    (completion-at-point)
    (insert ".\" else \"Nothing is known of it yet.\"")
    (should (equal (buffer-string) (desk-expected "mended" "orders.flow")))))

(ert-deftest the-apis-behind-angles-in-other-blocks ()
  (desk-with-flow "orders.flow"
    (desk-go-to "<<" "picks")
    (should (equal (desk-offers) '("picks")))
    (desk-go-to "We are open: <<" "opening")
    (should (equal (desk-offers) '("opening_hours" "order_status")))))

(ert-deftest a-sequence-has-another-name-in-every-file ()
  (desk-with-flow "shop.flow"
    (desk-go-to "-> " "track")
    (desk-answering-yes (eglot-rename "follow"))
    (dolist (name (desk-names))
      (let ((text (replace-regexp-in-string "^\\(sequence [^ ]+\\) was \"track\"" "\\1" (desk-buffer-text name))))
        (should (equal text (desk-expected "renamed" name)))))
    (let ((inhibit-message t))
      (save-some-buffers t))
    (dolist (name (desk-names))
      (should (equal (desk-text (expand-file-name name desk-folder)) (desk-buffer-text name))))))

(ert-deftest a-name-that-is-taken-is-refused ()
  (desk-with-flow "orders.flow"
    (desk-go-to "sequence " "track")
    (let ((refusal (should-error (eglot-rename "offers") :type 'jsonrpc-error)))
      (should (string-match-p "there is a sequence `offers` already" (format "%S" refusal))))
    (should-not (buffer-modified-p))))

(ert-deftest the-form-of-every-file ()
  (desk-with-flow "shop.flow"
    (dolist (name (desk-names))
      (with-current-buffer (desk-buffer name)
        (eglot-format-buffer)
        (should (equal (buffer-string) (desk-expected "formatted" name)))
        (set-buffer-modified-p nil)
        (eglot-format-buffer)
        (should-not (buffer-modified-p))))))

(ert-deftest where-a-name-is-declared ()
  (desk-with-flow "help.flow"
    (desk-go-to "🎉 Track an order\" -> " "track")
    (let ((place (xref-item-location (car (xref-backend-definitions 'eglot "LSP identifier at point.")))))
      (with-current-buffer (marker-buffer (xref-location-marker place))
        (goto-char (xref-location-marker place))
        (should (equal (file-name-nondirectory (buffer-file-name)) "orders.flow"))
        (should (looking-at-p "track {$"))
        (should (looking-back "^sequence " (line-beginning-position)))))))

(ert-deftest nothing-is-found-once-all-is-mended ()
  (desk-with-flow "shop.flow"
    (desk-should-find "shop.flow" (desk-broken "shop.flow"))
    (desk-go-to "{{point" "}}")
    (insert "s")
    (desk-go-to "-> o" "fers")
    (insert "f")
    (should (equal (buffer-string) (desk-expected "mended" "shop.flow")))
    (desk-should-find "shop.flow" nil)
    (desk-should-find "orders.flow" (desk-broken "orders.flow"))
    (with-current-buffer (desk-buffer "orders.flow")
      (desk-go-to "{{order_no}}: <<" "")
      (insert "order_status>>.\" else \"Nothing is known of it yet.\"")
      (should (equal (buffer-string) (desk-expected "mended" "orders.flow"))))
    (dolist (name (desk-names))
      (desk-should-find name nil))))

;;; test.el ends here
