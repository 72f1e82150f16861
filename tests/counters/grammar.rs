//! Reads the text format of Prometheus 0.0.4, and is stricter than a collector: every family is announced
//! before its samples, nothing comes twice, and histograms add up.

use std::collections::{BTreeMap, BTreeSet};

/// One line that counts: its labels in order, and its value.
pub(crate) type Sample = (BTreeMap<String, String>, f64);

/// The samples under the names they are written with.
pub(crate) type Samples = BTreeMap<String, Vec<Sample>>;

/// Every sample, or the line that is wrong and why.
pub(crate) fn read(text: &str) -> Result<Samples, String> {
    let rest = text.strip_suffix('\n').ok_or("the last line does not end")?;
    let mut samples = Samples::new();
    let (mut seen, mut families) = (BTreeSet::new(), BTreeMap::new());
    let mut family = (String::new(), String::new());
    for line in rest.split('\n') {
        let wrong = |why: &str| format!("{why}: {line}");
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').ok_or(wrong("no help"))?;
            check_name(name).map_err(|why| wrong(&why))?;
            (!words.is_empty()).then_some(()).ok_or(wrong("no help"))?;
            family = (name.to_owned(), String::new());
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').ok_or(wrong("no type"))?;
            if name != family.0 || !["counter", "histogram"].contains(&kind) {
                return Err(wrong("a type without its help, or none that is known"));
            }
            if families.insert(name.to_owned(), kind.to_owned()).is_some() {
                return Err(wrong("a family twice"));
            }
            family.1 = kind.to_owned();
        } else {
            let (name, sample) = sample(line).map_err(|why| wrong(&why))?;
            if !belongs(&name, &family) {
                return Err(wrong("a sample outside its family"));
            }
            if !seen.insert((name.clone(), sample.0.clone())) {
                return Err(wrong("a sample twice"));
            }
            samples.entry(name).or_default().push(sample);
        }
    }
    for (name, _) in families.iter().filter(|(_, kind)| *kind == "histogram") {
        check_histogram(name, &samples)?;
    }
    Ok(samples)
}

fn belongs(name: &str, (family, kind): &(String, String)) -> bool {
    let rest = name.strip_prefix(family.as_str());
    match kind.as_str() {
        "counter" => rest == Some("") && name.ends_with("_total"),
        "histogram" => rest.is_some_and(|rest| ["_bucket", "_sum", "_count"].contains(&rest)),
        _ => false,
    }
}

/// `name{label="value"} 1`
fn sample(line: &str) -> Result<(String, Sample), String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, mut rest) = line.split_at(end);
    check_name(name)?;
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, behind) = rest.split_once("=\"").ok_or("no label")?;
            check_name(label)?;
            let (value, behind) = quoted(behind)?;
            if labels.insert(label.to_owned(), value).is_some() {
                return Err("a label twice".to_owned());
            }
            match behind.strip_prefix(',') {
                Some(more) => rest = more,
                None => {
                    rest = behind.strip_prefix('}').ok_or("labels without an end")?;
                    break;
                }
            }
        }
    }
    let value = rest.strip_prefix(' ').ok_or("no blank before the value")?;
    let value: f64 = value.parse().map_err(|_| "no number".to_owned())?;
    match value.is_finite() && value >= 0.0 {
        true => Ok((name.to_owned(), (labels, value))),
        false => Err("no count".to_owned()),
    }
}

/// A label's value up to its quote, and what stands behind.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, escaped @ ('\\' | '"'))) => value.push(escaped),
                _ => return Err("an unknown escape".to_owned()),
            },
            char => value.push(char),
        }
    }
    Err("a value without an end".to_owned())
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|char| char.is_ascii_lowercase() || char == '_');
    fits.then_some(()).ok_or(format!("`{name}` is no name"))
}

/// Buckets grow to `+Inf`, which is the count.
fn check_histogram(name: &str, samples: &Samples) -> Result<(), String> {
    let of = |kind: &str| {
        samples
            .get(&format!("{name}_{kind}"))
            .cloned()
            .unwrap_or_default()
    };
    let mut series: BTreeMap<BTreeMap<String, String>, Vec<(f64, f64)>> = BTreeMap::new();
    for (mut labels, count) in of("bucket") {
        let bound = labels.remove("le").ok_or("a bucket without a bound")?;
        let bound = bound.parse().map_err(|_| format!("`{bound}` is no bound"))?;
        series.entry(labels).or_default().push((bound, count));
    }
    for (labels, buckets) in &series {
        let grows = buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1);
        let count = of("count").into_iter().find(|(found, _)| found == labels);
        let sum = of("sum").into_iter().find(|(found, _)| found == labels);
        let last = buckets.last().copied();
        if !grows || sum.is_none() || last != count.map(|(_, count)| (f64::INFINITY, count)) {
            return Err(format!(
                "the histogram of {labels:?} does not add up: {buckets:?}"
            ));
        }
    }
    Ok(())
}
