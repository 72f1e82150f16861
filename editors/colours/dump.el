;;; dump.el --- Writes the face of every character  -*- lexical-binding: t; -*-

;;; Commentary:

;; One line of JSON a file: [[character, face], …] where faces change.  Files stand in $FLOWS, the
;; result goes to $COLOURS.

;;; Code:

(require 'json)
(require 'sayflow-mode)

(defun colours-of-buffer ()
  "Where faces change."
  (let ((changes nil) (last nil) (position (point-min)))
    (while (< position (point-max))
      (let ((face (get-text-property position 'face)))
        (unless (eq face last)
          (push (vector (1- position) (or face "")) changes)
          (setq last face)))
      (setq position (1+ position)))
    (vconcat (nreverse changes))))

(let ((files (with-temp-buffer (insert-file-contents (getenv "FLOWS")) (split-string (buffer-string) "\n" t)))
      (lines nil)
      (coding-system-for-read 'utf-8-unix))
  (dolist (file files)
    (with-temp-buffer
      (insert-file-contents file)
      (sayflow-mode)
      (font-lock-mode 1)
      (font-lock-ensure)
      (push (json-encode (colours-of-buffer)) lines)))
  (with-temp-file (getenv "COLOURS")
    (insert (mapconcat #'identity (nreverse lines) "\n") "\n")))

;;; dump.el ends here
