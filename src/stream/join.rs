//! Several texts as one stream.

/// The texts as documents of one stream, with the byte at which each starts. One alone stays as it is.
#[must_use]
pub fn join<'t>(texts: impl IntoIterator<Item = &'t [u8]>) -> (Vec<u8>, Vec<usize>) {
    let mut stream: Vec<u8> = Vec::new();
    let mut starts = Vec::new();
    for text in texts {
        let first = starts.is_empty();
        // A byte order mark is one only at the start of the stream.
        let text = match text.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if !first => rest,
            _ => text,
        };
        if !first {
            if stream.last().is_some_and(|end| *end != b'\n') {
                stream.push(b'\n');
            }
            if !text.starts_with(b"---") {
                stream.extend_from_slice(b"---\n");
            }
        }
        starts.push(stream.len());
        stream.extend_from_slice(text);
    }
    (stream, starts)
}
