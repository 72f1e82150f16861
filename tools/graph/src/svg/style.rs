//! How the picture looks, on a light page and on a dark one.
//!
//! Colours are written out for both: not every program that shows a picture knows variables of CSS.

/// What does not depend on the page. The colours of lines differ in lightness as well, and each
/// kind has its own dash.
const SHAPES: &str = "\
svg { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Bengali', sans-serif; }
.heading { font-size: 20px; font-weight: 650; }
.counts { font-size: 13px; font-weight: 400; }
.file { font-size: 13px; font-weight: 600; }
.legend text { font-size: 12.5px; }
.frame { stroke-width: 1.2; }
.name { font-size: 13px; font-weight: 650; }
.text { font-size: 12px; }
.place { font-size: 10.5px; }
.mark { font-size: 10.5px; font-weight: 650; text-anchor: end; }
.unreachable .frame, .missing .frame { stroke-dasharray: 4 3; }
.box.unreachable > * { opacity: 0.55; }
.box.unreachable > .mark { opacity: 1; }
.line.unreachable { opacity: 0.45; }
.added .frame, .changed .frame { stroke-width: 2.6; }
.removed .frame { stroke-width: 2.2; stroke-dasharray: 7 4; }
.removed .name { text-decoration: line-through; }
.line path { fill: none; stroke-width: 1.6; }
.by-trigger path { stroke-width: 2.4; }
.by-call path { stroke-dasharray: 11 4; }
.by-option path { stroke-dasharray: 5 3; }
.by-leads-to path { stroke-dasharray: 1.6 3.4; stroke-width: 2; }
.by-failure path { stroke-dasharray: 8 3 2 3; }
.line.added path { stroke-width: 3.4; }
.line.removed { opacity: 0.4; }
.line:hover path { stroke-width: 4; }
.line path.head { stroke: none; }
";

/// What has which colour: selector, property, colour on a light page, colour on a dark one. A later
/// row wins over an earlier one.
const COLOURS: &[(&str, &str, &str, &str)] = &[
    (".page", "fill", "#ffffff", "#0e1319"),
    (".lane", "fill", "#f4f6f8", "#161d26"),
    (".lane", "stroke", "#dfe4ea", "#27313d"),
    (".heading, .name", "fill", "#17202b", "#eef3f8"),
    (
        ".counts, .file, .legend text, .text, .mark",
        "fill",
        "#46525f",
        "#b9c4cf",
    ),
    (".place", "fill", "#66717d", "#8d9aa8"),
    (".frame", "fill", "#ffffff", "#1e2732"),
    (".frame", "stroke", "#8793a1", "#6c7a8a"),
    (".trigger .frame", "fill", "#e8eefc", "#22304d"),
    (".trigger .frame", "stroke", "#3a4654", "#c3ceda"),
    (".missing .frame", "stroke", "#c62f3b", "#ff7b81"),
    (".missing .mark", "fill", "#c62f3b", "#ff7b81"),
    (".added .frame", "stroke", "#1a7f37", "#4cc26a"),
    (".added .mark", "fill", "#1a7f37", "#4cc26a"),
    (".removed .frame", "stroke", "#c62f3b", "#ff7b81"),
    (".removed .mark", "fill", "#c62f3b", "#ff7b81"),
    (".changed .frame", "stroke", "#b35900", "#f0a35c"),
    (".changed .mark", "fill", "#b35900", "#f0a35c"),
    (".by-trigger path", "stroke", "#3a4654", "#c3ceda"),
    (".by-trigger path.head", "fill", "#3a4654", "#c3ceda"),
    (".by-goto path", "stroke", "#1f6feb", "#6aa8ff"),
    (".by-goto path.head", "fill", "#1f6feb", "#6aa8ff"),
    (".by-call path", "stroke", "#0b7a6b", "#3fc7b1"),
    (".by-call path.head", "fill", "#0b7a6b", "#3fc7b1"),
    (".by-option path", "stroke", "#8a3ffc", "#bd93ff"),
    (".by-option path.head", "fill", "#8a3ffc", "#bd93ff"),
    (".by-leads-to path", "stroke", "#9a6700", "#e0ad3d"),
    (".by-leads-to path.head", "fill", "#9a6700", "#e0ad3d"),
    (".by-failure path", "stroke", "#c62f3b", "#ff7b81"),
    (".by-failure path.head", "fill", "#c62f3b", "#ff7b81"),
];

/// The style sheet inside the picture.
pub(super) fn style() -> String {
    let mut style = format!("<style>\n{SHAPES}");
    for (selector, property, light, _) in COLOURS {
        style += &format!("{selector} {{ {property}: {light}; }}\n");
    }
    style += "@media (prefers-color-scheme: dark) {\n";
    for (selector, property, _, dark) in COLOURS {
        style += &format!("{selector} {{ {property}: {dark}; }}\n");
    }
    style + "}\n</style>\n"
}
