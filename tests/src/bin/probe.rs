//! Reads one question per line from standard input, and writes one answer per line.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        let answer = cloud_models_tests::probe::answer(&String::from_utf8_lossy(&line));
        writeln!(output, "{}", ascii(&answer.to_string()))?;
        output.flush()?;
    }
    Ok(())
}

/// Escapes JSON to ASCII, because some readers treat further characters as line ends.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}
