//! A subscriber that keeps what it is told, to the last field.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// What was told, line by line: an event when it happens, a span when it ends.
#[derive(Clone, Default)]
pub(crate) struct Listener {
    lines: Arc<Mutex<Vec<String>>>,
}

/// The fields of a span or an event, in the order of their names.
#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Listener {
    /// What is told while `work` runs.
    pub(crate) fn hears(work: impl FnOnce()) -> String {
        let listener = Self::default();
        let subscriber = tracing_subscriber::registry().with(listener.clone());
        tracing::subscriber::with_default(subscriber, work);
        let lines = listener.lines.lock().unwrap();
        lines.join("\n")
    }

    fn tell(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Listener {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        values.record(extensions.get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let within = context.event_span(event).map_or("nothing", |span| span.name());
        let level = event.metadata().level();
        self.tell(format!("{level} in {within}:{fields}"));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let path: Vec<&str> = span.scope().from_root().map(|span| span.name()).collect();
        let extensions = span.extensions();
        let fields = extensions.get::<Fields>().unwrap();
        self.tell(format!("{}:{fields}", path.join(" > ")));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let before = self.0.insert(field.name(), format!("{value:?}"));
        assert_eq!(before, None, "`{field}` is told once");
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}
