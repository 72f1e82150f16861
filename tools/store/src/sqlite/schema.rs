//! The tables, and how a file of an older version becomes one of this.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, ErrorKind};

/// Marks a file as one of this store: "sayf" in ASCII.
const APPLICATION_ID: i32 = 0x7361_7966;

/// Each step takes a file from the version that is its place to the next. Steps are added and never edited.
pub(super) const STEPS: &[&str] = &[include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// Brings a file up to date, wholly or not at all.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let pragma = |name: &str| transaction.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != i64::from(APPLICATION_ID) && tables > 0 {
        let message = "this file is another program's database: give the store a file of its own";
        return Err(Error::new(ErrorKind::Newer, message));
    }
    let known = usize::try_from(version)
        .ok()
        .and_then(|version| steps.get(version..));
    let Some(missing) = known else {
        let message = format!(
            "this file has version {version}, and this store knows versions up to {}: use the newer program that wrote it",
            steps.len()
        );
        return Err(Error::new(ErrorKind::Newer, message));
    };
    if missing.is_empty() {
        return Ok(());
    }
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(
        None,
        "user_version",
        i64::try_from(steps.len()).unwrap_or(i64::MAX),
    )?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn an_older_file_is_brought_up_to_date_and_keeps_what_is_in_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, STEPS).unwrap();
        connection
            .execute(
                "INSERT INTO conversation (name, version, customer) VALUES ('a', 3, '{}')",
                [],
            )
            .unwrap();
        let next = "ALTER TABLE conversation ADD COLUMN note TEXT NOT NULL DEFAULT 'new'";
        let steps = [STEPS, &[next]].concat();
        migrate(&mut connection, &steps).unwrap();
        assert_eq!(version(&connection), i64::try_from(steps.len()).unwrap());
        let row: (i64, String) = connection
            .query_row("SELECT version, note FROM conversation", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, (3, "new".to_owned()));
        // A program of before is told, and changes nothing.
        let error = migrate(&mut connection, STEPS).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Newer);
        insta::assert_snapshot!(error, @"this file has version 3, and this store knows versions up to 2: use the newer program that wrote it");
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, STEPS).unwrap();
        let steps = [STEPS, &["CREATE TABLE one (x); SELECT nonsense"]].concat();
        assert!(migrate(&mut connection, &steps).is_err());
        assert_eq!(version(&connection), i64::try_from(STEPS.len()).unwrap());
        let made = connection.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'one'",
            [],
            |row| row.get::<_, i64>(0),
        );
        assert_eq!(made, Ok(0));
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE orders (number TEXT)")
            .unwrap();
        let error = migrate(&mut connection, STEPS).unwrap_err();
        insta::assert_snapshot!(error, @"this file is another program's database: give the store a file of its own");
    }
}
