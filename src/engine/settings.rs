//! What a host decides, one method for each setting.

use std::sync::Arc;

use super::Engine;
use crate::settings::{Grant, Limits, OptionKey, Secret, Settings};

/// # Settings
///
/// Each method gives the engine with one setting more. Clones that were made before keep theirs.
impl Engine {
    /// For the setters: copied where a clone of this engine shares it.
    fn settings_mut(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// Sets bounds of a turn other than the defaults.
    ///
    /// # Examples
    ///
    /// A flow that strangers write gets less room than one of the house:
    ///
    /// ```
    /// use std::time::Duration;
    /// use sayflow::{Engine, Limits, Program, Source};
    ///
    /// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
    /// let limits = Limits { calls: 4, time: Duration::from_secs(8), ..Limits::default() };
    /// let engine = Engine::new(program).with_limits(limits);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.settings_mut().limits = limits;
        self
    }

    /// Gives a secret to the flow, granted to the origins (`https://api.shop.example`) that may
    /// receive it. A request to any other origin that needs it is blocked.
    ///
    /// What is no origin, such as `api.shop.example` or `*`, grants nothing, and the
    /// [message](crate::CallReport::message) of the call that is blocked says so.
    ///
    /// The same name again replaces secret and origins.
    ///
    /// # Examples
    ///
    /// An author, or somebody who may edit the flow, cannot send the shop's token elsewhere:
    ///
    /// ```
    /// use sayflow::{Customer, Engine, Event, Input, NoCalls, Outcome, Program, Session, Source};
    ///
    /// let flow = r#"
    /// api leak: text {
    ///   get "https://elsewhere.example/"
    ///   header "X-Shop-Token" = secret SHOP_TOKEN
    /// }
    /// on start {
    ///   text "<<leak>>" else "No."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("leak.flow", flow)])?)
    ///     .with_secret("SHOP_TOKEN", "s3cret", ["https://api.shop.example"]);
    /// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
    /// let [Event::Call(report)] = turn.events.as_slice() else { panic!("one call") };
    /// assert_eq!(report.outcome, Outcome::Blocked);
    /// let why = "secret `SHOP_TOKEN` is not granted to https://elsewhere.example";
    /// assert_eq!(report.message.as_deref(), Some(why));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    ///
    /// The secrets come from the host's own store. What a flow wants is known before a customer is there,
    /// so that a start without one can be refused:
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use sayflow::{Engine, Program, Source};
    ///
    /// # let flow = r#"
    /// # server shop "https://api.shop.example" {
    /// #   header "X-Shop-Token" = secret SHOP_TOKEN
    /// # }
    /// # api hours: text {
    /// #   get shop "/hours"
    /// # }
    /// # on start {
    /// #   text "<<hours>>" else "From ten to eight."
    /// # }
    /// # "#;
    /// let store = HashMap::from([("SHOP_TOKEN", "s3cret")]);
    /// let mut engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// for (name, origins) in engine.program().secrets() {
    ///     let value = *store.get(name.as_str()).ok_or_else(|| format!("no secret `{name}`"))?;
    ///     engine = engine.with_secret(name, value, origins);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_secret(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let secret = Secret::new(value.into());
        let origins = origins.into_iter().map(Into::into).collect();
        self.settings_mut()
            .secrets
            .insert(name.into(), Grant { secret, origins });
        self
    }

    /// Points a server of the flow at another origin, such as a fake on loopback.
    ///
    /// It takes the place of the whole address that the flow gives the server, and may have a path. An
    /// origin instead of a name (`https://cdn.shop.example`) stands for every API there, also for those with
    /// an absolute URL; a server's name goes before it. A name that the flow does not have changes nothing.
    ///
    /// # Examples
    ///
    /// The flow that is tested is the one that customers talk to, to the last byte:
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
    ///
    /// let flow = r#"
    /// server shop "https://api.shop.example"
    /// api hours: text {
    ///   get shop "/hours"
    /// }
    /// on start {
    ///   text "<<hours>>" else "From ten to eight."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?)
    ///     .with_server("shop", "http://127.0.0.1:8080");
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
    /// assert_eq!(requests[0].url.to_string(), "http://127.0.0.1:8080/hours");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_server(mut self, name: impl Into<String>, origin: impl Into<String>) -> Self {
        self.settings_mut().servers.insert(name.into(), origin.into());
        self
    }

    /// Sets the channels ([`Customer::platform_id`](crate::Customer::platform_id)) that are connected; calls for any other are blocked.
    /// Without this setting every channel is.
    ///
    /// # Examples
    ///
    /// A shop has paid for its page and not yet for its second one:
    ///
    /// ```
    /// # use sayflow::{Effect, Engine, Input, Program, Session, Source};
    /// use sayflow::Customer;
    ///
    /// # let flow = r#"
    /// # api hours: text {
    /// #   get "https://api.shop.example/hours"
    /// # }
    /// # on start {
    /// #   text "<<hours>>" else "From ten to eight."
    /// # }
    /// # "#;
    /// # let program = Program::load([Source::new("shop.flow", flow)])?;
    /// # let input = Input::start();
    /// let engine = Engine::new(program).with_connected_channels([101]);
    /// for (channel, is_called) in [(101, true), (102, false)] {
    ///     let mut customer = Customer::new(7);
    ///     customer.platform_id = channel;
    /// #     let mut session = Session::new();
    ///     let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    ///     assert_eq!(matches!(steps.advance()?, Effect::Calls(_)), is_called);
    /// }
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_connected_channels(mut self, channels: impl IntoIterator<Item = i64>) -> Self {
        self.settings_mut().channels = Some(channels.into_iter().collect());
        self
    }

    /// Sets whether calls are made at all, which is the default; where not, each is blocked.
    ///
    /// # Examples
    ///
    /// A preview shows what the flow says, and no order is placed by it:
    ///
    /// ```
    /// # use sayflow::{Customer, Engine, Input, Program, Session, Source};
    /// use sayflow::{Answer, Block, Client, Request};
    ///
    /// struct Orders;
    ///
    /// impl Client for Orders {
    ///     fn call(&self, requests: &[Request]) -> Vec<Answer> {
    ///         panic!("a preview has ordered {requests:?}");
    ///     }
    /// }
    ///
    /// # let flow = r#"
    /// # api place_order: text {
    /// #   post "https://api.shop.example/orders"
    /// # }
    /// # on start {
    /// #   text "Ordered: <<place_order>>." else "I could not order it."
    /// # }
    /// # "#;
    /// # let program = Program::load([Source::new("shop.flow", flow)])?;
    /// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let engine = Engine::new(program).with_calls_enabled(false);
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &Orders)?;
    /// assert_eq!(turn.blocks, [Block::Text { text: "I could not order it.".to_owned() }]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_calls_enabled(mut self, enabled: bool) -> Self {
        self.settings_mut().are_calls_disabled = !enabled;
        self
    }

    /// Sets whether spans tell what customers and endpoints say; by default they do not.
    ///
    /// Spans and their events then carry the input, the blocks, the URLs of calls and the messages of replies:
    /// personal data, which whoever reads the logs can read. Secrets are masked even then.
    ///
    /// # Examples
    ///
    /// On the desk of somebody who looks for a fault, and nowhere else:
    ///
    /// ```
    /// use sayflow::{Engine, Program, Source};
    ///
    /// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
    /// let engine = Engine::new(program).with_texts_in_spans(cfg!(debug_assertions));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn with_texts_in_spans(mut self, are_told: bool) -> Self {
        self.settings_mut().are_texts_told = are_told;
        self
    }

    /// Sets a key for option ids: a tap on an id that was not made with it, or was made for another
    /// customer, is refused. Without a key whoever can send a tap can open any sequence.
    ///
    /// The ids carry a tag, SipHash-2-4 under this key. A new key makes every option that customers
    /// still see on their screens unknown. [Idempotency keys](Self::with_idempotency_header) are made under it as well: a
    /// turn that is tried again under another one calls under other keys.
    ///
    /// The tag is bound to [`uid`](crate::Customer::uid), so no two customers may have the same one, on whatever channels
    /// they write.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Engine, ErrorKind, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = r#"
    /// on start {
    ///   buttons "Welcome!" {
    ///     "Opening hours" -> hours
    ///   }
    /// }
    /// sequence hours {
    ///   text "From ten to eight."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// let engine = Engine::new(program).with_option_key(*b"sixteen byte key");
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let forged = Input::tap("0.hours");
    /// let refused = engine.turn(&mut session, &mut customer, &forged, &NoCalls).unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::UnknownOption);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_option_key(mut self, key: [u8; 16]) -> Self {
        self.settings_mut().option_key = Some(OptionKey(key));
        self
    }

    /// Sets the header that carries a key of each call, such as `Idempotency-Key`: an endpoint that places orders knows
    /// by it that a call is one it has answered before.
    ///
    /// The key is made of the customer, the id of the input, the name of the API and how often the turn has called it,
    /// under the [option key](Self::with_option_key) where there is one, so it is the same when a turn is tried again whose first try was not stored. An input without an id
    /// ([`Input::with_id`](crate::Input::with_id)) gives its calls no key. Where a binding sets this header by itself,
    /// that value is sent. With a name that cannot be that of a header calls are blocked.
    ///
    /// # Examples
    ///
    /// The host dies after the call and before it has stored the session; the order is placed once:
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
    ///
    /// let flow = r#"
    /// api place_order: text {
    ///   post "https://api.shop.example/orders"
    /// }
    /// on start {
    ///   text "Ordered: <<place_order>>." else "I could not order it."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// let engine = Engine::new(program).with_idempotency_header("Idempotency-Key");
    /// let input = Input::start().with_id("m-1");
    /// let key = || -> Result<Option<String>, sayflow::Error> {
    ///     let (mut session, mut customer) = (Session::new(), Customer::new(7));
    ///     let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    ///     let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
    ///     let mut headers = requests[0].headers.iter();
    ///     Ok(headers.find(|(name, _)| name == "Idempotency-Key").map(|(_, key)| key.to_string()))
    /// };
    /// let first = key()?;
    /// assert_eq!(first.as_ref().map(String::len), Some(32));
    /// assert_eq!(key()?, first);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn with_idempotency_header(mut self, name: impl Into<String>) -> Self {
        let name: String = name.into();
        self.settings_mut().idempotency_header = Some(name.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Limits};
    use crate::program::Program;
    use crate::source::Source;

    fn engine() -> Engine {
        let flow = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
        Engine::new(Program::load([flow]).unwrap())
    }

    #[test]
    fn an_engine_is_printed_without_what_the_host_hides() {
        let engine =
            engine()
                .with_option_key([211; 16])
                .with_secret("TOKEN", "s3cret", ["https://api.shop.example"]);
        let printed = format!("{engine:?}");
        assert!(printed.contains("option_key: Some(***)") && printed.contains("secret: ***"));
        assert!(!printed.contains("211") && !printed.contains("s3cret"));
    }

    #[test]
    fn a_setting_changes_no_engine_that_was_cloned_before() {
        let limits = Limits {
            steps: 7,
            ..Limits::default()
        };
        let before = engine();
        let after = before.clone().with_limits(limits.clone());
        assert_eq!(before.settings.limits, Limits::default());
        assert_eq!(after.settings.limits, limits);
    }
}
