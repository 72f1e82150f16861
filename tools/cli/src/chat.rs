//! The chat in the terminal: reads what the customer says, and shows what the flow answers.

pub(crate) mod blocks;
pub(crate) mod choices;
mod commands;
mod frame;
mod gallery;
mod keys;
pub(crate) mod line;
mod notes;
pub(crate) mod palette;
mod reader;
mod screen;
mod spinner;
mod stage;

use std::path::PathBuf;

use sayflow::Input;
use sayflow::channel::Channel;

use crate::conversation::Conversation;
use crate::exit::{Exit, Stop};
use crate::render::counted;
use crate::watch::Watch;
use choices::Choices;
use commands::Action;
use reader::Reader;
use screen::Screen;
use stage::Performance;

/// How the chat is to be.
#[derive(Clone, Debug)]
pub(crate) struct Options<'o> {
    /// What the flow is called.
    pub(crate) title: String,
    /// The sequence to begin at.
    pub(crate) start: Option<&'o str>,
    /// The flow to reload when it changes.
    pub(crate) watch: Option<&'o PathBuf>,
    /// Whether calls, attributes and events are shown.
    pub(crate) is_traced: bool,
    /// Where blocks are shown.
    pub(crate) channel: Option<Channel>,
}

/// A chat under way.
struct Chat {
    conversation: Conversation,
    screen: Screen,
    reader: Reader,
    watch: Option<Watch>,
    is_traced: bool,
    channel: Option<Channel>,
    /// What can be picked.
    choices: Choices,
}

/// Chats until the customer leaves.
pub(crate) fn run(conversation: Conversation, options: &Options<'_>) -> Result<Exit, Stop> {
    let screen = Screen::new();
    let mut reader = Reader::new(&screen)?;
    let watch = match options.watch {
        Some(path) => Some(Watch::new(path, reader.teller(&screen))?),
        None => None,
    };
    let mut chat = Chat {
        conversation,
        screen,
        reader,
        watch,
        is_traced: options.is_traced,
        channel: options.channel,
        choices: Choices::default(),
    };
    chat.open(options)?;
    while let Some(line) = chat.reader.next(&chat.choices, &chat.conversation.wait())? {
        let asked = line.and_then(|said| Ok((commands::action(&said, &chat.choices)?, said)));
        match asked {
            Ok((Action::Quit, _)) => break,
            Ok((action, said)) => chat.act(action, &said)?,
            Err(hint) => chat.screen.show(&notes::hint(&hint, chat.screen.width()))?,
        }
    }
    let Chat {
        conversation, screen, ..
    } = chat;
    for told in conversation.end()? {
        screen.show(&[notes::event(&told, screen.width())])?;
    }
    Ok(Exit::Fine)
}

impl Chat {
    /// Says what is being talked to, and begins the conversation or shows where it stands.
    fn open(&mut self, options: &Options<'_>) -> Result<(), Stop> {
        let program = self.conversation.program();
        let sequences = counted(program.sequences().count(), "sequence");
        let gaps = self.conversation.endpoints().gaps(program);
        let channel = self
            .channel
            .map_or_else(String::new, |channel| format!(" · on {}", channel.name()));
        let title = format!("{} · {sequences}{channel} · /help", options.title);
        self.screen.show(&[notes::title(&title, self.screen.width())])?;
        let gaps: Vec<_> = gaps
            .iter()
            .flat_map(|gap| notes::hint(gap, self.screen.width()))
            .collect();
        self.screen.show(&gaps)?;
        match options.start {
            Some(sequence) => self.send(Input::start_at(sequence)),
            None if self.conversation.has_begun() => {
                let place = match self.conversation.wait().ask {
                    Some(question) => format!("the conversation goes on; {question} waits for its answer"),
                    None => "the conversation goes on".to_owned(),
                };
                self.note(&place)
            }
            None => self.send(Input::start()),
        }
    }

    fn act(&mut self, action: Action, said: &str) -> Result<(), Stop> {
        match action {
            Action::Send { input, shown } => {
                self.screen.replace_typed(said, &shown)?;
                self.send(input)
            }
            Action::Note(text) => self.note(&text),
            Action::Help => Ok(self.screen.show(&commands::help())?),
            Action::Attributes => Ok(self.screen.show(&notes::record(
                &self.conversation.shown_customer(),
                self.screen.width(),
            ))?),
            Action::Restart => {
                self.conversation.restart();
                self.send(Input::start())
            }
            Action::Silence => self.silence(),
            Action::BotOn => {
                let mut customer = self.conversation.customer().clone();
                customer.bot_enabled = true;
                self.conversation.set_customer(customer)?;
                self.note("the bot answers again")
            }
            Action::Quit => Ok(()),
        }
    }

    /// Says in the middle of the screen what happened.
    fn note(&self, text: &str) -> Result<(), Stop> {
        Ok(self.screen.show(&[notes::event(text, self.screen.width())])?)
    }

    /// The customer says nothing until the open question gives up waiting.
    fn silence(&mut self) -> Result<(), Stop> {
        if let Some(due) = self.conversation.wait().due {
            self.conversation.jump_to(due);
            self.note(&format!("silence until {}", notes::moment(due)))?;
        }
        self.send(Input::no_reply())
    }

    fn send(&mut self, input: Input) -> Result<(), Stop> {
        if let Some(program) = self.watch.as_ref().and_then(Watch::take) {
            self.conversation.reload(program);
        }
        let input = input.at(self.conversation.now());
        let mut performance = Performance::new(&self.screen, self.is_traced, self.channel);
        let played = self.conversation.play(&input, &mut performance)?;
        let choices = performance.finish()?;
        for complaint in self.conversation.endpoints().complaints() {
            self.screen.show(&notes::hint(&complaint, self.screen.width()))?;
        }
        match played {
            Ok(changes) => {
                let before = std::mem::take(&mut self.choices);
                self.choices = choices.after(before);
                if self.is_traced {
                    let wait = self.conversation.wait();
                    self.screen
                        .show(&notes::changes(&changes, &wait, self.screen.width()))?;
                }
                Ok(())
            }
            Err(error) => Ok(self
                .screen
                .show(&notes::hint(&error.to_string(), self.screen.width()))?),
        }
    }
}
