//! Looks into the tables of the store, from beside it.

use postgres::{Client, NoTls};
use sayflow::{Customer, Value};

use crate::verify::{Leftovers, Stored};

/// A schema of its own in the database that the test was given.
pub(crate) struct Database {
    address: String,
    schema: String,
}

/// What the tables weigh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    pub(crate) turns: i64,
    /// Bytes of a session's narrow row, and of its record.
    pub(crate) session_row: f64,
    pub(crate) record_row: f64,
    /// Bytes of all tables with their indexes.
    pub(crate) tables: i64,
}

impl Database {
    pub(crate) fn create(address: String, schema: &str) -> Result<Self, postgres::Error> {
        let database = Self {
            address,
            schema: schema.to_owned(),
        };
        database
            .client()?
            .batch_execute(&format!("CREATE SCHEMA {schema}"))?;
        Ok(database)
    }

    /// Where the store of this test is.
    pub(crate) fn address(&self) -> String {
        let join = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{join}options=-c%20search_path%3D{}", self.address, self.schema)
    }

    pub(crate) fn client(&self) -> Result<Client, postgres::Error> {
        Client::connect(&self.address(), NoTls)
    }

    /// What waits or is held, of which nothing may be left in the end.
    pub(crate) fn leftovers(&self) -> Result<Leftovers, postgres::Error> {
        let row = self.client()?.query_one(
            "SELECT
               (SELECT count(*) FROM sayflow_inbox WHERE handled_at IS NULL),
               (SELECT count(*) FROM sayflow_refused),
               (SELECT count(*) FROM sayflow_outbox WHERE delivered_at IS NULL),
               (SELECT count(*) FROM sayflow_session WHERE leased_until IS NOT NULL),
               (SELECT count(*) FROM sayflow_session WHERE rings_at < now() + interval '1 minute')",
            &[],
        )?;
        Ok(Leftovers {
            waiting: row.try_get(0)?,
            refused: row.try_get(1)?,
            undelivered: row.try_get(2)?,
            claimed: row.try_get(3)?,
            timers: row.try_get(4)?,
        })
    }

    /// Every customer as stored, with the name of the conversation.
    pub(crate) fn customers(&self) -> Result<Vec<(String, Stored)>, Box<dyn std::error::Error>> {
        let rows = self
            .client()?
            .query("SELECT conversation, customer FROM sayflow_record", &[])?;
        rows.iter()
            .map(|row| {
                let (conversation, customer): (String, &str) = (row.try_get(0)?, row.try_get(1)?);
                let customer: Customer = serde_json::from_str(customer)?;
                let basket = match customer.attribute("basket") {
                    Some(Value::Text(basket)) => basket.split(", ").map(str::to_owned).collect(),
                    _ => Vec::new(),
                };
                let uid = customer.uid;
                Ok((conversation, Stored { uid, basket }))
            })
            .collect()
    }

    pub(crate) fn weight(&self) -> Result<Weight, postgres::Error> {
        let row = self.client()?.query_one(
            "SELECT
               (SELECT sum(version)::bigint FROM sayflow_session),
               (SELECT avg(pg_column_size(row.*))::float8 FROM sayflow_session AS row),
               (SELECT avg(pg_column_size(row.*))::float8 FROM sayflow_record AS row),
               (SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')",
            &[],
        )?;
        Ok(Weight {
            turns: row.try_get(0)?,
            session_row: row.try_get(1)?,
            record_row: row.try_get(2)?,
            tables: row.try_get(3)?,
        })
    }

    /// How many bytes of its log the server has written since it was made.
    pub(crate) fn log_bytes(&self) -> Result<i64, postgres::Error> {
        let query = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";
        self.client()?.query_one(query, &[])?.try_get(0)
    }
}
