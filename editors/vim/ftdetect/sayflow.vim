autocmd BufNewFile,BufRead *.flow setfiletype sayflow
