use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfi";

impl Secrets for Hidden<'_> {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        each(*self);
    }
}

fn redacted(text: &str, secret: &str) -> String {
    let mut text = text.to_owned();
    redact(&mut [&mut text], &Hidden::Secret(secret));
    text
}

fn without_added(text: &str, value: &str) -> String {
    let mut text = text.to_owned();
    redact(&mut [&mut text], &Hidden::Added(value));
    text
}

#[test]
fn secrets_are_removed_in_every_form_and_in_part() {
    assert_eq!(redacted("all is well", SECRET), "all is well");
    assert_eq!(
        redacted(&format!("host:a\ntoken:{SECRET}\nend"), SECRET),
        "host:a\n***\nend"
    );
    for form in [
        SECRET,
        "wJalrXUtnFEMI%2FK7MDENG%2BbPxRfi",
        "wJalrXUtnFEMI%2fK7MDENG%2bbPxRfi",
        "wjalrxutnfemi%2fk7mdeng%2bbpxrfi",
        "wjalrxutnfemi/k7mdeng+bpxrfi",
        "wJalrXUtnFEMI%252FK7MDENG%252BbPxRfi",
        "wJalrXUtnFEMI\\/K7MDENG+bPxRfi",
        "wJalrXUtnFEMI\\u002fK7MDENG\\u002BbPxRfi",
        "wJalrXUtnFEMI&#x2F;K7MDENG&#43;bPxRfi",
        "wJalrXUtnFEM",
        "MDENG+bPxRfi",
    ] {
        for (before, after) in [
            (" ", " "),
            ("\"", "\""),
            ("<", ">"),
            (" ", ","),
            (" ", "\n"),
        ] {
            assert_eq!(
                redacted(&format!("see{before}{form}{after}there"), SECRET),
                format!("see{before}***{after}there")
            );
        }
        assert_eq!(redacted(form, SECRET), "***");
    }
    // Eleven bytes do not give it away, twelve do.
    assert_eq!(redacted("see wJalrXUtnFE x", SECRET), "see wJalrXUtnFE x");
}

#[test]
fn a_secret_without_a_long_plain_run_is_removed_in_every_form() {
    for (secret, forms) in [
        (
            "ABCDEFGH/IJKLMNOP/QRSTUV+WX==",
            [
                "ABCDEFGH%2fIJKLMNOP%2fQRSTUV%2bWX%3d%3d",
                "ABCDEFGH\\/IJKLMNOP\\/QRSTUV+WX==",
                "ABCDEFGH\\u002fIJKLMNOP\\u002fQRSTUV\\u002bWX==",
                "abcdefgh/ijklmnop/qrstuv+wx==",
            ],
        ),
        (
            "pa'ss\"wo'Rd\"1234'x",
            [
                "pa%27ss%22wo%27Rd%221234%27x",
                "pa'ss\\\"wo'Rd\\\"1234'x",
                "pa\\'ss\\\"wo\\'Rd\\\"1234\\'x",
                "pa&#39;ss&quot;wo&#39;rd&quot;1234&#39;x",
            ],
        ),
    ] {
        for form in forms {
            assert_eq!(
                redacted(&format!("see {form} there"), secret),
                "see *** there"
            );
        }
    }
}

#[test]
fn a_secret_with_spaces_takes_no_more_than_its_words() {
    for (text, expected) in [
        ("see open sesame now", "see *** now"),
        ("see xopen sesamex now", "see *** now"),
        ("see open%20sesame now", "see *** now"),
    ] {
        assert_eq!(redacted(text, "open sesame"), expected);
    }
    let secret = "correct horse battery staple";
    assert_eq!(redacted("a horse battery now", secret), "a *** now");
    assert_eq!(redacted(&format!("<{secret}>"), secret), "<***>");
}

#[test]
fn short_secrets_are_removed_as_words_and_very_short_ones_not_at_all() {
    assert_eq!(redacted("see abc there", "abc"), "see abc there");
    assert_eq!(redacted("see abcd there", "abcd"), "see *** there");
    assert_eq!(redacted("pin=abcd.", "abcd"), "pin=***.");
    assert_eq!(redacted("see abcdefg,", "Abcdefg"), "see ***,");
    for text in ["xabcd", "abcdx", "abcd-x", "abcd_x"] {
        assert_eq!(redacted(text, "abcd"), text);
    }
    // From eight characters on also within words.
    assert_eq!(
        redacted("see xabcdefghx there", "abcdefgh"),
        "see *** there"
    );
    assert_eq!(
        redacted("see abcdefg there", "abcdefgh"),
        "see abcdefg there"
    );
}

#[test]
fn values_of_callers_are_removed_where_they_are_whole_words() {
    for (value, text, expected) in [
        ("canary-value", "x-key:canary-value.", "x-key:***."),
        (" canary-value ", "key canary-value.", "key ***."),
        ("canary-value", "key=canary%2Dvalue&x=1", "key=***&x=1"),
        ("canary-value", "键canary-value值", "键***值"),
        (
            "status is active",
            "no status is active here",
            "no *** here",
        ),
        ("/models/x", "https://host/models/x", "https://host***"),
        ("canary-value", "cut: canary-valu", "cut: canary-valu"),
        ("long-canary-value", "cut: long-canary-val", "cut: ***"),
        ("long-canary-value", "cut: long-canary-val…", "cut: ***…"),
        (
            "long-canary-value",
            "cut: long-canary-val...",
            "cut: ***...",
        ),
    ] {
        assert_eq!(without_added(text, value), expected, "{value}");
    }
    for (value, text) in [
        ("Invalid", "InvalidParameter"),
        ("search", "research of search"),
        ("example", "example.com: reset by peer"),
        ("parameter", "InvalidParameter, parameters"),
        ("long-canary-value", "cut: long-canary-val there"),
    ] {
        assert_eq!(without_added(text, value), text);
    }
}

#[test]
fn credentials_in_authorization_headers_are_removed() {
    assert_eq!(
        redacted("Proxy-Authorization: Basic dXNlcjpjYW5hcnk= x", ""),
        "Proxy-Authorization: Basic *** x"
    );
    assert_eq!(
        redacted("authorization: bearer\nabcDEF1ghijk\nhost: a", ""),
        "authorization: bearer\n***\nhost: a"
    );
    assert_eq!(
        redacted("{\"login\":\"Basic dXNlcjpjYW5hcnk=\"}", ""),
        "{\"login\":\"Basic ***\"}"
    );
    for sentence in [
        "Basic authentication is required",
        "basic Auth",
        "a bearer token AbCdEfGhIjK1",
        "is basic ModelCustomization needs",
    ] {
        assert_eq!(redacted(sentence, ""), sentence);
    }
}

#[test]
fn only_what_looks_encoded_is_removed_after_a_scheme() {
    for (credentials, is_removed) in [
        ("abcdefg1", true),
        ("abcdefg=", true),
        ("abcdef1", false),
        ("Abcdefgh", false),
        ("abcdefgHijklmnopqrs", false),
        ("abcdefgHijklmnopqrst", true),
    ] {
        let text = format!("Bearer {credentials} end");
        let expected = match is_removed {
            true => "Bearer *** end",
            false => &text,
        };
        assert_eq!(redacted(&text, ""), expected);
    }
    // Only the word after the scheme.
    assert_eq!(
        redacted("Basic abcdefg1 abcdefg1", ""),
        "Basic *** abcdefg1"
    );
}

#[test]
fn every_secret_is_removed() {
    struct Two;

    impl Secrets for Two {
        fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
            each(Hidden::Secret("first-secret"));
            each(Hidden::Secret("second-secret"));
        }
    }

    for (text, expected) in [
        (
            "a first-secret, a second-secret; a third",
            "a ***, a ***; a third",
        ),
        ("one first-secret/second-secret word", "one *** word"),
    ] {
        let mut text = text.to_owned();
        redact(&mut [&mut text], &Two);
        assert_eq!(text, expected);
    }
}

#[test]
fn many_texts_are_searched_as_one_and_stay_apart() {
    struct Counted(std::cell::Cell<usize>);

    impl Secrets for Counted {
        fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
            self.0.set(self.0.get() + 1);
            each(Hidden::Secret(SECRET));
            each(Hidden::Added("an-api-key-of-the-caller"));
        }
    }

    let secrets = Counted(std::cell::Cell::new(0));
    let mut texts = [
        SECRET.to_owned(),
        String::new(),
        "is well\\".to_owned(),
        format!("token:{SECRET}"),
        "cut: an-api-key-of-the…".to_owned(),
        "模".to_owned(),
        format!("{SECRET} end"),
    ];
    let mut places: Vec<_> = texts.iter_mut().collect();
    redact(&mut places, &secrets);
    let expected = ["***", "", "is well\\", "***", "cut: ***…", "模", "*** end"];
    assert_eq!(texts, expected);
    assert_eq!(secrets.0.get(), 1);
}

#[test]
fn debug_output_hides_the_value() {
    assert_eq!(format!("{Redacted:?}"), "***");
}
