-- The version at which the customer was forgotten last: where it is that of the row, there is no record.
ALTER TABLE conversation ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- With `inbox_id` it finds every input of a conversation, handled or not.
CREATE INDEX inbox_without_id ON inbox (conversation) WHERE id IS NULL;
