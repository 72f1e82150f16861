(sequence body: (block) @function.inside) @function.around
(handler body: (block) @function.inside) @function.around
(api body: (settings) @class.inside) @class.around
(server body: (settings) @class.inside) @class.around
(test body: (steps) @test.inside) @test.around

(option) @entry.around
(assignment) @entry.around

[(comment) (note) (allow)] @comment.inside
(comment)+ @comment.around
(note)+ @comment.around
