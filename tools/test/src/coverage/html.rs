//! The page: a summary, then every file line by line, coloured by what was run.

mod paint;
mod rows;

use std::fmt::{self, Write as _};

use super::points::FilePoints;
use super::share::{self, Share, Totals};
use super::{Coverage, gaps};
use paint::Painter;
use rows::{Row, State};

/// The look of the page; nothing is loaded from elsewhere.
const STYLE: &str = include_str!("html/page.css");

pub(super) fn report(coverage: &Coverage) -> String {
    let mut page = String::new();
    // Writing to a `String` never fails.
    _ = write(coverage, &mut page);
    page
}

fn write(coverage: &Coverage, page: &mut String) -> fmt::Result {
    let totals = coverage.totals();
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    writeln!(
        page,
        "<title>Coverage</title>\n<style>\n{STYLE}</style>\n</head>\n<body>"
    )?;
    write_summary(coverage, totals, page)?;
    for (number, file) in coverage.flow.files.iter().enumerate() {
        write_file(coverage, number, file, page)?;
    }
    page.push_str("</body>\n</html>\n");
    Ok(())
}

fn write_summary(coverage: &Coverage, totals: Totals, page: &mut String) -> fmt::Result {
    page.push_str("<header>\n<h1>Coverage</h1>\n<div class=\"totals\">\n");
    for (name, share) in totals.named() {
        writeln!(
            page,
            "<div class=\"total\"><span class=\"name\">{name}</span><span class=\"value\">{}</span>{}\
             <span class=\"of\">{share}</span></div>",
            percent(share),
            bar(share),
        )?;
    }
    page.push_str("</div>\n</header>\n<table class=\"summary\">\n<thead><tr><th></th>");
    for (name, _) in totals.named() {
        write!(page, "<th>{name}</th>")?;
    }
    page.push_str("</tr></thead>\n");
    for (number, file) in coverage.flow.files.iter().enumerate() {
        let name = Escaped(file.source.name());
        page.push_str("<tbody>\n");
        let link = format!("<a href=\"#f{number}\">{name}</a>");
        write_shares("file", &link, share::of_file(coverage, file), page)?;
        for part in &file.parts {
            let line = file.source.position(part.head.start).line;
            let head = Escaped(file.source.slice(part.head));
            let link = format!("<a href=\"#f{number}l{line}\">{head}</a>");
            write_shares("part", &link, share::of_part(coverage, part), page)?;
        }
        page.push_str("</tbody>\n");
    }
    page.push_str("</table>\n");
    Ok(())
}

fn write_shares(class: &str, link: &str, totals: Totals, page: &mut String) -> fmt::Result {
    write!(page, "<tr class=\"{class}\"><th scope=\"row\">{link}</th>")?;
    for (_, share) in totals.named() {
        match share.percent() {
            Some(_) => write!(
                page,
                "<td>{}<span class=\"percent\">{}</span><span class=\"of\">{share}</span></td>",
                bar(share),
                percent(share)
            )?,
            None => page.push_str("<td class=\"none\">–</td>"),
        }
    }
    page.push_str("</tr>\n");
    Ok(())
}

fn percent(share: Share) -> String {
    let percent = share.percent();
    percent.map_or("–".to_owned(), |percent| format!("{percent}%"))
}

fn bar(share: Share) -> String {
    let percent = share.percent().unwrap_or(100);
    let class = match percent {
        100 => "full",
        50.. => "some",
        _ => "few",
    };
    format!("<span class=\"bar {class}\"><span style=\"width:{percent}%\"></span></span>")
}

fn write_file(coverage: &Coverage, number: usize, file: &FilePoints, page: &mut String) -> fmt::Result {
    let name = Escaped(file.source.name());
    writeln!(
        page,
        "<section id=\"f{number}\">\n<h2>{name}</h2>\n<table class=\"code\">"
    )?;
    let rows = rows::of_file(coverage, file, &gaps::of_file(coverage, file));
    let mut painter = Painter::default();
    for ((line, text), row) in (1..).zip(file.source.text().lines()).zip(&rows) {
        let code = painter.paint(text.trim_start_matches('\u{feff}'));
        write_row(&format!("f{number}l{line}"), line, &code, row, page)?;
    }
    page.push_str("</table>\n</section>\n");
    Ok(())
}

fn write_row(id: &str, line: u32, code: &str, row: &Row, page: &mut String) -> fmt::Result {
    let class = match row.state {
        State::Plain => "plain",
        State::Ran => "ran",
        State::Partly => "partly",
        State::Never => "never",
    };
    let hits = row.hits.map_or(String::new(), |hits| format!("{hits}×"));
    writeln!(
        page,
        "<tr id=\"{id}\" class=\"{class}\"><td class=\"number\">{line}</td>\
         <td class=\"hits\">{hits}</td><td class=\"line\">{code}</td></tr>"
    )?;
    for note in &row.notes {
        let note = Ticks(note);
        writeln!(page, "<tr class=\"note\"><td></td><td></td><td>{note}</td></tr>")?;
    }
    Ok(())
}

/// Text as HTML has it.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A sentence whose words between backticks are of the flow.
struct Ticks<'t>(&'t str);

impl fmt::Display for Ticks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.0.split('`').enumerate() {
            match index % 2 {
                0 => write!(f, "{}", Escaped(piece))?,
                _ => write!(f, "<code>{}</code>", Escaped(piece))?,
            }
        }
        Ok(())
    }
}
