//! The table of codes. A code is never reused and its meaning never changes.

use std::fmt;

use super::Severity;
use crate::error::Error;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $severity:ident $name:literal,)+) => {
        /// The stable name of a finding, `stage::name`.
        ///
        /// # Examples
        ///
        /// ```
        /// use sayflow::Code;
        ///
        /// // A team's list of the findings that it lives with, from a file of its own.
        /// let tolerated: Vec<Code> = "check::unused_api check::plain_http"
        ///     .split(' ')
        ///     .map(str::parse)
        ///     .collect::<Result<_, _>>()?;
        /// assert_eq!(tolerated, [Code::UnusedApi, Code::PlainHttp]);
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the stages.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as people read it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// How much findings of this code matter.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }
        }
    };
}

codes! {
    // Reading a file.
    /// The file is not UTF-8.
    NotUtf8 = Error "syntax::not_utf8",
    /// The file is larger than a flow file may be.
    FileTooLarge = Error "syntax::file_too_large",
    /// Blocks, or brackets of an expression, nest too deep.
    TooDeep = Error "syntax::too_deep",
    /// A line begins with a word that the language does not know.
    UnknownKeyword = Error "syntax::unknown_keyword",
    /// A line begins with a known word and goes on in a way that it cannot.
    Malformed = Error "syntax::malformed",
    /// Something stands behind a complete statement.
    Unexpected = Error "syntax::unexpected",
    /// A statement stands where it has no meaning.
    Misplaced = Error "syntax::misplaced",
    /// A word that other languages have and this one refuses.
    ReservedWord = Error "syntax::reserved_word",
    /// A word of the language is used as a name.
    ReservedName = Error "syntax::reserved_name",
    /// A quote is never closed.
    UnclosedText = Error "syntax::unclosed_text",
    /// A `{` is never closed.
    UnclosedBlock = Error "syntax::unclosed_block",
    /// A `}` closes nothing.
    StrayBrace = Error "syntax::stray_brace",
    /// A `}` ends an item although statements of it follow.
    EarlyBrace = Error "syntax::early_brace",
    /// An item does not start at the beginning of its line.
    IndentedItem = Error "syntax::indented_item",
    /// `}}` or `>>` without its opening marks.
    StrayMarks = Error "syntax::stray_marks",
    /// `{{` or `<<` without its closing marks, or with something else than a name inside.
    BadPlaceholder = Error "syntax::bad_placeholder",
    /// A backslash before a character that needs none.
    UnknownEscape = Error "syntax::unknown_escape",
    /// A number or a duration that cannot be read.
    BadNumber = Error "syntax::bad_number",
    /// A note for translators stands above nothing.
    LooseNote = Warning "syntax::loose_note",
    /// `allow` gives no reason.
    AllowWithoutReason = Error "syntax::allow_without_reason",

    // Names.
    /// No sequence has this name.
    UnknownSequence = Error "check::unknown_sequence",
    /// No API has this name.
    UnknownApi = Error "check::unknown_api",
    /// No server has this name.
    UnknownServer = Error "check::unknown_server",
    /// No attribute has this name.
    UnknownAttribute = Error "check::unknown_attribute",
    /// No action has this name.
    UnknownAction = Error "check::unknown_action",
    /// The action has no such key.
    UnknownActionKey = Error "check::unknown_action_key",
    /// A key of the action is left out.
    MissingActionKey = Error "check::missing_action_key",
    /// Not one of the words in which a call ends.
    UnknownOutcome = Error "check::unknown_outcome",
    /// Two things of one kind have the same name.
    DuplicateName = Error "check::duplicate_name",
    /// Two places in one sequence have the same id.
    DuplicateId = Error "check::duplicate_id",
    /// A sequence's id or former name is another sequence's name or id.
    DuplicateSequenceId = Error "check::duplicate_sequence_id",
    /// Two handlers wait for the same.
    DuplicateTrigger = Error "check::duplicate_trigger",
    /// A handler waits for the same twice.
    RepeatedTrigger = Warning "check::repeated_trigger",
    /// Several words of a handler stand in one text.
    WordsInOneText = Warning "check::words_in_one_text",
    /// The words of a handler take every message.
    WordsTakeEverything = Warning "check::words_take_everything",
    /// The words of a handler are an answer to a question.
    WordsTakeAnswer = Warning "check::words_take_answer",
    /// A setting is given twice.
    DuplicateSetting = Error "check::duplicate_setting",
    /// Two options that can be on screen together have the same title.
    DuplicateTitle = Warning "check::duplicate_title",
    /// An attribute has the name of a field of the customer record.
    ShadowsRecord = Error "check::shadows_record",

    // Tests.
    /// A test that expects nothing.
    TestWithoutExpectation = Error "check::test_without_expectation",
    /// Something is expected before anything happens.
    NothingHappened = Error "check::nothing_happened",
    /// A request says nothing under this name.
    UnknownRequestValue = Error "check::unknown_request_value",

    /// A test that was run has found something else than it expects.
    TestFailed = Error "test::failed",

    // Requests.
    /// An API says neither `get` nor `post`.
    MissingRequest = Error "check::missing_request",
    /// A URL that is not an absolute http or https URL.
    BadUrl = Error "check::bad_url",
    /// A phone number that cannot be dialled.
    BadPhone = Error "check::bad_phone",
    /// `{{…}}` in the scheme, host or port of a URL.
    PlaceholderInHost = Error "check::placeholder_in_host",
    /// `{{…}}` or `<<…>>` where a text is taken as it stands.
    PlaceholderNotAllowed = Error "check::placeholder_not_allowed",
    /// A timeout above the five seconds of the contract.
    TimeoutTooLong = Error "check::timeout_too_long",
    /// A timeout that leaves no time for the call.
    TimeoutTooShort = Error "check::timeout_too_short",
    /// A secret outside a request.
    SecretOutsideRequest = Error "check::secret_outside_request",
    /// A header that the client sets itself.
    ForbiddenHeader = Error "check::forbidden_header",
    /// A header whose value holds a line break or another control character.
    BadHeaderValue = Error "check::bad_header_value",
    /// A key or an id without a character in it.
    EmptyKey = Error "check::empty_key",
    /// A body field in a GET.
    FieldInGet = Error "check::field_in_get",
    /// A request that carries no secret.
    NoSecretHeader = Warning "check::no_secret_header",
    /// A token or password in the flow itself.
    HardcodedSecret = Warning "check::hardcoded_secret",
    /// A request that travels unencrypted.
    PlainHttp = Warning "check::plain_http",
    /// An API's output does not fit the place that uses it.
    WrongOutput = Error "check::wrong_output",
    /// A call may fail, and nothing says what happens then.
    UnhandledFailure = Warning "check::unhandled_failure",
    /// `else` behind a block that uses no API, or that can never run.
    NeedlessElse = Warning "check::needless_else",

    // Values.
    /// A value of one type where another is needed.
    TypeMismatch = Error "check::type_mismatch",
    /// Arithmetic on an attribute that may be unset.
    ArithmeticWithoutDefault = Error "check::arithmetic_without_default",
    /// A number is divided by zero.
    DivisionByZero = Warning "check::division_by_zero",
    /// A field of the record that a flow cannot write.
    ReadOnlyField = Error "check::read_only_field",
    /// A pattern, regular expression or range that can match nothing.
    BadPattern = Error "check::bad_pattern",
    /// A pattern that was meant for a regular expression.
    PatternLikeRegex = Warning "check::pattern_like_regex",
    /// An attribute that is read and never written.
    AttributeNeverWritten = Warning "check::attribute_never_written",
    /// An attribute that is written and never read.
    AttributeNeverRead = Warning "check::attribute_never_read",
    /// `{name}` or `<name>` where an attribute or API of that name exists.
    SingleBraces = Error "check::single_braces",
    /// `$name`, `%name%` or `[name]` where an attribute of that name exists.
    ForeignMarks = Warning "check::foreign_marks",
    /// A default that is a filter of another tool.
    FilterAsDefault = Warning "check::filter_as_default",

    // Conversation.
    /// A phone option among quick replies.
    PhoneInQuickReplies = Error "check::phone_in_quick_replies",
    /// An option that leads nowhere.
    OptionWithoutTarget = Error "check::option_without_target",
    /// All options of a block have conditions.
    AllOptionsConditional = Warning "check::all_options_conditional",
    /// A question that its customer cannot leave.
    AskWithoutWayOut = Warning "check::ask_without_way_out",
    /// A question whose options all lead out of the conversation.
    AskWithoutAnswer = Warning "check::ask_without_answer",
    /// A question that has neither a prompt nor options.
    AskWithoutPrompt = Error "check::ask_without_prompt",
    /// Options inside a question with a prompt of their own.
    PromptInsideAsk = Error "check::prompt_inside_ask",
    /// `once` without an id.
    OnceWithoutId = Error "check::once_without_id",
    /// A priority that is nearly a usual one.
    MisspeltPriority = Warning "check::misspelt_priority",
    /// A sequence that nothing opens.
    UnreachableSequence = Warning "check::unreachable_sequence",
    /// A statement that can never run.
    UnreachableStatement = Warning "check::unreachable_statement",
    /// Sequences that jump in a circle without waiting for the customer.
    GotoCircle = Warning "check::goto_circle",
    /// Sequences that call each other in a circle without waiting for the customer.
    CallCircle = Warning "check::call_circle",
    /// A called sequence that leaves with `goto`.
    CalledGoto = Warning "check::called_goto",
    /// A sequence or block without anything in it.
    EmptySequence = Warning "check::empty_sequence",
    /// A pause that nobody waits for.
    LongWait = Warning "check::long_wait",
    /// An API that nothing uses.
    UnusedApi = Warning "check::unused_api",
    /// A server that nothing uses.
    UnusedServer = Warning "check::unused_server",
    /// An action that nothing uses.
    UnusedAction = Warning "check::unused_action",
    /// `allow` silences nothing.
    AllowWithoutEffect = Warning "check::allow_without_effect",

    // Channels.
    /// A text is longer than its channel sends in one message.
    ChannelTextTooLong = Warning "channel::text_too_long",
    /// A title is longer than its channel shows.
    ChannelTitleTooLong = Warning "channel::title_too_long",
    /// More options than the channel shows at once.
    ChannelTooManyOptions = Warning "channel::too_many_options",
    /// More cards than the channel shows in a gallery.
    ChannelTooManyCards = Warning "channel::too_many_cards",
    /// Options without a text above them, where the channel needs one.
    ChannelMissingPrompt = Warning "channel::missing_prompt",
    /// Something that the channel does not have.
    ChannelNotSupported = Warning "channel::not_supported",
    // Catalogs of other languages.
    /// A line or entry of a catalog that cannot be read.
    MalformedCatalog = Warning "texts::malformed",
    /// A catalog whose language is none, another one's, or not what it says.
    CatalogLanguage = Warning "texts::wrong_language",
    /// Two entries of a catalog for the same text.
    DuplicateEntry = Warning "texts::duplicate_entry",
    /// A translation without a place for a value of its text, or with one more.
    TranslatedPlaceholder = Warning "texts::wrong_placeholder",
    /// A translation that shows nothing, of a text that says something.
    BlankTranslation = Warning "texts::blank",
    /// Plural forms that cannot be read, or another number of them than the language has.
    PluralForms = Warning "texts::wrong_plural",
    /// A catalog lacks texts of the flow.
    MissingTranslation = Warning "texts::missing",
    /// Translations of former texts.
    StaleTranslation = Warning "texts::stale",
    /// Entries for texts that the flow does not have.
    UnknownText = Advice "texts::unknown",

    // Replies of endpoints.
    /// The body is not UTF-8.
    ReplyNotUtf8 = Error "reply::not_utf8",
    /// The body is not JSON.
    ReplyNotJson = Error "reply::not_json",
    /// A field that must be there is missing.
    ReplyMissingField = Error "reply::missing_field",
    /// A value of another type than the contract says.
    ReplyWrongType = Error "reply::wrong_type",
    /// An option or media type that the contract does not know.
    ReplyUnknownType = Error "reply::unknown_type",
    /// A URL that is not an absolute http or https URL.
    ReplyBadUrl = Error "reply::bad_url",
    /// A phone number that cannot be dialled.
    ReplyBadPhone = Error "reply::bad_phone",
    /// A required text that is empty.
    ReplyEmptyText = Error "reply::empty_text",
    /// An option whose sequence the flow does not have; it is left out.
    ReplyUnknownSequence = Warning "reply::unknown_sequence",
    /// An option whose sequence `leads to` does not list; it is left out.
    ReplyNotInLeadsTo = Warning "reply::not_in_leads_to",
    /// A list that is longer than the host shows; what is too many is left out.
    ReplyTooManyItems = Warning "reply::too_many_items",
    /// An attribute that only the platform writes.
    ReplyReadOnlyAttribute = Error "reply::read_only_attribute",
    /// An attribute whose value does not fit its declared type.
    ReplyAttributeType = Error "reply::attribute_type",
    /// A whole number that is saved as another one, as it has more digits than a number keeps.
    ReplyRoundedNumber = Warning "reply::rounded_number",
    /// More is to be saved than one customer may have.
    ReplyAttributesTooLarge = Error "reply::attributes_too_large",
    /// A key that comes again in the same object, where the last one counts.
    ReplyDuplicateKey = Warning "reply::duplicate_key",
    /// `message` or `status` is not what the contract says; nothing depends on it.
    ReplyIgnoredField = Warning "reply::ignored_field",
}

impl Code {
    /// Whether it is found for a channel only, which not every check is about.
    pub(crate) fn is_of_channel(self) -> bool {
        self.as_str().starts_with("channel::")
    }

    /// The address of the page that explains the code, with a flow that shows it and the mended one.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Code;
    ///
    /// let code = Code::UnknownSequence;
    /// let link = format!("[{code}]({})", code.url());
    /// assert!(link.starts_with("[check::unknown_sequence](https://"));
    /// assert!(link.ends_with("docs/diagnostics.md#checkunknown_sequence)"));
    /// ```
    #[must_use]
    pub fn url(self) -> String {
        // Headings lose their colons when they become anchors.
        let anchor = self.as_str().replace(':', "");
        format!(
            concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/diagnostics.md#{}"),
            anchor
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of [`Code::as_str`]; any other is an error of [`ErrorKind::Parse`](crate::ErrorKind::Parse).
impl std::str::FromStr for Code {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().copied().find(|code| code.as_str() == name);
        known.ok_or_else(|| {
            let names = Self::ALL.iter().map(|code| code.as_str());
            Error::unknown("no diagnostic has this code", name, names, || {
                "expected one such as `check::unknown_sequence`".to_owned()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn an_unknown_code_is_told_its_nearest() {
        let refused = |name: &str| name.parse::<Code>().unwrap_err().to_string();
        assert_eq!(
            refused("check::unkown_api"),
            "no diagnostic has this code: did you mean `check::unknown_api`?"
        );
        assert_eq!(
            refused("E0308"),
            "no diagnostic has this code: expected one such as `check::unknown_sequence`"
        );
    }
}
