//! HTML, as text: tags and comments are removed, and what is not HTML is kept, such as `Vec<T>`.

/// The elements of HTML, with those of SVG and `MathML` that run or load something, and Teams' mention.
const ELEMENTS: &str = " \
    a abbr acronym address animate applet area article aside at audio b base basefont bdi bdo bgsound big blink \
    blockquote body br button canvas caption center cite code col colgroup content data datalist dd del desc \
    details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer foreignobject form frame \
    frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen \
    label legend li link listing main map mark marquee math menu menuitem meta meter nav nobr noembed noframes \
    noscript object ol optgroup option output p param path picture plaintext portal pre progress q rb rp rt rtc \
    ruby s samp script search section select set shadow slot small source spacer span strike strong style sub \
    summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul use var video \
    wbr xmp ";

/// Elements whose content is no text for readers.
const SILENT: [&str; 5] = ["script", "style", "iframe", "template", "noembed"];

/// Whether this is a line break.
pub(super) fn is_break(html: &str) -> bool {
    name(html).eq_ignore_ascii_case("br")
}

/// The text of a piece of HTML.
pub(super) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let tag = rest.get(before.len()..).unwrap_or_default();
        let Some(length) = length(tag) else {
            text.push('<');
            rest = after;
            continue;
        };
        rest = tag.get(length..).unwrap_or_default();
        let name = name(tag.get(..length).unwrap_or_default()).to_ascii_lowercase();
        if SILENT.contains(&name.as_str()) && !tag.starts_with("</") {
            rest = after_element(rest, &name);
        } else if name == "br" {
            text.push('\n');
        }
    }
    text.push_str(rest);
    text
}

/// The length of the tag, the comment or the declaration that a text begins with; `None` if it begins with none. One
/// that does not end has the length of the text.
fn length(text: &str) -> Option<usize> {
    let to = |end: &str| Some(text.find(end).map_or(text.len(), |at| at + end.len()));
    let inside = text.get(1..)?;
    match inside.chars().next()? {
        '!' if inside.starts_with("!--") => to("-->"),
        '!' if inside.starts_with("![CDATA[") => to("]]>"),
        '?' => to("?>"),
        '!' => inside.get(1..8).filter(|word| word.eq_ignore_ascii_case("doctype")).and_then(|_| to(">")),
        _ => ELEMENTS.contains(&format!(" {} ", name(text).to_ascii_lowercase())).then(|| to(">")).flatten(),
    }
}

/// The name of the element whose tag a text begins with; empty if it begins with no tag.
fn name(tag: &str) -> &str {
    let inside = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<')).unwrap_or_default();
    let end = inside.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let is_named = inside.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if is_named { inside.get(..end).unwrap_or_default() } else { "" }
}

/// The text after the closing tag of an element, or nothing if it is not closed.
fn after_element<'t>(text: &'t str, element: &str) -> &'t str {
    let mut tags = text.match_indices("</").filter_map(|(at, _)| text.get(at..));
    let closing = tags.find(|tag| name(tag).eq_ignore_ascii_case(element));
    closing.and_then(|tag| tag.split_once('>')).map_or("", |(_, after)| after)
}
