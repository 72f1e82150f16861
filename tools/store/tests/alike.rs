//! Whatever is done with them, the store in memory and the one in a file answer alike.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod deeds;

use proptest::prelude::proptest;
use proptest::{collection, prop_assert_eq};
use sayflow_store::{Memory, Sqlite};

use deeds::{Tried, deed};

proptest! {
    #[test]
    fn two_stores_answer_alike(deeds in collection::vec(deed(), 1..60)) {
        let mut memory = Tried::new(Memory::new());
        let mut file = Tried::new(Sqlite::in_memory().unwrap());
        for (place, deed) in deeds.iter().enumerate() {
            let (one, other) = (memory.does(deed), file.does(deed));
            prop_assert_eq!(one, other, "deed {}: {:?}", place, deed);
        }
    }
}
