//! Semantic tokens: each name of a file coloured by what it is the name of.

use gen_lsp_types::{SemanticToken, SemanticTokens, SemanticTokensLegend};

use crate::index::{Index, Kind, Mention, Role};
use crate::text::Encoding;

/// The types of the protocol that stand for the kinds of names.
const TYPES: [(Kind, &str); 6] = [
    (Kind::Sequence, "namespace"),
    (Kind::Api, "function"),
    (Kind::Server, "interface"),
    (Kind::Attribute, "variable"),
    (Kind::Action, "method"),
    (Kind::Secret, "property"),
];

/// The modifiers, in the order of their bits.
const MODIFIERS: [&str; 2] = ["declaration", "modification"];

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.map(|(_, name)| name.to_owned()).to_vec(),
        token_modifiers: MODIFIERS.map(str::to_owned).to_vec(),
    }
}

/// The names of a file, in the order of their places.
pub(crate) fn tokens(encoding: Encoding, index: Index<'_>, file: usize) -> SemanticTokens {
    let mut mentions: Vec<(Kind, Mention)> = index.in_file(file).collect();
    mentions.sort_by_key(|(_, mention)| mention.span);
    let (mut line, mut column) = (0, 0);
    let mut data = Vec::with_capacity(mentions.len());
    for (kind, mention) in mentions {
        let Some(file) = index.file(mention) else { continue };
        let range = encoding.range(&file.source, mention.span);
        let (start, end) = (range.start, range.end);
        // Each token is told by its distance to the one before it.
        let delta_line = start.line - line;
        let delta_start = if delta_line == 0 {
            start.character - column
        } else {
            start.character
        };
        let token_type = TYPES.iter().zip(0..).find(|((known, _), _)| *known == kind);
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: end.character.saturating_sub(start.character),
            token_type: token_type.map_or(0, |(_, number)| number),
            token_modifiers_bitset: match mention.role {
                Role::Declares => 1,
                Role::Writes => 2,
                Role::Alias | Role::Uses => 0,
            },
        });
        (line, column) = (start.line, start.character);
    }
    SemanticTokens {
        result_id: None,
        data,
    }
}
